/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Anomalies of known kinds. They are planted in matched flows worth hiding, in
 * the order of a draw, so that the choice does not depend on how cells lie. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "synth/plant_parts.h"

/* Below this nobody takes the trouble, and ordinary noise hides it. */
enum { LEAST_CENTS = 20000000 };

struct candidate {
    uint64_t draw;
    uint32_t cell;
};

struct draw_key plant_key(const struct planter *p, const struct cell *c)
{
    const struct world *w = p->w;

    return (struct draw_key){w->options.seed, w->actors[c->exporter].code,
                             w->actors[c->importer].code,
                             w->commodities[c->commodity].number, p->period};
}

const char *plant_code(const struct planter *p, size_t commodity, size_t reporter)
{
    return commodity_code(&p->w->commodities[commodity],
                          actor_edition(&p->w->actors[reporter], period_year(p->period)));
}

static const char *code_of(const struct planter *p, const struct cell *c, size_t reporter)
{
    return plant_code(p, c->commodity, reporter);
}

/* Both sides file it under one code, it is worth it, and is as it was drawn. */
static bool eligible(const struct planter *p, const struct cell *c)
{
    return c->x.filed && c->m.filed && c->x.cents >= LEAST_CENTS &&
           c->m.cents >= LEAST_CENTS && c->kind == MG_PLANT_NONE && !c->received &&
           strcmp(code_of(p, c, c->exporter), code_of(p, c, c->importer)) == 0;
}

static void tell(struct planter *p, const struct cell *c, unsigned kind, bool import,
                 int64_t before, int64_t after, const char *note)
{
    const struct world *w = p->w;
    struct text *t = &p->planting->truth;

    text_format(t, "%s,%u,%u,%u,%s,%s,", mg_plant_name(kind), p->period,
                (unsigned)w->actors[c->exporter].code,
                (unsigned)w->actors[c->importer].code, code_of(p, c, c->exporter),
                import ? "import" : "export");
    text_fixed(t, before, 2);
    text_add(t, ",", 1);
    if (after != NONE)
        text_fixed(t, after, 2);
    text_format(t, ",%s\n", note);
}

/* Which side misreports: a reroute is the exporter's. */
static bool by_importer(const struct planter *p, const struct cell *c, unsigned kind)
{
    struct draw_key key = plant_key(p, c);

    return kind != MG_PLANT_REROUTE && (draw_bits(&key, DRAW_PLANT_SIDE) & 1) != 0;
}

static mg_status plant(struct planter *p, struct cell *c, unsigned kind, mg_error *err)
{
    bool import = by_importer(p, c, kind);
    struct side *s = import ? &c->m : &c->x;
    int64_t before = s->cents;
    char note[NOTE_ROOM] = "";
    mg_status status = MG_OK;

    c->kind = (uint8_t)kind;
    if (kind == MG_PLANT_QUANTITY || kind == MG_PLANT_PRICE) {
        int percent = plant_percent(p, c, kind == MG_PLANT_QUANTITY ? 20 : 30);
        side_scale(&p->w->actors[import ? c->importer : c->exporter],
                   &p->w->commodities[c->commodity], s, percent / 100.0,
                   kind == MG_PLANT_QUANTITY);
        snprintf(note, sizeof note, "%s x 0.%02d",
                 kind == MG_PLANT_PRICE ? "value" : "value and quantities", percent);
    } else if (kind == MG_PLANT_UNIT_ERROR) {
        plant_unit_error(p, c, s, note);
    } else if (kind == MG_PLANT_ROUNDING) {
        plant_rounding(p, c, s);
        snprintf(note, sizeof note, "one significant digit");
    } else if (kind == MG_PLANT_HIDDEN) {
        s->filed = false;
        snprintf(note, sizeof note, "report deleted");
    } else
        status = plant_move(p, c, kind, import, note, err);
    tell(p, c, kind, import, before, s->filed ? s->cents : NONE, note);
    p->done[kind]++;
    return status;
}

/* Whether a kind can be planted in an eligible cell. */
static bool carries(const struct planter *p, const struct cell *c, unsigned kind)
{
    bool import = by_importer(p, c, kind);
    const struct side *s = import ? &c->m : &c->x;

    switch (kind) {
    case MG_PLANT_UNIT_ERROR:
        return s->grams != NONE && !s->kg_estimated;
    case MG_PLANT_PARTNER_SWAP:
        return swap_target(p, c, import).found;
    case MG_PLANT_RELABEL:
        return relabel_target(p, c, import).found;
    case MG_PLANT_REROUTE:
        return reroute_target(p, c).found;
    case MG_PLANT_TIME_SHIFT:
        return can_shift(p, c, import);
    case MG_PLANT_ROUNDING:
        return can_round(s);
    default:
        return true;
    }
}

