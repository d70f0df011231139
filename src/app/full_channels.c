/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/full.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/one_sided.h"
#include "mirrorgap/pair.h"
#include "mirrorgap/radix.h"
#include "mirrorgap/rounding.h"

/* Numbers of what cells belong to, for the kernels. */
struct levels {
    uint32_t *exporter, *importer, *commodity, *period, *series;
    uint32_t n_exporter, n_importer, n_commodity, n_period;
};

static void levels_release(struct levels *l)
{
    free(l->exporter);
    free(l->importer);
    free(l->commodity);
    free(l->period);
    free(l->series);
}

/* Numbers equal keys alike, in the order of their first cell when sorted. */
static mg_status number(size_t n, const uint64_t *key, uint32_t *to, uint32_t *count,
                        mg_error *err)
{
    mg_radix_item *items = mg_alloc(n, sizeof *items);
    mg_radix_item *spare = mg_alloc(n, sizeof *spare);
    mg_status status = MG_OK;

    *count = 0;
    if (items == NULL || spare == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot group cells");
    for (size_t i = 0; status == MG_OK && i < n; i++)
        items[i] = (mg_radix_item){key[i], (uint32_t)i, 0};
    if (status == MG_OK)
        mg_radix_sort(&items, &spare, n);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        *count += i == 0 || items[i].key != items[i - 1].key;
        to[items[i].index] = *count - 1;
    }
    free(items);
    free(spare);
    return status;
}

/* Which part of a cell's identity makes the key. */
enum part {
    EXPORTER,
    IMPORTER,
    COMMODITY,
    PAIR,
    PAIR_PERIOD,
    EXPORTER_PERIOD,
    IMPORTER_PERIOD
};

static uint64_t key_of(const struct full_cell *c, enum part part)
{
    switch (part) {
    case EXPORTER:
        return full_exporter(c);
    case IMPORTER:
        return full_importer(c);
    case COMMODITY:
        return (uint64_t)full_hs(c) << 1 | (c->notes & MG_PAIR_COMPONENT);
    case PAIR:
        return c->key >> 32;
    case PAIR_PERIOD:
        return (c->key >> 32) << 32 | c->period;
    case EXPORTER_PERIOD:
        return (uint64_t)full_exporter(c) << 32 | c->period;
    default:
        return (uint64_t)full_importer(c) << 32 | c->period;
    }
}

