/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen: the rules, and the rows that name the target. */
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/screening.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536, UNIT_KG = 8 };

struct reading {
    struct screening *screening;
    uint32_t period;
    mg_unit_info kilogram;
};

/* The weight of a row: as filed, or its quantity where that is a mass. */
static double weight_of(const struct reading *r, const mg_row *row)
{
    if (row->kg > 0)
        return row->kg;
    if (!(row->qty > 0))
        return NAN;
    mg_unit_info unit =
        mg_ref_unit_info(mg_session_ref(r->screening->session), row->unit);
    return unit.family >= 0 && unit.family == r->kilogram.family ? row->qty * unit.to_base
                                                                 : NAN;
}

static mg_status take_block(void *self, const mg_block *b, mg_error *err)
{
    struct reading *r = self;
    struct screening *s = r->screening;

    for (size_t i = 0; i < b->n; i++) {
        mg_row row;
        const int level = mg_hs_level(b->hs[i]);
        const unsigned partner =
            b->flow[i] == MG_FLOW_M ? b->exporter[i] : b->importer[i];
        const unsigned reporter =
            b->flow[i] == MG_FLOW_M ? b->importer[i] : b->exporter[i];
        if ((b->flow[i] != MG_FLOW_M && b->flow[i] != MG_FLOW_X) || level == 0 ||
            level % 2 != 0 || s->targets[partner] == 0 || s->targets[reporter] != 0 ||
            !(b->value_usd[i] > 0))
            continue;
        if (mg_grow((void **)&s->rows, &s->room_rows, s->n_rows + 1, sizeof *s->rows,
                    err) != MG_OK)
            return MG_E_NOMEM;
        mg_block_get(b, i, r->period, &row);
        s->rows[s->n_rows++] = (struct screen_row){.period = row.period,
                                                   .hs = row.hs,
                                                   .reporter = (uint16_t)reporter,
                                                   .partner = (uint16_t)partner,
                                                   .flow = row.flow,
                                                   .edition = row.edition,
                                                   .unit = row.unit,
                                                   .usd = row.value_usd,
                                                   .kg = weight_of(r, &row),
                                                   .qty = row.qty,
                                                   .posterior = NAN};
    }
    return MG_OK;
}

static mg_status read_rows(struct screening *s, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(s->session);
    const mg_filter target = {.either = s->targets, .level = -1};
    const mg_block_choice choice = filter_blocks(&target);
    struct reading r = {.screening = s,
                        .kilogram =
                            mg_ref_unit_info(mg_session_ref(s->session), UNIT_KG)};
    const uint32_t columns = MG_BIT(MG_C_EXPORTER) | MG_BIT(MG_C_IMPORTER) |
                             MG_BIT(MG_C_HS) | MG_BIT(MG_C_EDITION) | MG_BIT(MG_C_FLOW) |
                             MG_BIT(MG_C_VALUE) | MG_BIT(MG_C_KG) | MG_BIT(MG_C_QTY) |
                             MG_BIT(MG_C_UNIT) | MG_BIT(MG_C_FLAGS);
    mg_status status = MG_OK;

    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        r.period = data->periods[p].period;
        if (mg_period_monthly(r.period) != (s->freq == 'M'))
            continue;
        status = mg_check_stop(s->talk, err);
        if (status == MG_OK)
            status = mg_dataset_open(data, p, err);
        if (status == MG_OK) {
            status = mg_dataset_look(data, p, MG_T_OBSERVATIONS, columns, &choice,
                                     take_block, &r, err);
            mg_dataset_close(data, p);
        }
    }
    return status;
}

static int row_order(const void *a, const void *b)
{
    const struct screen_row *x = a;
    const struct screen_row *y = b;

    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    if (x->reporter != y->reporter)
        return x->reporter < y->reporter ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    const uint32_t cx = mg_hs_cut(x->hs, 2);
    const uint32_t cy = mg_hs_cut(y->hs, 2);
    if (cx != cy)
        return cx < cy ? -1 : 1;
    if (mg_hs_level(x->hs) != mg_hs_level(y->hs)) /* the finest first */
        return mg_hs_level(x->hs) > mg_hs_level(y->hs) ? -1 : 1;
    if (x->hs != y->hs)
        return x->hs < y->hs ? -1 : 1;
    return (x->edition > y->edition) - (x->edition < y->edition);
}

/* Of what a reporter files with one code of the target in a period, rows that hold finer
 * ones (2710 beside 271019) go, or with a level asked for, those of other levels. */
