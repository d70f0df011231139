/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/panel.h"

#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/finest.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536, CHAPTERS = 101, NO_CHAPTER = 100 };

const char *panel_measure_name(unsigned measure)
{
    static const char *const names[PANEL_MEASURES] = {"value", "quantity"};
    return names[measure];
}

static mg_status rows_room(struct panel_rows *r, size_t more, mg_error *err)
{
    void **const columns[] = {(void **)&r->exporter,  (void **)&r->importer,
                              (void **)&r->commodity, (void **)&r->period,
                              (void **)&r->x,         (void **)&r->m};
    const size_t sizes[] = {4, 4, 4, 4, 8, 8};
    size_t room = r->room;
    mg_status status = MG_OK;

    if (r->n + more <= r->room)
        return MG_OK;
    for (int c = 0; status == MG_OK && c < 6; c++) {
        room = r->room;
        status = mg_grow(columns[c], &room, r->n + more, sizes[c], err);
    }
    if (status == MG_OK)
        r->room = room;
    return status;
}

static void rows_release(struct panel_rows *r)
{
    free(r->exporter);
    free(r->importer);
    free(r->commodity);
    free(r->period);
    free(r->x);
    free(r->m);
    *r = (struct panel_rows){0};
}

void panel_release(struct panel *p)
{
    for (int i = 0; i < PANEL_MEASURES; i++) {
        rows_release(&p->cells[i]);
        rows_release(&p->totals[i]);
    }
    free(p->codes);
    free(p->number_of);
    *p = (struct panel){0};
}

/* One period, as one thread gathers it. */
struct part {
    const struct mirror *mirror;
    struct period_margins margins;
    uint32_t number;
    int asked, level;
    uint64_t seen;
    uint32_t threshold; /* cells whose hash is above are passed over */
    struct panel_rows cells[PANEL_MEASURES], totals[PANEL_MEASURES];
    uint32_t place; /* whose totals are being summed */
    bool open;
    double x[PANEL_MEASURES], m[PANEL_MEASURES];
};

static void part_release(struct part *p)
{
    for (int i = 0; i < PANEL_MEASURES; i++) {
        rows_release(&p->cells[i]);
        rows_release(&p->totals[i]);
    }
}

static mg_status push(struct panel_rows *r, uint32_t place, uint32_t commodity,
                      uint32_t period, double x, double m, mg_error *err)
{
    mg_status status = rows_room(r, 1, err);

    if (status != MG_OK)
        return status;
    r->exporter[r->n] = place >> 16;
    r->importer[r->n] = place & 0xffff;
    r->commodity[r->n] = commodity;
    r->period[r->n] = period;
    r->x[r->n] = x;
    r->m[r->n++] = m;
    return MG_OK;
}

static mg_status end_place(struct part *p, mg_error *err)
{
    mg_status status = MG_OK;

    for (int i = 0; status == MG_OK && p->open && i < PANEL_MEASURES; i++)
        if (p->x[i] > 0 && p->m[i] > 0)
            status = push(&p->totals[i], p->place, 0, p->number, p->x[i], p->m[i], err);
    p->open = false;
    return status;
}

static uint32_t chapter_of(uint32_t hs)
{
    int chapter = mg_hs_chapter(hs);

    return chapter < 0 ? NO_CHAPTER : (uint32_t)chapter;
}

/* A fixed hash of a cell, uniform on 32 bits. */
static uint32_t hash_of(uint32_t place, uint32_t hs, uint32_t period)
{
    uint64_t h = ((uint64_t)place << 32 | hs) ^ (uint64_t)period * 0x9e3779b97f4a7c15ULL;

    h = (h ^ h >> 33) * 0xff51afd7ed558ccdULL;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53ULL;
    return (uint32_t)(h >> 32);
}

static void forget(struct part *p)
{
    for (int i = 0; i < PANEL_MEASURES; i++)
        p->cells[i].n = p->totals[i].n = 0;
    p->open = false;
    p->seen = 0;
}

