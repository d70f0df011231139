/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of gaps over time, by country and chapter, and between countries. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/held_rows.h"
#include "app/names.h"
#include "app/report.h"
#include "mirrorgap/mem.h"

static mg_status sum_by(const struct report *r, const char *by, mg_held *to,
                        mg_error *err)
{
    mg_gaps_options options = {.mirror = r->options->mirror, .by = by};
    mg_gaps_summary summary;
    mg_output *output = NULL;
    mg_status status = mg_held_output(to, &output, err);

    options.mirror.filter.limit = 0;
    if (status == MG_OK)
        status = mg_gaps_print(r->session, &options, output, r->talk, &summary, err);
    mg_output_free(output);
    return status;
}

static mg_status tell_series(struct report *r, mg_error *err)
{
    mg_held *held = NULL;
    mg_status status = report_table(r, "series", "what both sides report, by period",
                                    NULL, NULL, &held, err);

    return status == MG_OK ? sum_by(r, "period", held, err) : status;
}

/* How many values a column has, up to two. */
static int variety(const mg_held *h, const char *name)
{
    const size_t c = mg_held_column(h, name);
    int n = 0;

    for (size_t row = 0; row < mg_held_rows(h) && n < 2; row++) {
        const char *text = mg_held_text(h, row, c);
        if (text[0] != '\0')
            n = n == 0 || strcmp(text, mg_held_text(h, 0, c)) == 0 ? 1 : 2;
    }
    return n;
}

/* By country and chapter; data of one chapter by heading, of one heading by period. Where
 * countries were asked for, a row is a partner in both directions; else an exporter. */
static mg_status tell_heat(struct report *r, mg_error *err)
{
    static const struct {
        const char *column, *by[2];
    } ways[] = {{"hs2", {"exporter,hs2", "country,hs2"}},
                {"hs4", {"exporter,hs4", "country,hs4"}},
                {"period", {"exporter,period", "country,period"}}};
    enum { WAYS = sizeof ways / sizeof *ways };
    const bool focus = r->options->mirror.filter.either != NULL;
    mg_held *held = NULL;
    mg_status status = MG_OK;

    for (size_t w = 0; status == MG_OK && w < WAYS; w++) {
        if (strcmp(ways[w].column, "hs4") == 0 && r->scores.level < 4)
            continue;
        mg_held_free(held);
        status = mg_held_new("gaps by country and commodity", NULL, NULL, &held, err);
        if (status == MG_OK)
            status = sum_by(r, ways[w].by[focus], held, err);
        r->heat_by = ways[w].column;
        if (status == MG_OK && variety(held, ways[w].column) > 1)
            break;
    }
    if (status != MG_OK) {
        mg_held_free(held);
        return status;
    }
    r->tables[r->n_tables].name = "heat";
    r->tables[r->n_tables++].held = held;
    return MG_OK;
}

/* ---- the map: the pairs of countries with the largest figures ---- */

static const mg_output_column map_columns[] = {
    {"exporter", "code", "exporting country, UN Comtrade area code"},
    {"exporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"importer", "code", "importing country, UN Comtrade area code"},
    {"importer_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"cells", "count", "cells that were summed"},
    {"matched", "count", "of them filed by both sides"},
    {"export_usd", "USD", "exporters' figures, all cells"},
    {"import_fob_usd", "USD", "importers' figures made FOB, all cells"},
    {"net_gap_usd", "USD", "sum of the gaps of matched cells"},
    {"gross_positive_usd", "USD", "sum of the positive ones"},
    {"gross_negative_usd", "USD", "size of the sum of the negative ones"},
};

struct sized {
    double usd;
    size_t row;
};

static int by_size(const void *a, const void *b)
{
    const struct sized *x = a;
    const struct sized *y = b;

    if (x->usd != y->usd)
        return x->usd < y->usd ? 1 : -1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Both have a place on earth, and something to show. */
static double size_of(const struct report *r, const mg_held *h, size_t row)
{
    static const char *const sides[] = {"exporter", "importer"};
    const double gross = mg_held_number(h, row, mg_held_column(h, "gross_positive_usd")) +
                         mg_held_number(h, row, mg_held_column(h, "gross_negative_usd"));

    for (int s = 0; s < 2; s++) {
        const mg_area *area =
            mg_ref_area(mg_session_ref(r->session),
                        (unsigned)mg_held_number(h, row, mg_held_column(h, sides[s])));
        if (area == NULL || isnan(area->lat))
            return NAN;
    }
    if (mg_held_number(h, row, mg_held_column(h, "matched")) > 0)
        return gross;
    /* one side reports: behind all gaps, by what it reports */
    const double usd = fmax(mg_held_number(h, row, mg_held_column(h, "export_usd")),
                            mg_held_number(h, row, mg_held_column(h, "import_fob_usd")));
    return usd > 0 ? -1 / usd : NAN;
}

static mg_status choose_largest(const struct report *r, const mg_held *pairs, mg_held *to,
                                mg_error *err)
{
    const size_t rows = mg_held_rows(pairs);
    struct sized *all = mg_alloc(rows + 1, sizeof *all);
    size_t n = 0;
    mg_status status =
        all != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot choose flows");

    for (size_t row = 0; status == MG_OK && row < rows; row++) {
        const double usd = size_of(r, pairs, row);
        if (!isnan(usd) && usd != 0)
            all[n++] = (struct sized){usd, row};
    }
    if (n > 0)
        qsort(all, n, sizeof *all, by_size);
    for (size_t i = 0; status == MG_OK && i < n && i < MAP_MOST; i++)
        status = mg_held_copy(to, pairs, all[i].row, err);
    free(all);
    return status;
}

static mg_status tell_map(struct report *r, mg_error *err)
{
    mg_held *pairs = NULL;
    mg_held *map = NULL;
    mg_status status = mg_held_new("", NULL, NULL, &pairs, err);

    if (status == MG_OK)
        status = sum_by(r, "exporter,importer", pairs, err);
    if (status == MG_OK)
        status = report_table(r, "map", "the largest gaps between two countries", NULL,
                              NULL, &map, err);
    if (status == MG_OK)
        status = held_begin(map, "map", map_columns,
                            sizeof map_columns / sizeof *map_columns, err);
    if (status == MG_OK)
        status = choose_largest(r, pairs, map, err);
    mg_held_free(pairs);
    return status;
}

mg_status report_gaps(struct report *r, mg_error *err)
{
    mg_status status = tell_series(r, err);

    if (status == MG_OK)
        status = tell_heat(r, err);
    return status == MG_OK ? tell_map(r, err) : status;
}
