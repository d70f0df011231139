/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/scatter_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/held_rows.h"
#include "mirrorgap/mem.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"exporter", "code", "exporting country, UN Comtrade area code"},
    {"exporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"importer", "code", "importing country, UN Comtrade area code"},
    {"importer_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"hs", "code", "commodity code"},
    {"status", "text", "matched, exporter_only or importer_only"},
    {"export_usd", "USD", "the exporter's figure, FOB"},
    {"import_fob_usd", "USD", "the importer's figure made FOB"},
    {"q", "share", "false discoveries among flows up to this one"},
};

mg_status scatter_start(struct scatter_table *t, mg_held *held, size_t most,
                        mg_error *err)
{
    *t = (struct scatter_table){.held = held, .most = most, .below = UINT64_MAX};
    return held_begin(held, "scatter", columns, sizeof columns / sizeof *columns, err);
}

static const char *const key_names[] = {"period", "exporter", "importer", "hs"};
enum { KEY = sizeof key_names / sizeof *key_names };

/* Drops every second of the others. A flow's hash is the same whatever is around it. */
static mg_status thin(struct scatter_table *t, mg_error *err)
{
    const size_t n = mg_held_rows(t->held);
    const size_t q = mg_held_column(t->held, "q");
    size_t key[KEY];
    bool *keep = mg_alloc(n + 1, sizeof *keep);

    if (keep == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot choose flows to draw");
    held_columns(t->held, key_names, KEY, key);
    t->below /= 2;
    t->near = 0;
    for (size_t row = 0; row < n; row++) {
        const bool called = mg_held_number(t->held, row, q) <= 0.1;
        keep[row] = called || held_hash(t->held, row, key, KEY) <= t->below;
        t->near += keep[row] && !called;
    }
    mg_held_choose(t->held, keep);
    free(keep);
    return MG_OK;
}

static void learn_columns(struct scatter_table *t, const mg_held *scores)
{
    held_columns(scores, key_names, KEY, t->key);
    t->export_usd = mg_held_column(scores, "export_usd");
    t->import_usd = mg_held_column(scores, "import_fob_usd");
    t->q = mg_held_column(scores, "q");
    t->status = mg_held_column(scores, "status");
    t->known = true;
}

mg_status scatter_take(struct scatter_table *t, const mg_held *scores, mg_error *err)
{
    const size_t row = mg_held_rows(scores) - 1;
    mg_status status = MG_OK;

    if (!t->known)
        learn_columns(t, scores);
    const bool x = mg_held_number(scores, row, t->export_usd) > 0;
    const bool m = mg_held_number(scores, row, t->import_usd) > 0;
    const bool called = mg_held_number(scores, row, t->q) <= 0.1;
    if (!x && !m) /* has no place on a log scale */
        return MG_OK;
    t->matched += x && m;
    t->called += x && m && called;
    const bool both = strcmp(mg_held_text(scores, row, t->status), "matched") == 0;
    t->one_sided += !both;
    t->zeros += both && (!x || !m);
    if (!called && held_hash(scores, row, t->key, KEY) > t->below)
        return MG_OK;
    t->near += !called;
    status = mg_held_copy(t->held, scores, row, err);
    return status == MG_OK && t->near > t->most ? thin(t, err) : status;
}

double scatter_share(const struct scatter_table *t)
{
    return ldexp((double)t->below, -64);
}
