/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals: trade of a country that does not report, as its partners file it. */
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/totals_table.h"
#include "mirrorgap/mem.h"

/* "period,partner,hs2". */
static mg_status read_keys(const char *by, bool *partner, bool *hs2, mg_error *err)
{
    bool period = by == NULL;

    *partner = *hs2 = false;
    while (by != NULL && *by != '\0') {
        size_t n = strcspn(by, ",");
        bool *key = n == 6 && strncmp(by, "period", n) == 0    ? &period
                    : n == 7 && strncmp(by, "partner", n) == 0 ? partner
                    : n == 3 && strncmp(by, "hs2", n) == 0     ? hs2
                                                               : NULL;
        if (key == NULL || *key)
            return mg_fail(err, MG_E_RANGE,
                           key == NULL ? "totals cannot be told by '%.*s': period, "
                                         "partner, hs2"
                                       : "'%.*s' is asked for twice",
                           (int)n, by);
        *key = true;
        by += n + (by[n] == ',');
    }
    return period ? MG_OK
                  : mg_fail(err, MG_E_RANGE, "totals are told by period: --by period%s%s",
                            *partner ? ",partner" : "", *hs2 ? ",hs2" : "");
}

bool mg_totals_keys_known(const char *by, mg_error *err)
{
    bool partner;
    bool hs2;

    return read_keys(by, &partner, &hs2, err) == MG_OK;
}

mg_status totals_periods(struct totals_world *w, mg_error *err)
{
    const struct mirror *m = w->mirror;

    w->periods = mg_alloc(m->n_periods, sizeof *w->periods);
    w->reporting = mg_alloc(m->n_periods, sizeof *w->reporting);
    if (w->periods == NULL || w->reporting == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the periods");
    for (size_t p = 0; p < m->n_periods; p++)
        if (mg_period_monthly(m->periods[p]) == (w->freq == 'M')) {
            w->reporting[w->n_periods] = mg_reporting_place(m->reporting, m->periods[p]);
            w->periods[w->n_periods++] = m->periods[p];
        }
    return MG_OK;
}

/* Completeness and calibration of both flows of the country. */
static mg_status prepare(struct totals_table *t, const struct totals_list *known,
                         mg_error *err)
{
    static const char *const flows[] = {"imports", "exports"};
    const struct totals_world *w = t->world;
    mg_status status = MG_OK;

    for (unsigned f = 0; status == MG_OK && f < TOTALS_FLOWS; f++) {
        t->complete[f] = mg_alloc_zero(w->n_periods, sizeof *t->complete[f]);
        t->silent[f] = mg_alloc_zero(w->n_periods, sizeof *t->silent[f]);
        if (t->complete[f] == NULL || t->silent[f] == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot tell how complete totals are");
        status = totals_completeness(w, f, w->country, t->complete[f], t->silent[f], err);
        if (status == MG_OK)
            status = totals_calibration(known, f, w->country, w->seed, &t->calibration[f],
                                        &t->calibrated[f], err);
        if (status == MG_OK && !t->calibrated[f])
            mg_say(w->talk, MG_SAY_WARNING,
                   "%s: fewer than %zu countries report what their partners report too: "
                   "bands are not calibrated",
                   flows[f], mg_totals_countries_needed(0.9));
        else if (status == MG_OK)
            mg_say(w->talk, MG_SAY_DETAIL,
                   "%s: band calibrated on %zu and %zu countries, %.3g scales", flows[f],
                   t->calibration[f].fitted, t->calibration[f].kept,
                   t->calibration[f].quantile);
    }
    return status;
}

static mg_status print_job(struct totals_table *t, struct totals_job *job, mg_error *err)
{
    mg_status status = read_keys(job->by, &t->by_partner, &t->by_hs2, err);

    t->printed = 0;
    t->suspect = (mg_sum){0};
    for (unsigned f = 0; f < TOTALS_FLOWS; f++)
        t->reported[f] = (mg_sum){0};
    if (status == MG_OK)
        status = totals_table_print(t, job->output, err);
    job->summary.rows = t->printed;
    job->summary.exports_usd = mg_sum_value(&t->reported[TOTALS_X]);
    job->summary.imports_usd = mg_sum_value(&t->reported[TOTALS_M]);
    job->summary.suspect_usd = mg_sum_value(&t->suspect);
    return status;
}

/* What does not depend on how totals are told is found once. */
static mg_status print_tables(struct totals_world *w, const mg_totals_options *o,
                              const struct totals_list *known, struct totals_job *jobs,
                              size_t n, mg_error *err)
{
    const mg_filter *printing = &o->mirror.filter;
    struct totals_table t = {.world = w, .printing = printing, .limit = printing->limit};
    struct totals_suspects suspects = {0};
    mg_status status = totals_suspect(w, printing, o->evidence, &suspects, err);

    if (status == MG_OK)
        status = prepare(&t, known, err);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        status = print_job(&t, &jobs[i], err);
        jobs[i].summary.swaps = suspects.swaps;
        jobs[i].summary.doubtful = suspects.doubtful;
    }
    for (unsigned f = 0; f < TOTALS_FLOWS; f++) {
        free(t.complete[f]);
        free(t.silent[f]);
    }
    return status;
}

static mg_status print_check(struct totals_world *w, const mg_totals_options *o,
                             const struct totals_list *known, mg_output *output,
                             mg_totals_summary *summary, mg_error *err)
{
    struct totals_coverage c;
    mg_status status = totals_check_print(w, known, &o->mirror.filter,
                                          o->mirror.filter.either, output, &c, err);

    summary->rows = c.printed;
    summary->counted = c.counted;
    summary->inside = c.inside;
    summary->inside_draws = c.inside_draws;
    return status;
}

/* What all of the world's pairs give, periods apart: the country's totals are judged by
 * other years and other countries. */
static mg_mirror_options gathering(const mg_totals_options *o)
{
    mg_mirror_options to = o->mirror;

    to.filter.from = to.filter.to = 0;
    to.filter.exporters = to.filter.importers = to.filter.either = NULL;
    to.filter.min_value = 0;
    to.filter.statuses = 0;
    return to;
}

static mg_status run(struct totals_world *w, const mg_totals_options *o,
                     struct totals_job *jobs, size_t n, mg_error *err)
{
    struct totals_list known = {0};
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        status = o->check ? totals_check_columns(jobs[i].output, err)
                          : totals_table_columns(jobs[i].output, err);
        if (status == MG_OK)
            status = mirror_note(w->mirror, jobs[i].output, err);
    }
    if (status == MG_OK)
        status = totals_periods(w, err);
    if (status == MG_OK)
        status = totals_gather(w, err);
    if (status == MG_OK)
        totals_sort(w);
    if (status == MG_OK)
        status = totals_learn(w, err);
    if (status == MG_OK)
        status = totals_known(w, &known, err);
    if (status == MG_OK)
        status = o->check ? print_check(w, o, &known, jobs->output, &jobs->summary, err)
                          : print_tables(w, o, &known, jobs, n, err);
    free(known.items);
    return status;
}