static double weighed(const mg_side *side)
{
    return side->kg > 0 && (side->flags & MG_FLAG_KG_ESTIMATED) == 0 ? side->kg : NAN;
}

static mg_status take_pair(struct part *p, const mg_pair *pair, mg_error *err)
{
    const uint32_t place = (uint32_t)pair->exporter << 16 | pair->importer;
    struct measure m;
    mg_status status = MG_OK;

    mirror_measure(p->mirror, &p->margins, pair, &m);
    const double x[] = {pair->x.value_usd, weighed(&pair->x)};
    const double y[] = {m.m.usd, weighed(&pair->m)};
    if (p->open && p->place != place)
        status = end_place(p, err);
    if (!p->open) {
        p->open = true;
        p->place = place;
        for (int i = 0; i < PANEL_MEASURES; i++)
            p->x[i] = p->m[i] = 0;
    }
    if (pair->status == MG_MATCHED)
        p->seen++;
    for (int i = 0; status == MG_OK && i < PANEL_MEASURES; i++) {
        /* weights are summed where both sides weighed: else kinds of goods differ */
        bool both = x[i] > 0 && y[i] > 0;
        if (i == PANEL_VALUE || both) {
            p->x[i] += x[i] > 0 ? x[i] : 0;
            p->m[i] += y[i] > 0 ? y[i] : 0;
        }
        if (both && hash_of(place, pair->hs, p->number) <= p->threshold)
            status = push(&p->cells[i], place, chapter_of(pair->hs), p->number, x[i],
                          y[i], err);
    }
    return status;
}

static mg_status take(void *self, const mg_pair *pairs, size_t n, mg_error *err)
{
    struct part *p = self;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        if (!mirror_wants(p->mirror, &pairs[i]))
            continue;
        enum finest step = finest_of(&p->level, p->asked, pairs[i].hs);
        if (step == FINEST_PASS)
            continue;
        if (step == FINEST_ANEW)
            forget(p);
        status = take_pair(p, &pairs[i], err);
    }
    return status;
}

static mg_status gather_part(struct part *p, uint32_t period, mg_error *err)
{
    const struct mirror *m = p->mirror;
    mg_pair_sink sink = {.take = take, .self = p};
    mg_status status = margins_period(&m->margins, period, &p->margins, err);

    if (status == MG_OK)
        status = mirror_join(m, period, &p->margins, &sink, err);
    if (status == MG_OK)
        status = end_place(p, err);
    margins_period_release(&p->margins);
    return status;
}

static mg_status append(struct panel_rows *to, const struct panel_rows *more,
                        mg_error *err)
{
    mg_status status = rows_room(to, more->n, err);

    if (status != MG_OK || more->n == 0)
        return status;
    memcpy(to->exporter + to->n, more->exporter, more->n * sizeof *more->exporter);
    memcpy(to->importer + to->n, more->importer, more->n * sizeof *more->importer);
    memcpy(to->commodity + to->n, more->commodity, more->n * sizeof *more->commodity);
    memcpy(to->period + to->n, more->period, more->n * sizeof *more->period);
    memcpy(to->x + to->n, more->x, more->n * sizeof *more->x);
    memcpy(to->m + to->n, more->m, more->n * sizeof *more->m);
    to->n += more->n;
    return MG_OK;
}

static mg_status gather_one(void *self, size_t i, mg_error *err)
{
    struct part *part = (struct part *)self + i;

    return gather_part(part, part->mirror->periods[i], err);
}

/* Puts the finest level of all periods behind one another. */
static mg_status append_parts(struct panel *panel, struct part *parts, size_t n,
                              mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; i < n; i++)
        panel->level = parts[i].level > panel->level ? parts[i].level : panel->level;
    for (size_t i = 0; i < n; i++) {
        bool finest = parts[i].level == panel->level;
        panel->seen += finest ? parts[i].seen : 0;
        for (int k = 0; status == MG_OK && finest && k < PANEL_MEASURES; k++) {
            status = append(&panel->cells[k], &parts[i].cells[k], err);
            if (status == MG_OK)
                status = append(&panel->totals[k], &parts[i].totals[k], err);
        }
        part_release(&parts[i]);
    }
    return status;
}

