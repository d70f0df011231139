/* SPDX-License-Identifier: GPL-3.0-or-later */
/* h5guard.h - libhdf5 called by one thread at a time, and never again after a failure:
 * after a failed call it may crash on the next one (RELIABILITY 5.1). */
#ifndef MG_STORE_H5GUARD_H
#define MG_STORE_H5GUARD_H

#include <hdf5.h>

#include "mirrorgap/status.h"

/* Takes the lock, and sets the library up. MG_E_IO where it failed before: the lock is
 * held all the same. */
MG_MUST_CHECK mg_status h5_enter(mg_error *err);
void h5_leave(void);

/* A call failed: libhdf5 is not to be called again. `what` it was to do. */
mg_status h5_failed(const char *what, mg_error *err);

/* A new file, which must not exist, a group, or a dataset of one dimension without rows,
 * deflated: without time stamps, as the same rows must give the same bytes. Negative:
 * failed. */
hid_t h5_make_file(const char *path);
hid_t h5_make_group(hid_t file, const char *name);
hid_t h5_make_dataset(hid_t group, const char *name, hid_t type, hsize_t chunk_rows,
                      bool shuffled);

#endif
