/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All tables about one country, with a JSON text that says what they are and what they
 * cannot show. */
#include "app/dossier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/totals_table.h"
#include "mirrorgap/mem.h"

/* An output for a table of the dossier; its rows are told by end_table(). */
static mg_status start_table(struct dossier *d, const char *name, const char *what,
                             mg_output **output, mg_error *err)
{
    d->tables[d->n_tables++] = (struct dossier_table){.name = name, .what = what};
    return d->places->start(d->places->self, name, what, output, err);
}

static mg_status end_table(struct dossier *d, mg_output *output, uint64_t rows,
                           mg_status status, mg_error *err)
{
    if (status == MG_OK)
        status = d->places->end(d->places->self, output, err);
    mg_output_free(output);
    d->tables[d->n_tables - 1].rows = rows;
    return status;
}

/* Whether some rule of a regime is about the country. */
static bool about(const mg_regime *g, unsigned country)
{
    for (size_t i = 0; i < g->n; i++) {
        if (g->rules[i].n_targets == 0)
            return true;
        for (size_t k = 0; k < g->rules[i].n_targets; k++)
            if (g->rules[i].targets[k] == country)
                return true;
    }
    return false;
}

/* The regimes that were asked for, or all that are about the country. */
static mg_status choose_regimes(struct dossier *d, mg_error *err)
{
    const mg_ref *ref = mg_session_ref(d->session);
    mg_hs_map *map = NULL;
    mg_status status = mg_regime_names(ref, &d->names, &d->n_names, err);

    if (status != MG_OK)
        return status;
    d->regimes = mg_alloc(d->n_names + d->options->n_regimes, sizeof *d->regimes);
    if (d->regimes == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list regimes");
    for (size_t i = 0; i < d->options->n_regimes; i++)
        d->regimes[d->n_regimes++] = d->options->regimes[i];
    if (d->n_regimes > 0)
        return MG_OK;
    status = mg_hs_map_load(ref, &map, err);
    for (size_t i = 0; status == MG_OK && i < d->n_names; i++) {
        mg_regime *g;
        status = mg_regime_load(ref, map, d->names[i], NULL, &g, err);
        if (status == MG_OK && about(g, d->country) &&
            strcmp(d->names[i], "placebo") != 0)
            d->regimes[d->n_regimes++] = d->names[i];
        mg_regime_free(g);
    }
    mg_hs_map_free(map);
    return status;
}

static mg_status write_totals(struct dossier *d, mg_error *err)
{
    static const struct {
        const char *name, *by, *what;
    } tables[] = {{"totals", NULL, "its trade as partners report it, with bands"},
                  {"totals_by_partner", "period,partner", "the same by partner"},
                  {"totals_by_chapter", "period,hs2", "the same by chapter"}};
    enum { N = sizeof tables / sizeof *tables };
    const mg_totals_options options = {
        .mirror = d->options->mirror, .country = d->country, .seed = 1};
    struct totals_job jobs[N] = {0};
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < N; i++) {
        jobs[i].by = tables[i].by;
        status = start_table(d, tables[i].name, tables[i].what, &jobs[i].output, err);
    }
    if (status == MG_OK)
        status = totals_jobs(d->session, &options, jobs, N, d->talk, err);
    for (size_t i = 0; i < N; i++) {
        if (status == MG_OK)
            status = d->places->end(d->places->self, jobs[i].output, err);
        mg_output_free(jobs[i].output);
        d->tables[d->n_tables - N + i].rows = jobs[i].summary.rows;
    }
    d->totals = jobs[0].summary;
    return status;
}

typedef mg_status (*screen_print)(const struct screening *, mg_output *,
                                  mg_screen_summary *, mg_error *);

static mg_status write_screen(struct dossier *d, const char *name, unsigned verdicts,
                              const char *what, screen_print print, mg_error *err)
{
    mg_screen_summary summary = {0};
    mg_output *output = NULL;
    mg_status status = start_table(d, name, what, &output, err);

    d->screen.verdicts = verdicts;
    if (status == MG_OK)
        status = print(&d->screening, output, &summary, err);
    if (verdicts == 0 && print == screening_print)
        d->screened = summary;
    return end_table(d, output, summary.lines, status, err);
}

