/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier.h - what a dossier is made of. */
#ifndef MG_APP_DOSSIER_H
#define MG_APP_DOSSIER_H

#include "app/screening.h"

enum { TABLES = 16 };

struct dossier_table {
    const char *name, *what;
    uint64_t rows;
};

/* Where the tables of a dossier go. */
struct dossier_places {
    void *self;
    /* An output for the next table, and what to do with it once it is told. */
    mg_status (*start)(void *self, const char *name, const char *what, mg_output **output,
                       mg_error *err);
    mg_status (*end)(void *self, mg_output *output, mg_error *err);
    /* What the tables are and what they cannot show, as JSON; comes last. */
    mg_status (*json)(void *self, const char *text, mg_error *err);
};

struct dossier {
    const mg_session *session;
    const mg_dossier_options *options;
    const struct dossier_places *places;
    const mg_talk *talk;
    unsigned country;
    const char **regimes;
    char **names; /* of the delivered ones, which `regimes` points into */
    size_t n_regimes, n_names;
    struct dossier_table tables[TABLES];
    size_t n_tables;
    struct screening screening;
    mg_screen_options screen;
    mg_screen_summary screened;
    mg_totals_summary totals;
    mg_lookalike_summary lookalike;
};

/* The tables, to `places`; the options' folder is not looked at. *tables, *rows as of
 * mg_dossier_write(). */
MG_MUST_CHECK mg_status dossier_make(const mg_session *session,
                                     const mg_dossier_options *options,
                                     const struct dossier_places *places,
                                     const mg_talk *talk, uint64_t *tables,
                                     uint64_t *rows, mg_error *err);

/* The text of dossier.json, for the caller to free(); NULL: no memory. */
char *dossier_json(const struct dossier *dossier);

#endif
