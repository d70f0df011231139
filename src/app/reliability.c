/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reliability: how much each reporter's figures are worth, on either side. */
#include <string.h>

#include "app/names.h"
#include "app/panel.h"

static const mg_output_column columns[] = {
    {"country", "code", "reporter, UN Comtrade area code"},
    {"iso3", "code", "its ISO 3166 alpha-3 code"},
    {"side", "text", "export: as exporter; import: as importer"},
    {"measure", "text", "value: US dollars FOB; quantity: net weight"},
    {"method", "text", "baci, by (Bustos and Yildirim) or variance"},
    {"score", "1", "higher is more reliable; comparable within side, measure and method"},
    {"weight", "share", "of this report when two are reconciled, mean over its pairs"},
    {"std_error", "1", "of the score"},
    {"n", "count", "cells (baci, variance) or pair totals (by) behind it"},
};

enum { METHODS = 3 };
static const struct method {
    const char *name;
    mg_status (*fit)(const mg_mirror_panel *panel, const mg_reliability_options *options,
                     mg_reliability *result, mg_error *err);
    bool totals;
    bool extra; /* on request only */
} methods[METHODS] = {{"baci", mg_reliability_baci, false, false},
                      {"by", mg_reliability_by, true, false},
                      {"variance", mg_reliability_variance, false, true}};

bool mg_reliability_method_known(const char *name)
{
    for (int i = 0; i < METHODS; i++)
        if (strcmp(methods[i].name, name) == 0)
            return true;
    return false;
}

struct result {
    const struct method *method;
    unsigned measure;
    mg_reliability fit;
};

static void print_line(const struct panel *p, const mg_ref *ref, const struct result *r,
                       unsigned side, uint32_t country, mg_lines *to)
{
    const mg_reporter *reporter = &r->fit.side[side][country];
    const char *words[] = {mg_role_name(side), panel_measure_name(r->measure),
                           r->method->name};

    line_area(to, ref, p->codes[country]);
    for (int w = 0; w < 3; w++)
        mg_line_word(to, words[w], strlen(words[w]));
    mg_line_number(to, reporter->score);
    mg_line_number(to, reporter->weight);
    mg_line_number(to, reporter->std_error);
    mg_line_integer(to, (int64_t)reporter->n);
    mg_line_end(to);
}

/* By country, side, measure, method. */
static mg_status print_results(const struct panel *p, const mg_ref *ref,
                               const struct result *results, size_t n, uint64_t limit,
                               uint64_t *rows, mg_output *output, mg_error *err)
{
    mg_lines lines;
    mg_status status;

    mg_lines_start(&lines, output);
    for (uint32_t country = 0; country < p->n_countries; country++)
        for (unsigned side = 0; side < MG_ROLES; side++)
            for (size_t i = 0; i < n; i++)
                if (results[i].fit.side[side] != NULL &&
                    results[i].fit.side[side][country].n > 0 &&
                    (limit == 0 || lines.rows < limit))
                    print_line(p, ref, &results[i], side, country, &lines);
    *rows = lines.rows;
    status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}

static mg_status fit_all(const struct panel *p, const char *only, struct result *results,
                         size_t *n, const mg_talk *talk, mg_error *err)
{
    mg_status status = MG_OK;

    for (unsigned measure = 0; measure < PANEL_MEASURES; measure++)
        for (int i = 0; status == MG_OK && i < METHODS; i++) {
            const struct method *m = &methods[i];
            const struct panel_rows *rows =
                m->totals ? &p->totals[measure] : &p->cells[measure];
            const mg_mirror_panel view = panel_view(p, rows);
            struct result *r = &results[*n];
            if (only != NULL ? strcmp(only, m->name) != 0 : m->extra)
                continue;
            if (rows->n == 0)
                continue; /* nobody weighed anything */
            *r = (struct result){.method = m, .measure = measure};
            status = m->fit(&view, NULL, &r->fit, err);
            if (status != MG_OK)
                break;
            ++*n;
            mg_say(talk, MG_SAY_INFO,
                   "reliability: %s of %s, n=%zu trimmed=%zu groups=%u sweeps=%u%s",
                   m->name, panel_measure_name(measure), r->fit.rows, r->fit.trimmed,
                   r->fit.components, r->fit.sweeps,
                   r->fit.converged ? "" : " NOT CONVERGED");
        }
    return status;
}

mg_status mg_reliability_print(const mg_session *session,
                               const mg_reliability_question *q, mg_output *output,
                               const mg_talk *talk, uint64_t *rows, mg_error *err)
{
    struct mirror mirror = {0};
    struct panel panel = {0};
    struct result results[METHODS * PANEL_MEASURES] = {0};
    size_t n = 0;
    mg_status status = mirror_open(&mirror, session, &q->mirror, false, talk, err);

    *rows = 0;
    if (status == MG_OK)
        status = mg_output_columns(output, "reliability", columns,
                                   sizeof columns / sizeof *columns, err);
    if (status == MG_OK)
        status = mirror_note(&mirror, output, err);
    if (status == MG_OK)
        status = panel_gather(&panel, &mirror, talk, err);
    if (status == MG_OK)
        status = fit_all(&panel, q->method, results, &n, talk, err);
    if (status == MG_OK)
        status = print_results(&panel, mg_session_ref(session), results, n,
                               mirror.filter.limit, rows, output, err);
    for (size_t i = 0; i < n; i++)
        mg_reliability_release(&results[i].fit);
    panel_release(&panel);
    mirror_close(&mirror);
    return status;
}
