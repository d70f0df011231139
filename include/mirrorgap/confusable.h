/* SPDX-License-Identifier: GPL-3.0-or-later */
/* confusable.h - areas that files mix up: datasets/ref/confusable.csv.
 *
 * Two areas are twins where a clerk, a pick list or an old code can put the trade
 * of one under the other. Loaded once, then read-only: safe from several
 * threads. */
#ifndef MG_CONFUSABLE_H
#define MG_CONFUSABLE_H

#include "mirrorgap/ref.h"

typedef struct mg_twin {
    uint16_t code, twin;
    bool gains;      /* rows filed with `code` may be trade of `twin` */
    bool loses;      /* rows filed with `twin` may be trade of `code` */
    const char *why; /* the table's */
} mg_twin;

typedef struct mg_confusable mg_confusable;

/* Reads the table in the folder of `ref`. *table is the caller's, for
 * mg_confusable_free(); NULL on failure.
 * Errors: MG_E_NOMEM; MG_E_IO; MG_E_PARSE (an area unknown to `ref`, an area with
 * itself, a pair twice, other directions; names file and line). */
MG_MUST_CHECK mg_status mg_confusable_load(const mg_ref *ref, mg_confusable **table,
                                           mg_error *err);
void mg_confusable_free(mg_confusable *table);

/* The twins of `code`, by their codes; *n of them (0: NULL). The table's. */
const mg_twin *mg_confusable_twins(const mg_confusable *table, unsigned code, size_t *n);

#endif
