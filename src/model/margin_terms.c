/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/margin_terms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double least_usd = 10000;
static const double least_kg = 2000;

static const char *const fixed_names[MG_TERMS_FIXED] = {
    "constant",           "ln_km",      "ln_km_squared",
    "ln_unit_value",      "contiguous", "landlocked_importer",
    "landlocked_exporter"};

const char *mg_margin_term_name(int term, char name[MG_TERM_NAME])
{
    if (term >= 0 && term < MG_TERMS_FIXED)
        snprintf(name, MG_TERM_NAME, "%s", fixed_names[term]);
    else
        snprintf(name, MG_TERM_NAME, "year_%d", term);
    return name;
}

int mg_margin_term_find(const char *name)
{
    for (int t = 0; t < MG_TERMS_FIXED; t++)
        if (strcmp(name, fixed_names[t]) == 0)
            return t;
    if (strncmp(name, "year_", 5) != 0 || strlen(name) != 9 ||
        strspn(name + 5, "0123456789") != 4)
        return -1;
    long year = strtol(name + 5, NULL, 10);
    return year >= MG_TERM_YEAR ? (int)year : -1;
}

bool margin_usable(const mg_margin_pair *pair)
{
    return pair->import_usd > least_usd && pair->export_usd > least_usd &&
           pair->import_kg > least_kg && pair->export_kg > least_kg &&
           isfinite(pair->import_usd) && isfinite(pair->export_usd) &&
           isfinite(pair->import_kg) && isfinite(pair->export_kg) &&
           isfinite(pair->ln_km) && isfinite(pair->ln_unit_value) &&
           pair->year >= MG_TERM_YEAR && pair->year < MARGIN_YEARS;
}

bool margin_terms_make(struct margin_terms *terms, const bool years[MARGIN_YEARS],
                       unsigned *base)
{
    *terms = (struct margin_terms){.p = MG_TERMS_FIXED};
    *base = 0;
    for (unsigned t = 0; t < MG_TERMS_FIXED; t++)
        terms->term[t] = (uint16_t)t;
    for (unsigned year = MG_TERM_YEAR; year < MARGIN_YEARS; year++) {
        if (!years[year])
            continue;
        if (*base != 0) {
            if (terms->p == MG_TERMS_MAX)
                return false;
            terms->year_at[*base] = (uint8_t)terms->p;
            terms->term[terms->p++] = (uint16_t)*base;
        }
        *base = year;
    }
    return true;
}

void margin_terms_drop(struct margin_terms *terms, size_t j)
{
    if (terms->term[j] >= MG_TERM_YEAR)
        terms->year_at[terms->term[j]] = 0;
    for (terms->p--; j < terms->p; j++) {
        terms->term[j] = terms->term[j + 1];
        if (terms->term[j] >= MG_TERM_YEAR)
            terms->year_at[terms->term[j]] = (uint8_t)j;
    }
}

double margin_term_value(unsigned term, const mg_margin_pair *pair)
{
    switch (term) {
    case MG_TERM_CONSTANT:
        return 1;
    case MG_TERM_LN_KM:
        return pair->ln_km;
    case MG_TERM_LN_KM_SQUARED:
        return pair->ln_km * pair->ln_km;
    case MG_TERM_LN_UNIT_VALUE:
        return pair->ln_unit_value;
    case MG_TERM_CONTIGUOUS:
        return pair->contiguous;
    case MG_TERM_LANDLOCKED_IMPORTER:
        return pair->landlocked_m;
    case MG_TERM_LANDLOCKED_EXPORTER:
        return pair->landlocked_x;
    default:
        return term == pair->year;
    }
}

void margin_row_make(const struct margin_terms *terms,
                     const mg_margin_fit_options *options, const mg_margin_pair *pair,
                     struct margin_row *row)
{
    double ln_kg = log(pair->import_kg / pair->export_kg);

    row->y = log(pair->import_usd / pair->export_usd);
    if (!options->values)
        row->y -= ln_kg;
    row->weight = options->unweighted ? 1
                                      : fmin(pair->import_kg, pair->export_kg) /
                                            fmax(pair->import_kg, pair->export_kg);
    for (size_t j = 0; j < terms->p; j++)
        row->x[j] =
            terms->term[j] < MG_TERMS_FIXED ? margin_term_value(terms->term[j], pair) : 0;
    if (terms->year_at[pair->year] != 0)
        row->x[terms->year_at[pair->year]] = 1;
}
