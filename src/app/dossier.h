/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier.h - what a dossier is made of. */
#ifndef MG_APP_DOSSIER_H
#define MG_APP_DOSSIER_H

#include "app/screening.h"

enum { DOSSIER_PATH = 4096, TABLES = 16 };

struct dossier_table {
    const char *name, *what;
    uint64_t rows;
};

struct dossier {
    const mg_session *session;
    const mg_dossier_options *options;
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

/* Writes dossier.json. */
MG_MUST_CHECK mg_status dossier_json(const struct dossier *dossier, mg_error *err);

#endif
