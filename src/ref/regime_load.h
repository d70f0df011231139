/* SPDX-License-Identifier: GPL-3.0-or-later */
/* regime_load.h - a regime while it is being read: one file reads the cells of a line
 * (regime_line.c), one compares lines (regime_check.c), one does the rest (regime.c). */
#ifndef MG_REF_REGIME_LOAD_H
#define MG_REF_REGIME_LOAD_H

#include "mirrorgap/regime.h"

/* What a regime points into. */
struct mg_regime_texts {
    void **items;
    size_t n, room;
    char *name;
};

struct regime_load {
    const mg_ref *ref;
    const mg_hs_map *map;
    const mg_regime_faults *faults;
    const char *path;
    mg_regime *regime;
    size_t room;
    uint64_t line; /* that is being read */
    uint64_t n_faults;
    uint64_t first_line;
    char first[400];
};

/* Tells of a fault of a line. */
void regime_fault(struct regime_load *load, uint64_t line, const char *fmt, ...)
    MG_PRINTF(3, 4);
/* A copy of n bytes that the regime owns; NULL: no memory. */
const void *regime_keep(struct regime_load *load, const void *bytes, size_t n,
                        mg_error *err);

/* The columns of rules.csv, and one record of them as a mg_table_row of a
 * struct regime_load: faults are told, only a lack of memory fails. */
extern const char *const regime_columns[];
MG_MUST_CHECK mg_status regime_take_line(void *self, const char *const *fields,
                                         mg_error *err);

/* What lines say together; they are sorted by rule, edition and prefix. */
void regime_check(struct regime_load *load);

#endif
