/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intake.h - sources in, rows by period out: what `ingest` and `-i` share. */
#ifndef MG_APP_INTAKE_H
#define MG_APP_INTAKE_H

#include "app/read.h"
#include "mirrorgap/app.h"
#include "mirrorgap/sorter.h"

/* Rows carry the number of the attempt to read a source; an attempt that failed
 * has no source, and its rows are dropped on the way out. */
enum { INTAKE_DROPPED = 0 };

struct intake {
    const mg_ref *ref;
    mg_sorter *sorter;
    uint32_t *source_of; /* by attempt: 1 + source, or INTAKE_DROPPED */
    size_t n_attempts, room;
    uint32_t fine;    /* columns with fractions so far */
    uint32_t columns; /* figures that are read; the others stay missing */
};

/* What reading one source came to. */
struct taken {
    /* whether the store has this content already; may be NULL */
    bool (*known)(void *self, mg_hash hash, uint64_t size);
    bool (*maybe_known)(void *self, uint64_t size);
    void *self;
    bool already;
    mg_hash hash;
    uint64_t size;
    uint32_t vintage;
    struct account account;
};

/* Starts a batch. memory: bytes for rows, 0: the default; folder: for spilling;
 * NULL: everything stays in memory. */
MG_MUST_CHECK mg_status intake_start(struct intake *intake, size_t memory,
                                     const char *folder, mg_error *err);
void intake_release(struct intake *intake);

/* Reads one source into the batch and judges it: more malformed rows than
 * max_bad are an error. Its rows stay out until intake_accept(). */
MG_MUST_CHECK mg_status intake_file(struct intake *intake, const char *path,
                                    const mg_read_options *options, const mg_talk *talk,
                                    struct taken *taken, mg_error *err);
/* What the ledger keeps of it; the name is `path` itself, not a copy. */
void taken_describe(const struct taken *taken, const char *path, mg_source_info *info);
/* The last source read gets this number. */
void intake_accept(struct intake *intake, uint32_t source);

/* Cleans one period: the batch's rows and the ones that `old` has of it (NULL:
 * none). After mg_sorter_finish(). */
MG_MUST_CHECK mg_status intake_clean(struct intake *intake, uint32_t period,
                                     const mg_dataset *old, const mg_clean_sink *sink,
                                     mg_fate_counts *counts, mg_error *err);

/* All rows of a period of a data set as one stream, in order. drop: a source
 * whose rows are left out, or -1. */
MG_MUST_CHECK mg_status dataset_rows(const mg_dataset *data, size_t period, int64_t drop,
                                     mg_stream *stream, mg_error *err);

/* "where:line:column: byte N: column 'X': what" with what there is of it. */
void mg_error_text(const mg_error *error, char *text, size_t room);

#endif
