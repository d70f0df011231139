/* SPDX-License-Identifier: GPL-3.0-or-later */
/* raw.h - the bytes of a source as they lie on disk, hashed while read. */
#ifndef MG_INPUT_RAW_H
#define MG_INPUT_RAW_H

#include <sys/stat.h>

#include "mirrorgap/hash.h"

struct raw {
    int fd;
    bool own; /* fd is ours to close */
    char *path;
    struct stat before;
    mg_hasher *hasher;
    uint64_t bytes;
    double opened; /* seconds since 1970, to tell a file written just now */
    bool ended;
};

MG_MUST_CHECK mg_status raw_open(struct raw *raw, const char *path, mg_error *err);
/* *n is 0 only at the end. */
MG_MUST_CHECK mg_status raw_read(struct raw *raw, void *bytes, size_t room, size_t *n,
                                 mg_error *err);
/* Reads what is left, then compares with the file as opened. */
MG_MUST_CHECK mg_status raw_finish(struct raw *raw, mg_hash *hash, uint64_t *size,
                                   mg_error *err);
void raw_close(struct raw *raw);

#endif