static mg_status number_part(const struct full *f, enum part part, uint32_t **to,
                             uint32_t *count, mg_error *err)
{
    uint64_t *key = mg_alloc(f->n, sizeof *key);
    mg_status status = MG_OK;

    *to = mg_alloc(f->n, sizeof **to);
    if (key == NULL || *to == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot group cells");
    for (size_t i = 0; status == MG_OK && i < f->n; i++)
        key[i] = key_of(&f->cells[i], part);
    if (status == MG_OK)
        status = number(f->n, key, *to, count, err);
    free(key);
    return status;
}

static mg_status make_levels(const struct full *f, struct levels *l, mg_error *err)
{
    mg_status status = number_part(f, EXPORTER, &l->exporter, &l->n_exporter, err);

    if (status == MG_OK)
        status = number_part(f, IMPORTER, &l->importer, &l->n_importer, err);
    if (status == MG_OK)
        status = number_part(f, COMMODITY, &l->commodity, &l->n_commodity, err);
    if (status != MG_OK)
        return status;
    l->period = mg_alloc(f->n, sizeof *l->period);
    l->series = mg_alloc(f->n, sizeof *l->series);
    if (l->period == NULL || l->series == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot group cells");
    l->n_period = (uint32_t)f->mirror->n_periods;
    for (size_t i = 0; i < f->n; i++) {
        bool same = i > 0 && full_same_series(&f->cells[i], &f->cells[i - 1]);
        l->period[i] = f->cells[i].period;
        l->series[i] = i == 0 ? 0 : l->series[i - 1] + !same;
    }
    return MG_OK;
}

/* Which gap a channel looks at; prices and quantities only where nobody estimated. */
static double gap_of(const struct full_cell *c, enum full_channel channel)
{
    if (channel == CHANNEL_VALUE)
        return c->log_gap;
    if (c->estimated || isnan(c->log_gap))
        return NAN;
    return channel == CHANNEL_QUANTITY ? c->log_qty_gap : c->log_gap - c->log_qty_gap;
}

static mg_status score_channel(const struct full *f, const struct levels *l,
                               enum full_channel channel, mg_null_score **scores,
                               mg_null_parts **parts, mg_error *err)
{
    double *y = mg_alloc(f->n, sizeof *y);
    double *size = mg_alloc(f->n, sizeof *size);
    const mg_null_cells cells = {
        .n = f->n,
        .levels = {l->n_exporter, l->n_importer, l->n_commodity, l->n_period},
        .level = {l->exporter, l->importer, l->commodity, l->period},
        .series = l->series,
        .y = y,
        .size = size};
    mg_status status = MG_OK;

    *scores = mg_alloc(f->n, sizeof **scores);
    if (parts != NULL)
        *parts = mg_alloc(f->n, sizeof **parts);
    if (y == NULL || size == NULL || *scores == NULL || (parts != NULL && *parts == NULL))
        status = mg_fail(err, MG_E_NOMEM, "cannot score %zu cells", f->n);
    for (size_t i = 0; status == MG_OK && i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        y[i] = gap_of(c, channel);
        size[i] = isnan(y[i]) ? 0 : (log(c->x_usd) + log(c->m_usd)) / 2;
    }
    if (status == MG_OK)
        status = mg_null_model(&cells, *scores, parts != NULL ? *parts : NULL, err);
    free(y);
    free(size);
    return status;
}

/* Silences that say something: the silent country reports that flow and period, and the
 * figure is none that many countries do not ask for. */
static bool informative(const struct full_cell *c)
{
    return c->status == MG_MATCHED || c->silence == MG_SILENCE_REPORTED_ZERO ||
           c->silence == MG_SILENCE_SECRET;
}

static double size_of(const struct full_cell *c)
{
    const double least = 1; /* dollar */

    if (c->status == MG_EXPORTER_ONLY)
        return log(fmax(c->x_usd, least));
    if (c->status == MG_IMPORTER_ONLY)
        return log(fmax(c->m_usd, least));
    return (log(fmax(c->x_usd, least)) + log(fmax(c->m_usd, least))) / 2;
}

/* The informative cells, as the kernel takes them. */
struct asked {
    size_t n;
    uint32_t *cell; /* of the full ones */
    uint8_t *status;
    double *size, *probability, *p;
    uint32_t *period, *group[6];
};

static void asked_release(struct asked *a)
{
    free(a->cell);
    free(a->status);
    free(a->size);
    free(a->probability);
    free(a->p);
    free(a->period);
    for (int g = 0; g < 6; g++)
        free(a->group[g]);
}

static mg_status asked_init(struct asked *a, const struct full *f, mg_error *err)
{
    for (size_t i = 0; i < f->n; i++)
        a->n += informative(&f->cells[i]);
    a->cell = mg_alloc(a->n, sizeof *a->cell);
    a->status = mg_alloc(a->n, sizeof *a->status);
    a->size = mg_alloc(a->n, sizeof *a->size);
    a->probability = mg_alloc(a->n, sizeof *a->probability);
    a->p = mg_alloc(a->n, sizeof *a->p);
    a->period = mg_alloc(a->n, sizeof *a->period);
    if (a->cell == NULL || a->status == NULL || a->size == NULL ||
        a->probability == NULL || a->p == NULL || a->period == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot weigh one-sided cells");
    a->n = 0;
    for (size_t i = 0; i < f->n; i++) {
        const struct full_cell *c = &f->cells[i];
        if (!informative(c))
            continue;
        a->cell[a->n] = (uint32_t)i;
        a->period[a->n] = c->period;
        a->status[a->n] =
            (uint8_t)(c->status == MG_MATCHED         ? MG_CELL_MATCHED
                      : c->status == MG_EXPORTER_ONLY ? MG_CELL_EXPORTER_ONLY
                                                      : MG_CELL_IMPORTER_ONLY);
        a->size[a->n++] = size_of(c);
    }
    return MG_OK;
}

/* Groups of the informative cells: numbers below their count. */
static mg_status asked_groups(struct asked *a, const struct full *f,
                              const struct levels *l, mg_error *err)
{
    static const enum part parts[] = {PAIR_PERIOD, PAIR, EXPORTER_PERIOD, IMPORTER_PERIOD,
                                      COMMODITY};
    uint64_t *key = mg_alloc(a->n, sizeof *key);
    uint32_t count;
    mg_status status =
        key != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot group cells");

    for (int g = 0; status == MG_OK && g < 6; g++) {
        a->group[g] = mg_alloc(a->n, sizeof *a->group[g]);
        if (a->group[g] == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot group cells");
        for (size_t i = 0; status == MG_OK && i < a->n; i++)
            key[i] = g == 0 ? l->series[a->cell[i]]
                            : key_of(&f->cells[a->cell[i]], parts[g - 1]);
        if (status == MG_OK)
            status = number(a->n, key, a->group[g], &count, err);
    }
    free(key);
    return status;
}

static mg_status score_one_sided(struct full *f, const struct levels *l, mg_error *err)
{
    struct asked a = {0};
    mg_status status = asked_init(&a, f, err);

    if (status == MG_OK)
        status = asked_groups(&a, f, l, err);
    if (status == MG_OK) {
        const mg_one_sided_cells cells = {.n = a.n,
                                          .status = a.status,
                                          .size = a.size,
                                          .period = a.period,
                                          .series = a.group[0],
                                          .pair_period = a.group[1],
                                          .pair = a.group[2],
                                          .exporter = a.group[3],
                                          .importer = a.group[4],
                                          .commodity = a.group[5]};
        status = mg_one_sided(&cells, a.probability, a.p, err);
    }
    for (size_t i = 0; i < f->n; i++)
        f->p_one_sided[i] = f->cells[i].silence == MG_SILENCE_BELOW_THRESHOLD ? 1 : NAN;
    for (size_t i = 0; i < f->n; i++)
        f->probability[i] = NAN;
    for (size_t i = 0; status == MG_OK && i < a.n; i++) {
        f->p_one_sided[a.cell[i]] = a.p[i];
        f->probability[a.cell[i]] = a.probability[i];
    }
    asked_release(&a);
    return status;
}

/* How round each side's figures are, beside what else it files. */
static mg_status score_rounding(struct full *f, const struct levels *l, mg_error *err)
{
    const uint32_t *const reporter[] = {l->exporter, l->importer};
    const uint32_t reporters[] = {l->n_exporter, l->n_importer};
    double *value = mg_alloc(f->n, sizeof *value);
    mg_status status =
        value != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot look at digits");

    for (int side = 0; status == MG_OK && side < 2; side++) {
        f->p_round[side] = mg_alloc(f->n, sizeof *f->p_round[side]);
        if (f->p_round[side] == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot look at digits");
        for (size_t i = 0; i < f->n; i++)
            value[i] = side == 0 ? f->cells[i].x_usd : f->cells[i].import_usd;
        if (status == MG_OK)
            status = mg_rounding(f->n, reporter[side], reporters[side], value,
                                 f->p_round[side], err);
    }
    free(value);
    return status;
}

mg_status full_channels(struct full *f, mg_error *err)
{
    struct levels l = {0};
    mg_status status = make_levels(f, &l, err);

    f->p_one_sided = mg_alloc(f->n, sizeof *f->p_one_sided);
    f->probability = mg_alloc(f->n, sizeof *f->probability);
    if (status == MG_OK && (f->p_one_sided == NULL || f->probability == NULL))
        status = mg_fail(err, MG_E_NOMEM, "cannot score %zu cells", f->n);
    if (status == MG_OK)
        status = score_channel(f, &l, CHANNEL_VALUE, &f->value, &f->parts, err);
    if (status == MG_OK)
        status = score_channel(f, &l, CHANNEL_QUANTITY, &f->quantity, NULL, err);
    if (status == MG_OK)
        status = score_channel(f, &l, CHANNEL_PRICE, &f->price, NULL, err);
    if (status == MG_OK)
        status = score_one_sided(f, &l, err);
    if (status == MG_OK)
        status = score_rounding(f, &l, err);
    levels_release(&l);
    return status;
}