/* The kind to plant here, or none: the kinds fill up side by side, but a swap,
 * which few flows allow, takes what it can get. */
static unsigned choose_kind(const struct planter *p, const struct cell *c)
{
    unsigned best = MG_PLANT_NONE;

    if (!eligible(p, c))
        return MG_PLANT_NONE;
    if (p->done[MG_PLANT_PARTNER_SWAP] < p->quota[MG_PLANT_PARTNER_SWAP] &&
        carries(p, c, MG_PLANT_PARTNER_SWAP))
        return MG_PLANT_PARTNER_SWAP;
    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++)
        if (k != MG_PLANT_PARTNER_SWAP && p->done[k] < p->quota[k] &&
            (best == MG_PLANT_NONE || p->done[k] < p->done[best]) && carries(p, c, k))
            best = k;
    return best;
}

static int by_draw(const void *a, const void *b)
{
    const struct candidate *p = a;
    const struct candidate *q = b;

    if (p->draw != q->draw)
        return p->draw < q->draw ? -1 : 1;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

/* The new cells join the others. */
static mg_status merge_added(struct planter *p, mg_error *err)
{
    struct cells *to = p->cells;
    mg_status status;

    if (p->added.n == 0)
        return MG_OK;
    status = mg_grow((void **)&to->items, &to->room, to->n + p->added.n,
                     sizeof *to->items, err);
    if (status != MG_OK)
        return status;
    memcpy(to->items + to->n, p->added.items, p->added.n * sizeof *to->items);
    to->n += p->added.n;
    p->added.n = 0;
    cells_sort(to);
    return MG_OK;
}

/* How many of each kind: the same share each, what is left over to the first. */
static void set_quotas(struct planter *p, size_t n_cells)
{
    const mg_synth_options *o = &p->w->options;
    const unsigned kinds = o->kinds != 0 ? o->kinds : MG_PLANT_ALL;
    size_t want = (size_t)((double)n_cells * o->share + 0.5);
    size_t n = 0;
    size_t place = 0;

    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++)
        n += (kinds & MG_PLANT_BIT(k)) != 0;
    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++)
        if ((kinds & MG_PLANT_BIT(k)) != 0)
            p->quota[k] = (want + n - ++place) / n;
}

static mg_status plant_in_order(struct planter *p, mg_error *err)
{
    struct cells *cells = p->cells;
    struct candidate *order = mg_alloc(cells->n, sizeof *order);
    size_t n = 0;
    mg_status status = MG_OK;

    if (order == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot plant in %zu flows", cells->n);
    for (size_t i = 0; i < cells->n; i++)
        if (eligible(p, &cells->items[i])) {
            struct draw_key key = plant_key(p, &cells->items[i]);
            order[n++] = (struct candidate){draw_bits(&key, DRAW_PLANT), (uint32_t)i};
        }
    if (n > 0)
        qsort(order, n, sizeof *order, by_draw);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        struct cell *c = &cells->items[order[i].cell];
        unsigned kind = choose_kind(p, c);
        if (kind != MG_PLANT_NONE)
            status = plant(p, c, kind, err);
    }
    free(order);
    return status;
}

mg_status plant_cells(const struct world *w, unsigned period, struct cells *cells,
                      struct planting *planting, mg_synth_result *result, mg_error *err)
{
    struct planter p = {.w = w, .period = period, .cells = cells, .planting = planting};
    mg_status status;

    set_quotas(&p, cells->n);
    status = plant_late(&p, err);
    if (status == MG_OK)
        status = merge_added(&p, err);
    if (status == MG_OK)
        status = plant_in_order(&p, err);
    if (status == MG_OK)
        status = merge_added(&p, err);
    for (unsigned k = 0; k < MG_PLANT_KINDS; k++)
        result->planted[k] += p.done[k];
    cells_release(&p.added);
    return status;
}

void planting_release(struct planting *planting)
{
    free(planting->truth.bytes);
    cells_release(&planting->late);
    *planting = (struct planting){0};
}
