/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which pairs are planted, and with what. */
#include <stdio.h>
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "synth/filed.h"

static bool country(const struct filed *f, unsigned code)
{
    return mg_ref_kind(f->ref, code) == MG_AREA_COUNTRY;
}

/* rows[i] and the next are both sides of a cell that can be planted. */
static bool eligible(const struct filed *f, size_t i)
{
    const mg_row *m = &f->rows[i];
    const mg_row *x = m + 1;
    const double least = f->options->least_usd;

    return i + 1 < f->n && m->flow == MG_FLOW_M && x->flow == MG_FLOW_X &&
           m->period == x->period && m->exporter == x->exporter &&
           m->importer == x->importer && m->hs == x->hs && m->edition == x->edition &&
           m->value_usd >= least && x->value_usd >= least && m->value_usd > 0 &&
           x->value_usd > 0 && ((m->flags | x->flags) & MG_FLAG_REBUILT) == 0 &&
           country(f, m->exporter) && country(f, m->importer) &&
           (f->options->wanted == NULL || f->options->wanted(f->options->self, m));
}

static int by_size(const void *a, const void *b)
{
    const struct filed_pair *p = a;
    const struct filed_pair *q = b;

    if (p->usd != q->usd)
        return p->usd < q->usd ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

static int by_stratum(const void *a, const void *b)
{
    const struct filed_pair *p = a;
    const struct filed_pair *q = b;

    if (p->stratum != q->stratum)
        return p->stratum < q->stratum ? -1 : 1;
    if (p->draw != q->draw)
        return p->draw < q->draw ? -1 : 1;
    return (p->at > q->at) - (p->at < q->at);
}

static mg_status list_pairs(const struct filed *f, struct filed_pair **pairs, size_t *n,
                            mg_error *err)
{
    size_t room = 0;

    for (size_t i = 0; i < f->n; i++) {
        if (!eligible(f, i))
            continue;
        mg_status status = mg_grow((void **)pairs, &room, *n + 1, sizeof **pairs, err);
        if (status != MG_OK)
            return status;
        const mg_row *r = &f->rows[i];
        struct draw_key key = filed_key(f, r);
        double usd = r[1].value_usd > r->value_usd ? r[1].value_usd : r->value_usd;
        (*pairs)[(*n)++] =
            (struct filed_pair){(uint32_t)i, 0, draw_bits(&key, DRAW_PLANT), usd};
    }
    if (*n == 0)
        return MG_OK;
    qsort(*pairs, *n, sizeof **pairs, by_size);
    for (size_t i = 0; i < *n; i++)
        (*pairs)[i].stratum = (uint32_t)(i * MG_PLANT_STRATA / *n);
    qsort(*pairs, *n, sizeof **pairs, by_stratum);
    return MG_OK;
}

/* Who misreports: a reroute is the exporter's. */
static const mg_row *side_of(const struct filed *f, const struct filed_pair *p,
                             unsigned kind)
{
    const mg_row *m = &f->rows[p->at];
    struct draw_key key = filed_key(f, m);

    return kind != MG_PLANT_REROUTE && (draw_bits(&key, DRAW_PLANT_SIDE) & 1) != 0
               ? m
               : m + 1;
}

static bool carries(const struct filed *f, const struct filed_pair *p, unsigned kind)
{
    const mg_row *side = side_of(f, p, kind);
    mg_row to;

    switch (kind) {
    case MG_PLANT_HIDDEN:
    case MG_PLANT_QUANTITY:
    case MG_PLANT_PRICE:
        return true;
    case MG_PLANT_UNIT_ERROR:
        return filed_has_quantity(side);
    case MG_PLANT_ROUNDING:
        return filed_can_round(side);
    default:
        return filed_target(f, side, (mg_plant_kind)kind, &to);
    }
}

/* The figures of a side are changed, or its report is gone. */
static mg_status change_side(struct filed *f, const mg_row *side, mg_plant_kind kind,
                             mg_row *left, bool *gone, char note[MG_PLANT_NOTE],
                             mg_error *err)
{
    struct draw_key key = filed_key(f, side);
    int percent = (int)(draw_uniform(&key, DRAW_PLANT_FACTOR) * 41);

    *gone = false;
    switch (kind) {
    case MG_PLANT_HIDDEN:
        *gone = true;
        snprintf(note, MG_PLANT_NOTE, "report deleted");
        return MG_OK;
    case MG_PLANT_QUANTITY:
        filed_scale(left, (20 + percent) / 100.0, true);
        snprintf(note, MG_PLANT_NOTE, "value and quantities x 0.%02d", 20 + percent);
        return MG_OK;
    case MG_PLANT_PRICE:
        filed_scale(left, (30 + percent) / 100.0, false);
        snprintf(note, MG_PLANT_NOTE, "value x 0.%02d", 30 + percent);
        return MG_OK;
    case MG_PLANT_UNIT_ERROR:
        filed_unit_error(left, draw_bits(&key, DRAW_PLANT_FACTOR), note);
        return MG_OK;
    case MG_PLANT_ROUNDING:
        filed_round(left);
        snprintf(note, MG_PLANT_NOTE, "one significant digit");
        return MG_OK;
    default:
        *gone = kind == MG_PLANT_PARTNER_SWAP || kind == MG_PLANT_RELABEL;
        return filed_move(f, side, kind, left, note, err);
    }
}

static mg_status plant(struct filed *f, const struct filed_pair *p, mg_plant_kind kind,
                       mg_error *err)
{
    mg_planted *out = f->out;
    const mg_row *side = side_of(f, p, kind);
    mg_row left = *side;
    bool gone = false;
    mg_plant_truth truth = {.kind = kind,
                            .import = side->flow == MG_FLOW_M,
                            .period = side->period,
                            .exporter = side->exporter,
                            .importer = side->importer,
                            .hs = side->hs,
                            .true_usd = side->value_usd};
    mg_status status = change_side(f, side, kind, &left, &gone, truth.note, err);

    truth.reported_usd = gone ? NAN : left.value_usd;
    if (status == MG_OK)
        status = filed_change(f, side, gone ? NULL : &left, err);
    if (status == MG_OK)
        status = mg_grow((void **)&out->truth, &out->room_truth, out->n_truth + 1,
                         sizeof truth, err);
    if (status != MG_OK)
        return status;
    out->truth[out->n_truth++] = truth;
    out->planted[kind]++;
    return MG_OK;
}

/* The kind that the stratum, then all strata, have least of; turns begin elsewhere in
 * each stratum, so that a few cells are not always of the first kinds. */
static unsigned choose_kind(const struct filed *f, const struct filed_pair *p,
                            const uint64_t *here)
{
    const unsigned kinds = f->options->kinds != 0 ? f->options->kinds : MG_PLANT_ALL;
    const uint64_t *all = f->out->planted;
    unsigned best = MG_PLANT_NONE;

    if (!filed_untouched(f, &f->rows[p->at]))
        return MG_PLANT_NONE;
    for (unsigned i = 0; i < MG_PLANT_KINDS - 1; i++) {
        unsigned k = MG_PLANT_HIDDEN + (p->stratum + i) % (MG_PLANT_KINDS - 1);
        if ((kinds & MG_PLANT_BIT(k)) == 0 ||
            (best != MG_PLANT_NONE &&
             (here[k] > here[best] || (here[k] == here[best] && all[k] >= all[best]))))
            continue;
        if (carries(f, p, k))
            best = k;
    }
    return best;
}

/* The same share of each stratum. */
static mg_status plant_pairs(struct filed *f, const struct filed_pair *pairs, size_t n,
                             mg_error *err)
{
    const double want = (double)n * f->options->share;
    uint64_t here[MG_PLANT_KINDS] = {0};
    size_t done = 0;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        const struct filed_pair *p = &pairs[i];
        if (i == 0 || p->stratum != pairs[i - 1].stratum)
            for (unsigned k = 0; k < MG_PLANT_KINDS; k++)
                here[k] = 0;
        if ((double)done + 0.5 > want * (p->stratum + 1) / MG_PLANT_STRATA)
            continue;
        unsigned kind = choose_kind(f, p, here);
        if (kind == MG_PLANT_NONE)
            continue;
        status = plant(f, p, (mg_plant_kind)kind, err);
        here[kind]++;
        done++;
    }
    return status;
}