static mg_status write_lookalikes(struct dossier *d, mg_error *err)
{
    mg_lookalike_options options = {.mirror = d->options->mirror, .all = true};
    mg_output *output = NULL;
    mg_status status = start_table(
        d, "lookalike", "rows that name the country and may be another's", &output, err);

    options.mirror.filter.either = mg_alloc_zero(65536, 1);
    if (status == MG_OK && options.mirror.filter.either == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold a filter");
    if (status == MG_OK) {
        options.mirror.filter.either[d->country] = 1;
        status =
            mg_lookalike_print(d->session, &options, output, d->talk, &d->lookalike, err);
    }
    free(options.mirror.filter.either);
    return end_table(d, output, d->lookalike.rows, status, err);
}

/* Of those that file trade with the country. */
static mg_status write_hubs(struct dossier *d, mg_error *err)
{
    mg_mirror_options options = d->options->mirror;
    mg_output *output = NULL;
    uint64_t rows = 0;
    mg_status status =
        start_table(d, "hubs", "partners through which others' goods pass", &output, err);

    options.filter.either = mg_alloc_zero(65536, 1);
    if (status == MG_OK && options.filter.either == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold a filter");
    for (size_t i = 0; status == MG_OK && i < d->screening.n_rows; i++)
        options.filter.either[d->screening.rows[i].reporter] = 1;
    if (status == MG_OK && d->screening.n_rows > 0)
        status = mg_hubs_print(d->session, &options, output, d->talk, &rows, err);
    else if (status == MG_OK)
        status =
            mg_hubs_print(d->session, &d->options->mirror, output, d->talk, &rows, err);
    free(options.filter.either);
    return end_table(d, output, rows, status, err);
}

static mg_status write_all(struct dossier *d, mg_error *err)
{
    mg_status status = write_totals(d, err);

    if (status == MG_OK)
        status = write_screen(d, "screen", 0, "its trade under each rule and watch-list",
                              screening_print, err);
    if (status == MG_OK)
        status = write_screen(d, "after_ban",
                              1U << MG_VERDICT_AFTER_BAN | 1U << MG_VERDICT_OVER_CAP |
                                  1U << MG_VERDICT_CAP_UNKNOWN,
                              "of these, trade after a ban or over a cap",
                              screening_print, err);
    if (status == MG_OK)
        status = write_screen(d, "watch", 1U << MG_VERDICT_WATCH,
                              "of these, goods on watch-lists: the channels",
                              screening_print, err);
    if (status == MG_OK)
        status = write_screen(d, "caps", 0, "how much of each cap was used, by year",
                              screening_print_caps, err);
    if (status == MG_OK)
        status =
            write_screen(d, "events", 0, "what each rule changed", screening_events, err);
    if (status == MG_OK)
        status = write_lookalikes(d, err);
    return status == MG_OK ? write_hubs(d, err) : status;
}

static mg_status write_json(const struct dossier *d, mg_error *err)
{
    char *text = dossier_json(d);
    const mg_status status = text != NULL
                                 ? d->places->json(d->places->self, text, err)
                                 : mg_fail(err, MG_E_NOMEM, "cannot write the dossier");

    free(text);
    return status;
}

mg_status dossier_make(const mg_session *session, const mg_dossier_options *options,
                       const struct dossier_places *places, const mg_talk *talk,
                       uint64_t *tables, uint64_t *rows, mg_error *err)
{
    struct dossier d = {
        .session = session, .options = options, .places = places, .talk = talk};
    const mg_cell name = {options->country, strlen(options->country)};
    const int code = mg_ref_find_area(mg_session_ref(session), name, 0);

    *tables = *rows = 0;
    if (code < 0)
        return mg_fail(err, MG_E_RANGE, "'%s' is no country, or several",
                       options->country);
    d.country = (unsigned)code;
    d.screen = (mg_screen_options){.mirror = options->mirror,
                                   .target = options->country,
                                   .events = true,
                                   .no_placebo = true};
    mg_status status = choose_regimes(&d, err);
    d.screen.regimes = d.regimes;
    d.screen.n_regimes = d.n_regimes;
    if (status == MG_OK) {
        status = screening_open(&d.screening, session, &d.screen, talk, err);
        if (status == MG_OK)
            status = screening_match(&d.screening, err);
        if (status == MG_OK)
            status = screening_judge(&d.screening, err);
        if (status == MG_OK)
            status = write_all(&d, err);
        if (status == MG_OK)
            status = write_json(&d, err);
        *rows = d.screening.n_rows;
        screening_release(&d.screening);
    }
    *tables = d.n_tables;
    free(d.regimes);
    mg_regime_names_free(d.names, d.n_names);
    return status;
}
