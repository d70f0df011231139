/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/changes.h"
#include "mirrorgap/concordance.h"
#include "mirrorgap/median.h"
#include "mirrorgap/mem.h"

static const double to_deviation = 1.4826; /* of a median distance, if normal */

/* ---- which cell is meant ---- */

struct wanted {
    uint32_t period;
    uint8_t *exporters, *importers; /* by area code */
    mg_hs_class hs;
    int level;
};

static void wanted_release(struct wanted *w)
{
    free(w->exporters);
    free(w->importers);
}

/* One of the four parts between slashes. */
static mg_cell part_of(const char *text, int number)
{
    for (; number > 0 && text != NULL; number--) {
        text = strchr(text, '/');
        text = text != NULL ? text + 1 : NULL;
    }
    return text != NULL ? (mg_cell){text, strcspn(text, "/")} : (mg_cell){"", 0};
}

static size_t slashes(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += *text == '/';
    return n;
}

static bool read_period(mg_cell text, uint32_t *period)
{
    *period = 0;
    if (text.n != 4 && text.n != 6)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.text[i] < '0' || text.text[i] > '9')
            return false;
        *period = *period * 10 + (uint32_t)(text.text[i] - '0');
    }
    return text.n == 4 || (*period % 100 >= 1 && *period % 100 <= 12);
}

static bool read_code(mg_cell text, struct wanted *w)
{
    if (text.n == 5 && strncmp(text.text, "TOTAL", 5) == 0)
        w->hs = (mg_hs_class){.hs = MG_HS_TOTAL};
    else if (!mg_hs_class_read(text, &w->hs))
        return false;
    w->level = mg_hs_level(w->hs.hs);
    return w->level % 2 == 0 && w->level <= 6;
}

static mg_status read_wanted(const char *cell, const mg_ref *ref, struct wanted *w,
                             mg_error *err)
{
    *w = (struct wanted){.exporters = mg_alloc_zero(UINT16_MAX + 1, 1),
                         .importers = mg_alloc_zero(UINT16_MAX + 1, 1)};
    const mg_cell exporter = part_of(cell, 1);
    const mg_cell importer = part_of(cell, 2);

    if (w->exporters == NULL || w->importers == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot look a cell up");
    if (!read_period(part_of(cell, 0), &w->period) || slashes(cell) != 3)
        return mg_fail(err, MG_E_RANGE,
                       "'%s' is no cell: period/exporter/importer/hs, for example "
                       "2016/PRK/CHN/2701",
                       cell);
    if (!mg_ref_select_areas(ref, exporter, w->exporters))
        return mg_fail(err, MG_E_RANGE, "no country '%.*s'", (int)exporter.n,
                       exporter.text);
    if (!mg_ref_select_areas(ref, importer, w->importers))
        return mg_fail(err, MG_E_RANGE, "no country '%.*s'", (int)importer.n,
                       importer.text);
    const mg_cell hs = part_of(cell, 3);
    if (!read_code(hs, w))
        return mg_fail(err, MG_E_RANGE,
                       "'%.*s' is no commodity code of 2, 4 or 6 digits, nor TOTAL",
                       (int)hs.n, hs.text);
    return MG_OK;
}

bool mg_explain_known(const char *cell, const mg_ref *ref, mg_error *err)
{
    struct wanted w;
    const mg_status status = read_wanted(cell, ref, &w, err);

    wanted_release(&w);
    return status == MG_OK;
}

static bool is_pair(const struct wanted *w, const struct full *f,
                    const struct full_cell *c)
{
    return f->mirror->periods[c->period] == w->period &&
           w->exporters[full_exporter(c)] != 0 && w->importers[full_importer(c)] != 0;
}

/* How well a cell's code is the one asked for: 2 itself, 1 a component by its lowest
 * code, 0 below it, -1 not. */
static int closeness(const struct wanted *w, const struct full_cell *c)
{
    const bool star = (c->notes & MG_PAIR_COMPONENT) != 0;

    if (full_hs(c) == w->hs.hs)
        return star == w->hs.star ? 2 : star ? 1 : -1;
    return mg_hs_level(full_hs(c)) > w->level &&
                   (w->level == 0 || mg_hs_cut(full_hs(c), w->level) == w->hs.hs)
               ? 0
               : -1;
}

/* The cell itself, of several countries with the name that with most at stake; else of
 * the cells below its code. */
static bool find(const struct full *f, const struct wanted *w, struct explained *e)
{
    size_t count[3] = {0};
    double most = -1;
    int best = -1;

    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        const int close = is_pair(w, f, c) ? closeness(w, c) : -1;
        if (close < 0)
            continue;
        count[close]++;
        if (close > best || (close == best && full_at_stake(c) > most)) {
            best = close;
            most = full_at_stake(c);
            e->cell = i;
        }
    }
    if (best < 0)
        return false;
    e->finer = best == 0 ? count[0] : 0;
    e->alike = best > 0 ? count[best] - 1 : 0;
    return true;
}

