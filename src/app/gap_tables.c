/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gap_tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/held_rows.h"
#include "mirrorgap/mem.h"

mg_status gap_table(const mg_session *session, const mg_mirror_options *mirror,
                    const char *by, const mg_talk *talk, mg_held *to, int *level,
                    mg_error *err)
{
    mg_gaps_options options = {.mirror = *mirror, .by = by};
    mg_gaps_summary summary = {0};
    mg_output *output = NULL;
    mg_status status = mg_held_output(to, &output, err);

    options.mirror.filter.limit = 0;
    if (status == MG_OK)
        status = mg_gaps_print(session, &options, output, talk, &summary, err);
    mg_output_free(output);
    if (level != NULL)
        *level = summary.level;
    return status;
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

mg_status gap_table_heat(const mg_session *session, const mg_mirror_options *mirror,
                         const mg_talk *talk, mg_held **held, const char **by,
                         mg_error *err)
{
    static const struct {
        const char *column, *by[2];
        int level; /* codes so fine that it can tell them apart */
    } ways[] = {{"hs2", {"exporter,hs2", "country,hs2"}, 2},
                {"hs4", {"exporter,hs4", "country,hs4"}, 4},
                {"year", {"exporter,year", "country,year"}, 0}};
    enum { WAYS = sizeof ways / sizeof *ways };
    const bool focus = mirror->filter.either != NULL;
    int level = 0;
    mg_status status = MG_OK;

    *held = NULL;
    for (size_t w = 0; status == MG_OK && w < WAYS; w++) {
        if (w > 0 && level < ways[w].level)
            continue;
        mg_held_free(*held);
        status = mg_held_new("gaps by country and commodity", NULL, NULL, held, err);
        if (status == MG_OK)
            status =
                gap_table(session, mirror, ways[w].by[focus], talk, *held, &level, err);
        *by = ways[w].column;
        if (status == MG_OK && variety(*held, ways[w].column) > 1)
            break;
    }
    if (status != MG_OK) {
        mg_held_free(*held);
        *held = NULL;
    }
    return status;
}

/* ---- pairs of countries ---- */

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
static double size_of(const mg_ref *ref, const mg_held *h, size_t row)
{
    static const char *const sides[] = {"exporter", "importer"};
    const double gross = mg_held_number(h, row, mg_held_column(h, "gross_positive_usd")) +
                         mg_held_number(h, row, mg_held_column(h, "gross_negative_usd"));

    for (int s = 0; s < 2; s++) {
        const mg_area *area = mg_ref_area(
            ref, (unsigned)mg_held_number(h, row, mg_held_column(h, sides[s])));
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

static mg_status choose_largest(const mg_ref *ref, const mg_held *pairs, size_t most,
                                mg_held *to, mg_error *err)
{
    const size_t rows = mg_held_rows(pairs);
    struct sized *all = mg_alloc(rows + 1, sizeof *all);
    size_t n = 0;
    mg_status status =
        all != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot choose flows");

    for (size_t row = 0; status == MG_OK && row < rows; row++) {
        const double usd = size_of(ref, pairs, row);
        if (!isnan(usd) && usd != 0)
            all[n++] = (struct sized){usd, row};
    }
    if (n > 0)
        qsort(all, n, sizeof *all, by_size);
    for (size_t i = 0; status == MG_OK && i < n && i < most; i++)
        status = mg_held_copy(to, pairs, all[i].row, err);
    free(all);
    return status;
}

mg_status gap_table_map(const mg_session *session, const mg_mirror_options *mirror,
                        size_t most, const mg_talk *talk, mg_held *to, mg_error *err)
{
    mg_held *pairs = NULL;
    mg_status status = mg_held_new("", NULL, NULL, &pairs, err);

    if (status == MG_OK)
        status = gap_table(session, mirror, "exporter,importer", talk, pairs, NULL, err);
    if (status == MG_OK)
        status = held_begin(to, "map", map_columns,
                            sizeof map_columns / sizeof *map_columns, err);
    if (status == MG_OK)
        status = choose_largest(mg_session_ref(session), pairs, most, to, err);
    mg_held_free(pairs);
    return status;
}