static void choose_level(struct screening *s)
{
    const int asked = s->options->mirror.filter.level;
    size_t n = 0;
    size_t from = 0; /* of the rows of one reporter, period, flow and chapter */

    if (s->n_rows > 1)
        qsort(s->rows, s->n_rows, sizeof *s->rows, row_order);
    for (size_t i = 0; i < s->n_rows; i++) {
        const struct screen_row row = s->rows[i];
        bool holds = false;
        if (n > 0 &&
            (s->rows[n - 1].period != row.period ||
             s->rows[n - 1].reporter != row.reporter || s->rows[n - 1].flow != row.flow ||
             mg_hs_cut(s->rows[n - 1].hs, 2) != mg_hs_cut(row.hs, 2)))
            from = n;
        for (size_t k = from; !holds && k < n; k++)
            holds = s->rows[k].partner == row.partner && s->rows[k].hs != row.hs &&
                    mg_hs_begins(s->rows[k].hs, row.hs);
        if (asked > 0 ? mg_hs_level(row.hs) == asked : !holds)
            s->rows[n++] = row;
    }
    s->n_rows = n;
}

/* A target that has several codes is judged under each that rows name. */
static mg_status judge_rows(struct screening *s, mg_error *err)
{
    mg_status status = MG_OK;

    if (s->options->no_lookalike || s->n_rows == 0)
        return MG_OK;
    for (unsigned code = 1; status == MG_OK && code < CODES; code++) {
        bool named = false;
        for (size_t i = 0; s->targets[code] != 0 && !named && i < s->n_rows; i++)
            named = s->rows[i].partner == code;
        if (named)
            status = lookalikes_add(&s->lookalikes, s->session, &s->options->mirror, code,
                                    s->freq, s->talk, err);
    }
    if (status != MG_OK)
        return status;
    lookalikes_sort(&s->lookalikes);
    for (size_t i = 0; i < s->n_rows; i++) {
        struct screen_row *row = &s->rows[i];
        const struct lookalike_line *line = lookalikes_find(
            &s->lookalikes, row->partner, row->period, row->reporter, row->flow, row->hs);
        if (line != NULL) {
            row->posterior = line->finding.posterior;
            row->twin = line->twin;
        }
    }
    return MG_OK;
}

static mg_status load_regimes(struct screening *s, mg_error *err)
{
    const mg_ref *ref = mg_session_ref(s->session);
    mg_status status = mg_hs_map_load(ref, &s->map, err);

    s->regimes = mg_alloc_zero(s->options->n_regimes + 1, sizeof(mg_regime *));
    if (status == MG_OK && s->regimes == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold regimes");
    for (size_t i = 0; status == MG_OK && i < s->options->n_regimes; i++) {
        status = mg_regime_load(ref, s->map, s->options->regimes[i], NULL, &s->regimes[i],
                                err);
        s->n_regimes += status == MG_OK;
    }
    bool placebo = false;
    for (size_t i = 0; i < s->n_regimes; i++)
        placebo = placebo || strcmp(s->regimes[i]->name, "placebo") == 0;
    if (status == MG_OK && s->options->events && !placebo) {
        status =
            mg_regime_load(ref, s->map, "placebo", NULL, &s->regimes[s->n_regimes], err);
        s->n_regimes += status == MG_OK;
    }
    return status;
}

/* A name may mean one code of a country that has several in the data (Germany 276 and
 * 280): all with its ISO3 are meant. */
static void all_codes(struct screening *s)
{
    const mg_ref *ref = mg_session_ref(s->session);
    uint16_t codes[64];

    for (unsigned code = 1; code < CODES; code++) {
        const char *iso3 = mg_ref_iso3(ref, code);
        if (s->targets[code] != 1 || iso3[0] == '\0')
            continue;
        const size_t n = mg_ref_find_areas(ref, (mg_cell){iso3, strlen(iso3)}, codes, 64);
        for (size_t i = 0; i < n && i < 64; i++)
            if (s->targets[codes[i]] == 0)
                s->targets[codes[i]] = 2; /* found, not to be looked up again */
    }
}

mg_status screening_open(struct screening *s, const mg_session *session,
                         const mg_screen_options *options, const mg_talk *talk,
                         mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    mg_status status;

    *s = (struct screening){.session = session, .options = options, .talk = talk};
    s->targets = mg_alloc_zero(CODES, 1);
    if (s->targets == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the target's codes");
    if (!mg_ref_select_areas(mg_session_ref(session),
                             (mg_cell){options->target, strlen(options->target)},
                             s->targets))
        return mg_fail(err, MG_E_RANGE, "'%s' is no country", options->target);
    all_codes(s);
    s->freq = data->n_periods == 0
                  ? 'A'
                  : filter_freq(&options->mirror.filter, &data->periods[0].period,
                                data->n_periods, sizeof data->periods[0], talk);
    status = load_regimes(s, err);
    if (status == MG_OK)
        status = read_rows(s, err);
    if (status == MG_OK) {
        choose_level(s);
        status = judge_rows(s, err);
    }
    return status;
}

void screening_release(struct screening *s)
{
    for (size_t i = 0; i < s->n_regimes; i++)
        mg_regime_free(s->regimes[i]);
    free(s->regimes);
    mg_hs_map_free(s->map);
    lookalikes_release(&s->lookalikes);
    free(s->targets);
    free(s->rows);
    free(s->lines);
    free(s->caps);
    *s = (struct screening){0};
}