/* ---- what stands beside it ---- */

static void add_neighbour(const struct full *f, struct neighbours *to, size_t cell)
{
    const double stake = full_at_stake(&f->cells[cell]);
    size_t at = to->n;

    to->all++;
    while (at > 0 && full_at_stake(&f->cells[to->cells[at - 1]]) < stake)
        at--;
    if (at == NEIGHBOURS)
        return;
    to->n += to->n < NEIGHBOURS;
    memmove(&to->cells[at + 1], &to->cells[at], (to->n - at - 1) * sizeof *to->cells);
    to->cells[at] = cell;
}

static void find_neighbours(struct explained *e)
{
    const struct full *f = e->full;
    const struct full_cell *me = &f->cells[e->cell];
    const int heading = f->level > 4 ? 4 : f->level > 2 ? 2 : 0;

    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        const bool x = full_exporter(c) == full_exporter(me);
        const bool m = full_importer(c) == full_importer(me);
        if (i == e->cell || c->period != me->period || (!x && !m))
            continue;
        const bool code = full_same_code(c, me);
        if (code && c->silence == MG_SILENCE_NES) {
            e->nes_x += x && !isnan(c->x_usd) ? c->x_usd : 0;
            e->nes_m += m && !isnan(c->m_usd) ? c->m_usd : 0;
        }
        if (x && !m && code)
            add_neighbour(f, &e->importers, i);
        if (m && !x && code)
            add_neighbour(f, &e->exporters, i);
        if (x && m && heading > 0 &&
            mg_hs_cut(full_hs(c), heading) == mg_hs_cut(full_hs(me), heading))
            add_neighbour(f, &e->siblings, i);
    }
}

static void find_series(struct explained *e)
{
    const struct full *f = e->full;

    e->from = e->to = e->cell;
    while (e->from > 0 && full_same_series(&f->cells[e->from - 1], &f->cells[e->cell]))
        e->from--;
    while (e->to < f->n && full_same_series(&f->cells[e->to], &f->cells[e->cell]))
        e->to++;
    for (size_t i = e->from; i < e->to; i++)
        if (i != e->cell) {
            e->others++;
            e->one_sided += f->cells[i].status != MG_MATCHED;
        }
    for (e->rank = 0; e->rank < f->n && f->order[e->rank] != e->cell; e->rank++)
        ;
    e->rank++;
}

/* n gaps y (and spare, their copy) of cells, both used up. */
static void find_alarm(struct explained *e, size_t n, double *y, double *spare,
                       const size_t *cell)
{
    const double middle = mg_median(spare, n);
    const double scale = to_deviation * mg_median_distance(spare, n, middle);
    size_t since;

    if (!(scale > 0))
        return;
    for (size_t i = 0; i < n; i++)
        y[i] = (y[i] - middle) / scale;
    const size_t alarm = mg_changes_cusum(n, y, &since);
    if (alarm < n) {
        e->drift = cell[alarm];
        e->drift_from = cell[since];
    }
}

/* A drift that no single period shows: CUSUM over the flow's gaps beyond what is usual of
 * everyone, about their median and in their own deviations. */