mg_status totals_jobs(const mg_session *session, const mg_totals_options *options,
                      struct totals_job *jobs, size_t n, const mg_talk *talk,
                      mg_error *err)
{
    const mg_mirror_options all = gathering(options);
    struct mirror mirror = {0};
    struct totals_world w = {.mirror = &mirror,
                             .talk = talk,
                             .country = options->check ? 0 : options->country,
                             .seed = options->seed};
    mg_status status = mirror_open(&mirror, session, &all, false, talk, err);

    if (status == MG_OK) {
        /* the frequency of the periods that are asked for */
        mirror.filter.from = options->mirror.filter.from;
        mirror.filter.to = options->mirror.filter.to;
        w.freq = mirror_freq(&mirror, talk);
        for (size_t i = 0; i < n; i++)
            jobs[i].summary = (mg_totals_summary){.freq = w.freq};
        mirror.filter.from = mirror.filter.to = 0;
        status = run(&w, options, jobs, n, err);
    }
    totals_release(&w);
    mirror_close(&mirror);
    return status;
}

mg_status mg_totals_print(const mg_session *session, const mg_totals_options *options,
                          mg_output *output, const mg_talk *talk,
                          mg_totals_summary *summary, mg_error *err)
{
    struct totals_job job = {.by = options->by, .output = output};
    const mg_status status = totals_jobs(session, options, &job, 1, talk, err);

    *summary = job.summary;
    return status;
}
