/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"

enum { WRITER_BYTE = 0, READER_BYTE = 1, PID_AT = 8 };

/* Numbers of Linux's open-file-description locks, where headers hide them. */
#ifndef F_OFD_GETLK
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_OFD_SETLKW 38
#endif

static int set_lock(int fd, int command, short type, off_t byte)
{
    struct flock lock = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    int code;

    do
        code = fcntl(fd, command, &lock);
    while (code != 0 && errno == EINTR);
    return code;
}

/* The process that wrote its number into LOCK, or 0. */
static long holder(int fd)
{
    char text[24] = "";

    if (pread(fd, text, sizeof text - 1, PID_AT) <= 0)
        return 0;
    return strtol(text, NULL, 10);
}

static void note_holder(int fd)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%-20ld\n", (long)getpid());

    /* only for messages: a failure is none of the store's business */
    if (pwrite(fd, text, (size_t)n, PID_AT) != n)
        return;
}

mg_status lock_writer(const char *folder, bool wait, int *fd, mg_error *err)
{
    char path[DISK_PATH];
    mg_status status = disk_path(folder, "LOCK", path, err);

    *fd = -1;
    if (status != MG_OK)
        return status;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    if (file < 0) {
        status = mg_fail(err, MG_E_IO, "cannot open for writing: %s", strerror(errno));
    } else if (set_lock(file, wait ? F_OFD_SETLKW : F_OFD_SETLK, F_WRLCK, WRITER_BYTE) !=
               0) {
        if (errno == EAGAIN || errno == EACCES)
            status = mg_fail(err, MG_E_BUSY,
                             "the store is in use by pid %ld; try again, or --wait",
                             holder(file));
        else
            status = mg_fail(err, MG_E_IO, "cannot lock: %s", strerror(errno));
    }
    if (status != MG_OK) {
        mg_error_at(err, path);
        if (file >= 0)
            close(file);
        return status;
    }
    note_holder(file);
    *fd = file;
    return MG_OK;
}

mg_status lock_reader(const char *folder, int *fd, mg_error *err)
{
    char path[DISK_PATH];
    mg_status status = disk_path(folder, "LOCK", path, err);

    *fd = -1;
    if (status != MG_OK)
        return status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return MG_OK; /* copied without its LOCK, or read-only: nobody writes it */
    if (set_lock(file, F_OFD_SETLK, F_RDLCK, READER_BYTE) != 0) {
        close(file); /* a file system without locks */
        return MG_OK;
    }
    *fd = file;
    return MG_OK;
}

bool lock_no_reader(int fd)
{
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = READER_BYTE, .l_len = 1};

    return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
}
