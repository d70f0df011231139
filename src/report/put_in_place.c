/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/put_in_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mirrorgap/mem.h"

static mg_status failed(const char *path, const char *what, mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_IO, "cannot %s: %s", what, strerror(errno));

    mg_error_at(err, path);
    return status;
}

static mg_status sync_folder_of(const char *path, mg_error *err)
{
    char *folder = mg_copy_text(path);
    mg_status status = MG_OK;

    if (folder == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot flush the folder");
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder] = '\0';
    int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
        status = failed(path, "flush the folder", err);
    if (fd >= 0)
        close(fd);
    free(folder);
    return status;
}

mg_status put_in_place(int fd, const char *temporary, const char *path, mg_error *err)
{
    struct stat st;
    mg_status status = MG_OK;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fsync(fd) != 0)
        status = failed(path, "flush", err);
    if (close(fd) != 0 && status == MG_OK)
        status = failed(path, "close", err);
    if (status == MG_OK && rename(temporary, path) != 0)
        status = failed(path, "rename", err);
    if (status == MG_OK)
        status = sync_folder_of(path, err);
    return status;
}