static mg_status gather(struct panel *panel, const struct mirror *m, uint32_t threshold,
                        const mg_talk *talk, mg_error *err)
{
    struct part *parts = mg_alloc_zero(m->n_periods, sizeof *parts);
    mg_status status;

    if (parts == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot gather pairs");
    for (size_t i = 0; i < m->n_periods; i++)
        parts[i] = (struct part){.mirror = m,
                                 .number = (uint32_t)i,
                                 .asked = m->filter.level,
                                 .threshold = threshold};
    status = mirror_each_period(m, panel->freq, talk, gather_one, parts, err);
    if (status == MG_OK)
        status = append_parts(panel, parts, m->n_periods, err);
    for (size_t i = 0; i < m->n_periods; i++)
        part_release(&parts[i]);
    free(parts);
    return status;
}

/* Numbers the countries that occur, by code, and the rows accordingly. */
static mg_status number_countries(struct panel *p, mg_error *err)
{
    struct panel_rows *const all[] = {&p->cells[0], &p->cells[1], &p->totals[0],
                                      &p->totals[1]};

    p->number_of = mg_alloc(CODES, sizeof *p->number_of);
    p->codes = mg_alloc(CODES, sizeof *p->codes);
    if (p->number_of == NULL || p->codes == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot number countries");
    memset(p->number_of, 0xff, CODES * sizeof *p->number_of);
    for (int a = 0; a < 4; a++)
        for (size_t i = 0; i < all[a]->n; i++)
            p->number_of[all[a]->exporter[i]] = p->number_of[all[a]->importer[i]] = 0;
    for (unsigned code = 0; code < CODES; code++)
        if (p->number_of[code] == 0) {
            p->codes[p->n_countries] = (uint16_t)code;
            p->number_of[code] = p->n_countries++;
        }
    for (int a = 0; a < 4; a++)
        for (size_t i = 0; i < all[a]->n; i++) {
            all[a]->exporter[i] = p->number_of[all[a]->exporter[i]];
            all[a]->importer[i] = p->number_of[all[a]->importer[i]];
        }
    return MG_OK;
}

mg_status panel_gather(struct panel *p, const struct mirror *mirror, const mg_talk *talk,
                       mg_error *err)
{
    mg_status status;

    *p = (struct panel){.freq = mirror_freq(mirror, talk),
                        .level = mirror->filter.level > 0 ? mirror->filter.level : 0,
                        .n_periods = (uint32_t)mirror->n_periods};
    status = gather(p, mirror, UINT32_MAX, talk, err);
    if (status == MG_OK && p->seen > PANEL_CELLS_MOST) {
        double share = (double)PANEL_CELLS_MOST / (double)p->seen;
        mg_say(talk, MG_SAY_INFO, "of %llu cells, a fixed %.2g are taken",
               (unsigned long long)p->seen, share);
        p->seen = 0;
        for (int k = 0; k < PANEL_MEASURES; k++) {
            rows_release(&p->cells[k]);
            rows_release(&p->totals[k]);
        }
        status = gather(p, mirror, (uint32_t)(share * UINT32_MAX), talk, err);
    }
    return status == MG_OK ? number_countries(p, err) : status;
}

mg_mirror_panel panel_view(const struct panel *p, const struct panel_rows *r)
{
    bool cells = r == &p->cells[0] || r == &p->cells[1];

    return (mg_mirror_panel){.n = r->n,
                             .countries = p->n_countries,
                             .commodities = cells ? CHAPTERS : 0,
                             .periods = p->n_periods,
                             .exporter = r->exporter,
                             .importer = r->importer,
                             .commodity = cells ? r->commodity : NULL,
                             .period = r->period,
                             .x = r->x,
                             .m = r->m};
}
