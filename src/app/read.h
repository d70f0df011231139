/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read.h - from a source to typed rows, with an account of every record. */
#ifndef MG_APP_READ_H
#define MG_APP_READ_H

#include "mirrorgap/block.h"
#include "mirrorgap/csv.h"
#include "mirrorgap/input.h"
#include "mirrorgap/packed.h"
#include "mirrorgap/schema.h"
#include "mirrorgap/sum.h"
#include "mirrorgap/talk.h"

enum read_parser { READ_FAST, READ_PORTABLE, READ_LIBCSV, READ_AVX2 };

struct read_options {
    const mg_ref *ref;
    int layout;         /* mg_layout, or -1: by the header */
    int classification; /* edition number, 0: HS */
    enum read_parser parser;
    bool strict_codes, allow_truncated;
    uint32_t vintage; /* of the source, 0: unknown */
    uint32_t source;  /* the number its rows carry */
    uint32_t columns; /* MG_BIT()s of the figures to be read */
};

/* A record that was refused. Text is escaped and safe to print. */
struct reject {
    uint64_t line, byte;
    uint64_t column; /* field number, 0: the record as a whole */
    char field[40];
    const char *why; /* constant */
    char raw[120];
    mg_fate fate;
    const char *where; /* path, or path:member; the account's */
};

struct rejects {
    struct reject *items;
    size_t n, room;
    uint64_t total;
};

/* Rows and dollars by what became of them, so far. */
enum { EXAMPLES = 3 };

struct tally {
    uint64_t rows[MG_FATE_COUNT];
    mg_sum value[MG_FATE_COUNT];
};
void tally_add(struct tally *tally, mg_fate fate, double value);
void tally_merge(struct tally *tally, const struct tally *more);

/* What reading one source came to. Zero it before; release it after. */
struct account {
    struct tally tally; /* MG_KEPT: candidates that went on */
    uint64_t records;
    uint64_t cut;        /* last records cut short, let pass by allow_truncated */
    uint64_t lines_base; /* physical lines before the text at hand */
    mg_layout layout;
    bool have_layout;
    mg_notes notes;
    struct rejects rejects;  /* malformed records */
    struct rejects examples; /* the first few of each other fate */
    char **names;            /* of members that have any */
    size_t n_names, room_names;
};
void account_release(struct account *account);

/* Where rows go: called by one thread at a time, in the order of the records.
 * fine: MG_BIT()s of the money columns that have fractions. */
struct row_sink {
    mg_status (*take)(void *self, const mg_packed *rows, uint32_t fine, mg_error *err);
    void *self;
};

/* Reads every member of `source` into `sink`. Errors: those of the source, MG_E_PARSE for
 * a text that is no trade table (where and line are set), MG_E_NOMEM, what the sink
 * returns. */
MG_MUST_CHECK mg_status read_source(mg_source *source, const char *path,
                                    const struct read_options *options,
                                    const struct row_sink *sink, const mg_talk *talk,
                                    struct account *account, mg_error *err);

#endif
