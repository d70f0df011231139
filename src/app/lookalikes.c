/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/lookalikes.h"

#include <stdlib.h>
#include <string.h>

#include "app/totals_judging.h"
#include "mirrorgap/mem.h"

enum { CODES = 65536 };

static int line_order(const void *a, const void *b)
{
    const struct lookalike_line *x = a;
    const struct lookalike_line *y = b;

    if (x->named != y->named)
        return x->named < y->named ? -1 : 1;
    if (x->reporter != y->reporter)
        return x->reporter < y->reporter ? -1 : 1;
    if (x->hs != y->hs)
        return x->hs < y->hs ? -1 : 1;
    if (x->exports != y->exports)
        return x->exports ? 1 : -1;
    return (x->period > y->period) - (x->period < y->period);
}

void lookalikes_sort(struct lookalikes *l)
{
    if (l->n > 1)
        qsort(l->lines, l->n, sizeof *l->lines, line_order);
}

void lookalikes_release(struct lookalikes *l)
{
    free(l->lines);
    *l = (struct lookalikes){0};
}

const struct lookalike_line *lookalikes_find(const struct lookalikes *l, unsigned named,
                                             uint32_t period, unsigned reporter,
                                             unsigned flow, uint32_t hs)
{
    const struct lookalike_line key = {.named = (uint16_t)named,
                                       .period = mg_period_monthly(period) ? period / 100
                                                                           : period,
                                       .hs = hs,
                                       .reporter = (uint16_t)reporter,
                                       .exports = flow == MG_FLOW_M};

    return l->n > 0 ? bsearch(&key, l->lines, l->n, sizeof key, line_order) : NULL;
}

static mg_status keep(struct lookalikes *to, const struct totals_world *w,
                      const struct suspect_row *rows, mg_error *err)
{
    mg_status status = mg_grow((void **)&to->lines, &to->room, to->n + w->rows.n,
                               sizeof *to->lines, err);

    for (size_t i = 0; status == MG_OK && i < w->rows.n; i++)
        if (rows[i].best.twin != 0) {
            struct lookalike_line *line = &to->lines[to->n++];
            evidence_line(w, &rows[i], line);
            if (judging_marked(&rows[i].best.finding))
                line->suspect_usd = rows[i].row->fob;
        }
    return status;
}

/* The rows of the country: only blocks with it are read. */
static mg_status gather(struct totals_world *w, const mg_session *session,
                        mg_mirror_options *options, uint8_t *named, mg_error *err)
{
    struct mirror mirror = {0};
    mg_status status;

    options->filter.either = named;
    w->mirror = &mirror;
    status = mirror_open(&mirror, session, options, false, NULL, err);
    if (status == MG_OK)
        status = totals_periods(w, err);
    if (status == MG_OK)
        status = totals_gather(w, err);
    if (status == MG_OK)
        status = totals_number_all(w, err);
    mirror_close(&mirror);
    options->filter.either = NULL;
    w->mirror = NULL;
    return status;
}

/* What all file, beside them. */
static mg_status judge(struct totals_world *w, const mg_session *session,
                       const mg_mirror_options *options, struct lookalikes *to,
                       mg_error *err)
{
    struct mirror mirror = {0};
    struct suspect_row *rows = NULL;
    size_t twins = 0;
    mg_status status;

    w->mirror = &mirror;
    status = mirror_open(&mirror, session, options, false, NULL, err);
    if (status == MG_OK)
        status = judging_all(w, &rows, &twins, err);
    to->twins += twins;
    if (status == MG_OK && rows != NULL)
        status = keep(to, w, rows, err);
    free(rows);
    mirror_close(&mirror);
    return status;
}

mg_status lookalikes_add(struct lookalikes *to, const mg_session *session,
                         const mg_mirror_options *options, unsigned country, char freq,
                         const mg_talk *talk, mg_error *err)
{
    mg_mirror_options own = *options;
    struct totals_world w = {.talk = talk, .country = country, .freq = 'A'};
    uint8_t *named = mg_alloc_zero(CODES, 1);
    mg_status status;

    if (named == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot look for look-alikes");
    named[country] = 1;
    own.filter = (mg_filter){.level = options->filter.level};
    own.harmonise = MG_HARMONISE_NONE;
    own.months = freq == 'M';
    status = gather(&w, session, &own, named, err);
    if (status == MG_OK && w.rows.n > 0)
        status = judge(&w, session, &own, to, err);
    totals_release(&w);
    free(named);
    return status;
}
