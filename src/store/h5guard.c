/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/h5guard.h"

#include <pthread.h>

static pthread_mutex_t hdf5_lock = PTHREAD_MUTEX_INITIALIZER;
static bool broken; /* a call failed: libhdf5 is not to be called again */

/* Once: no printing, no exit handler, no plugins. */
static void set_up(void)
{
    static bool done;

    if (done)
        return;
    done = true;
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    H5PLset_loading_state(0);
}

mg_status h5_enter(mg_error *err)
{
    pthread_mutex_lock(&hdf5_lock);
    set_up();
    return broken ? mg_fail(err, MG_E_IO, "HDF5 failed before in this process") : MG_OK;
}

void h5_leave(void)
{
    pthread_mutex_unlock(&hdf5_lock);
}

mg_status h5_failed(const char *what, mg_error *err)
{
    broken = true;
    return mg_fail(
        err, MG_E_IO,
        "HDF5 cannot %s (no space left on the device, or the file is too large?)", what);
}

hid_t h5_make_file(const char *path)
{
    hid_t create = H5Pcreate(H5P_FILE_CREATE);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    hid_t file = H5I_INVALID_HID;

    /* Small B-trees: most columns of most periods have few chunks. The earliest
     * format, as later ones stamp the root group with the time. */
    if (create >= 0 && access >= 0 && H5Pset_istore_k(create, 4) >= 0 &&
        H5Pset_obj_track_times(create, 0) >= 0 &&
        H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18) >= 0)
        file = H5Fcreate(path, H5F_ACC_EXCL, create, access);
    if (create >= 0)
        H5Pclose(create);
    if (access >= 0)
        H5Pclose(access);
    return file;
}

hid_t h5_make_group(hid_t file, const char *name)
{
    hid_t create = H5Pcreate(H5P_GROUP_CREATE);
    hid_t group = H5I_INVALID_HID;

    if (create >= 0 && H5Pset_obj_track_times(create, 0) >= 0)
        group = H5Gcreate2(file, name, H5P_DEFAULT, create, H5P_DEFAULT);
    if (create >= 0)
        H5Pclose(create);
    return group;
}

hid_t h5_make_dataset(hid_t group, const char *name, hid_t type, hsize_t chunk_rows,
                      bool shuffled)
{
    const hsize_t none = 0;
    const hsize_t unlimited = H5S_UNLIMITED;
    hid_t space = H5Screate_simple(1, &none, &unlimited);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t dataset = H5I_INVALID_HID;
    const bool good =
        space >= 0 && create >= 0 && H5Pset_chunk(create, 1, &chunk_rows) >= 0 &&
        H5Pset_obj_track_times(create, 0) >= 0 &&
        (!shuffled || H5Pset_shuffle(create) >= 0) && H5Pset_deflate(create, 1) >= 0;

    if (good)
        dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    if (create >= 0)
        H5Pclose(create);
    if (space >= 0)
        H5Sclose(space);
    return dataset;
}