/* Kinds that were asked for and that no pair can carry as the rows are now. */
static unsigned lacking(const struct filed *f, const struct filed_pair *pairs, size_t n)
{
    const unsigned kinds = f->options->kinds != 0 ? f->options->kinds : MG_PLANT_ALL;
    unsigned set = 0;

    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++) {
        bool any = (kinds & MG_PLANT_BIT(k)) == 0 || f->out->planted[k] > 0;
        for (size_t i = 0; i < n && !any; i++)
            any = carries(f, &pairs[i], k);
        set |= any ? 0 : MG_PLANT_BIT(k);
    }
    return set;
}

static int change_order(const void *a, const void *b)
{
    return mg_row_order(&((const mg_plant_change *)a)->after,
                        &((const mg_plant_change *)b)->after);
}

static int truth_order(const void *a, const void *b)
{
    const mg_plant_truth *p = a;
    const mg_plant_truth *q = b;

    if (p->period != q->period)
        return p->period < q->period ? -1 : 1;
    if (p->exporter != q->exporter)
        return p->exporter < q->exporter ? -1 : 1;
    if (p->importer != q->importer)
        return p->importer < q->importer ? -1 : 1;
    if (p->hs != q->hs)
        return p->hs < q->hs ? -1 : 1;
    return (int)p->kind - (int)q->kind;
}

mg_status mg_plant_rows(const mg_ref *ref, const mg_confusable *twins,
                        const mg_plant_options *options, const mg_row *rows, size_t n,
                        mg_planted *out, mg_error *err)
{
    struct filed f = {
        .ref = ref, .twins = twins, .options = options, .rows = rows, .n = n, .out = out};
    struct filed_pair *pairs = NULL;
    size_t n_pairs = 0;
    mg_status status;

    *out = (mg_planted){0};
    if (!(options->share >= 0 && options->share <= 0.2))
        return mg_fail(err, MG_E_RANGE, "the share of planted cells must be 0 to 0.2");
    if (options->seed >= DRAW_AGAIN || n >= UINT32_MAX)
        return mg_fail(err, MG_E_RANGE, "too large a seed, or too many rows");
    status = filed_start(&f, err);
    if (status == MG_OK)
        status = list_pairs(&f, &pairs, &n_pairs, err);
    if (status == MG_OK)
        status = plant_pairs(&f, pairs, n_pairs, err);
    if (status == MG_OK) {
        out->pairs = n_pairs;
        out->lacking = lacking(&f, pairs, n_pairs);
        if (out->n_changes > 0)
            qsort(out->changes, out->n_changes, sizeof *out->changes, change_order);
        if (out->n_truth > 0)
            qsort(out->truth, out->n_truth, sizeof *out->truth, truth_order);
    } else
        mg_planted_release(out);
    free(pairs);
    filed_release(&f);
    return status;
}

void mg_planted_release(mg_planted *p)
{
    free(p->changes);
    free(p->truth);
    *p = (mg_planted){0};
}