static mg_status find_drift(struct explained *e, mg_error *err)
{
    const struct full *f = e->full;
    const size_t room = e->to - e->from;
    double *y = mg_alloc(room, sizeof *y);
    double *spare = mg_alloc(room, sizeof *spare);
    size_t *cell = mg_alloc(room, sizeof *cell);
    size_t n = 0;
    mg_status status = MG_OK;

    e->drift = e->drift_from = SIZE_MAX;
    if (y == NULL || spare == NULL || cell == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot look for a drift");
    for (size_t i = e->from; status == MG_OK && i < e->to; i++)
        if (!isnan(f->value[i].z)) {
            spare[n] = y[n] = full_beyond_everyone(f, i);
            cell[n++] = i;
        }
    if (n >= FULL_SHORTEST_FLOW)
        find_alarm(e, n, y, spare, cell);
    free(y);
    free(spare);
    free(cell);
    return status;
}

static void find_limits(struct explained *e)
{
    const struct full_cell *c = &e->full->cells[e->cell];
    const mg_null_score *s = &e->full->value[e->cell];
    const double expected = s->expected;

    e->usual_x = c->m_usd * exp(-expected);
    e->low_x = c->m_usd * exp(-expected - 2 * s->scale);
    e->high_x = c->m_usd * exp(-expected + 2 * s->scale);
    e->usual_margin = c->import_usd / (c->x_usd * exp(expected)) - 1;
}

/* ---- all of it ---- */

mg_status explain_cells(struct explained *all, size_t n, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t k = 0; status == MG_OK && k < n; k++) {
        find_series(&all[k]);
        find_neighbours(&all[k]);
        find_limits(&all[k]);
        status = find_drift(&all[k], err);
    }
    if (status == MG_OK)
        status = explain_reports(all, n, err);
    for (size_t k = 0; status == MG_OK && k < n; k++)
        status = explain_prices(&all[k], err);
    return status;
}

static mg_status write_page(struct explained *e, bool json, mg_output *output,
                            mg_error *err)
{
    size_t n = 0;
    char *text = json ? explain_json(e, &n) : explain_text(e, &n);
    mg_status status = text != NULL ? mg_output_document(output, text, n, err)
                                    : mg_fail(err, MG_E_NOMEM, "cannot hold the page");

    free(text);
    return status;
}

static mg_status explain_at(const mg_session *session, const mg_mirror_options *asked,
                            int level, const struct wanted *w, bool json,
                            mg_output *output, const mg_talk *talk, bool *found,
                            mg_error *err)
{
    const mg_full_options options = {.mirror = *asked};
    mg_mirror_options at = *asked;
    struct mirror mirror = {0};
    struct full full = {0};
    struct explained e = {.full = &full};
    mg_status status;

    at.filter =
        (mg_filter){.level = level, .freq = mg_period_monthly(w->period) ? 'M' : 'A'};
    status = full_open(&mirror, session, &at, talk, err);
    if (status == MG_OK)
        status = full_gather(&full, &mirror, talk, err);
    *found = status == MG_OK && find(&full, w, &e);
    if (*found)
        status = full_score(&full, &options, err);
    if (*found && status == MG_OK) {
        status = explain_cells(&e, 1, err);
        if (status == MG_OK)
            status = write_page(&e, json, output, err);
    }
    full_release(&full);
    mirror_close(&mirror);
    return status;
}

mg_status mg_explain_print(const mg_session *session, const mg_mirror_options *options,
                           const char *cell, bool json, mg_output *output,
                           const mg_talk *talk, uint64_t *pages, mg_error *err)
{
    struct wanted w;
    bool found = false;
    mg_status status = read_wanted(cell, mg_session_ref(session), &w, err);

    if (status == MG_OK)
        status =
            explain_at(session, options, w.level, &w, json, output, talk, &found, err);
    /* below the code that is asked for */
    for (int level = w.level + 2; status == MG_OK && !found && level <= 6; level += 2)
        status = explain_at(session, options, level, &w, json, output, talk, &found, err);
    *pages = found;
    wanted_release(&w);
    return status;
}
