/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open_store.h - a manifest with its segments' indices, as a data set. */
#ifndef MG_STORE_OPEN_STORE_H
#define MG_STORE_OPEN_STORE_H

#include "store/disk.h"
#include "store/lock.h"
#include "store/segment.h"

struct segments {
    const struct manifest *manifest; /* outlives this */
    char *folder;
    struct footer *footers;
    mg_period_info *infos;
    size_t n;
    coder **coders; /* by thread */
    size_t n_coders;
    _Atomic uint64_t bytes_read;
    mg_dataset data;
};

struct mg_store {
    struct manifest manifest;
    struct segments segments;
    int lock;
    bool whole; /* every byte was read and checked when it was opened */
};

MG_MUST_CHECK mg_status open_manifest(const char *folder, struct manifest *manifest,
                                      mg_error *err);
/* whole: compares each file's checksum. The struct must stay where it is. */
MG_MUST_CHECK mg_status segments_open(struct segments *segments, const char *folder,
                                      const struct manifest *manifest, bool whole,
                                      mg_error *err);
void segments_release(struct segments *segments);

#endif
