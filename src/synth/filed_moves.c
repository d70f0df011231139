/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the report of a side can be filed instead, and filing it there. */
#include <stdio.h>

#include "synth/filed.h"

enum { AREAS_NES = 899 };

static unsigned reporter_of(const mg_row *side)
{
    return side->flow == MG_FLOW_X ? side->exporter : side->importer;
}

/* Whether the reporter files the partner's trade in the edition, if at all: a second
 * edition would supersede the first or be superseded. *any: at all. */
static bool fits(const struct filed *f, const mg_row *key, bool *any)
{
    size_t i = filed_from(f, key->period, key->exporter, key->importer);

    *any = false;
    for (; i < f->n && f->rows[i].period == key->period &&
           f->rows[i].exporter == key->exporter && f->rows[i].importer == key->importer;
         i++)
        if (f->rows[i].flow == key->flow) {
            *any = true;
            return f->rows[i].edition == key->edition;
        }
    return true;
}

static bool free_to(const struct filed *f, const mg_row *to)
{
    bool any;

    return filed_untouched(f, to) && fits(f, to, &any);
}

/* A partner that is taken for the right one, or areas not specified. */
static bool swap_target(const struct filed *f, const mg_row *side, mg_row *to)
{
    const bool import = side->flow == MG_FLOW_M;
    uint16_t *partner = import ? &to->exporter : &to->importer;
    struct draw_key key = filed_key(f, side);
    size_t n = 0;
    const mg_twin *twins = mg_confusable_twins(f->twins, *partner, &n);
    size_t first = n > 0 ? (size_t)(draw_bits(&key, DRAW_PLANT_TO) % n) : 0;

    for (size_t i = 0; i < n; i++) {
        const mg_twin *t = &twins[(first + i) % n];
        *partner = t->twin;
        if (t->loses && t->twin != reporter_of(side) &&
            mg_ref_kind(f->ref, t->twin) == MG_AREA_COUNTRY && free_to(f, to))
            return true;
    }
    *partner = AREAS_NES;
    return free_to(f, to);
}

static bool relabel_target(const struct filed *f, const mg_row *side, mg_row *to)
{
    struct draw_key key = filed_key(f, side);
    size_t n = 0;
    const struct filed_code *codes = filed_heading(f, side, &n);
    size_t first = n > 0 ? (size_t)(draw_bits(&key, DRAW_PLANT_TO) % n) : 0;

    if (mg_hs_level(side->hs) != 6)
        return false;
    for (size_t i = 0; i < n; i++) {
        to->hs = codes[(first + i) % n].hs;
        if (to->hs != side->hs && free_to(f, to))
            return true;
    }
    return false;
}

/* Whether a country files anything in the period at this level. */
static bool reports(const struct filed *f, uint32_t period, unsigned country)
{
    for (size_t i = filed_from(f, period, country, 0);
         i < f->n && f->rows[i].period == period && f->rows[i].exporter == country; i++)
        if (f->rows[i].flow == MG_FLOW_X)
            return true;
    return false;
}

static bool hub_target(const struct filed *f, const mg_row *side, mg_row *to)
{
    static const uint16_t hubs[] = {344, 702, 784, 528, 56};
    enum { HUBS = sizeof hubs / sizeof *hubs };
    struct draw_key key = filed_key(f, side);
    size_t first = (size_t)(draw_bits(&key, DRAW_PLANT_TO) % HUBS);

    if (side->flow != MG_FLOW_X)
        return false;
    for (size_t i = 0; i < HUBS; i++) {
        to->importer = hubs[(first + i) % HUBS];
        if (to->importer != side->exporter && to->importer != side->importer &&
            reports(f, side->period, to->importer) && free_to(f, to))
            return true;
    }
    return false;
}

/* The next period, where the reporter files the partner's trade in the edition. */
static bool later_target(const struct filed *f, const mg_row *side, mg_row *to)
{
    bool december = side->period > 9999 && side->period % 100 == 12;
    bool any = false;

    to->period = side->period + (december ? 89 : 1);
    return filed_untouched(f, to) && fits(f, to, &any) && any;
}

bool filed_target(const struct filed *f, const mg_row *side, mg_plant_kind kind,
                  mg_row *to)
{
    *to = *side;
    switch (kind) {
    case MG_PLANT_PARTNER_SWAP:
        return swap_target(f, side, to);
    case MG_PLANT_RELABEL:
        return relabel_target(f, side, to);
    case MG_PLANT_REROUTE:
        return hub_target(f, side, to);
    case MG_PLANT_TIME_SHIFT:
        return later_target(f, side, to);
    default:
        return false;
    }
}

/* The hub's own export to where the goods go, in half of the cases where its figures
 * are in the edition. */
static bool onward_row(const struct filed *f, const mg_row *side, const mg_row *part,
                       mg_row *onward)
{
    struct draw_key key = filed_key(f, side);
    bool any = false;

    *onward = *part;
    onward->exporter = part->importer;
    onward->importer = side->importer;
    return (draw_bits(&key, DRAW_PLANT_TO) >> 32 & 1) != 0 &&
           filed_untouched(f, onward) && fits(f, onward, &any) && any;
}

/* Moves 30 to 70 % of a report: to a hub, or to the next period. */
static mg_status move_part(struct filed *f, const mg_row *side, const mg_row *to,
                           mg_row *left, char note[MG_PLANT_NOTE], mg_error *err)
{
    struct draw_key key = filed_key(f, side);
    int percent = 30 + (int)(draw_uniform(&key, DRAW_PLANT_FACTOR) * 41);
    mg_row part = *to;
    mg_row onward;
    bool goes_on;

    filed_scale(&part, percent / 100.0, true);
    filed_take(left, &part);
    if (to->period != side->period) {
        snprintf(note, MG_PLANT_NOTE, "moved_to=%u share=0.%02d", (unsigned)to->period,
                 percent);
        return filed_add(f, &part, err);
    }
    goes_on = onward_row(f, side, &part, &onward);
    snprintf(note, MG_PLANT_NOTE, "via=%u share=0.%02d onward=%s", (unsigned)to->importer,
             percent, goes_on ? "yes" : "no");
    mg_status status = filed_add(f, &part, err);
    if (status == MG_OK && goes_on)
        status = filed_add(f, &onward, err);
    return status;
}

mg_status filed_move(struct filed *f, const mg_row *side, mg_plant_kind kind,
                     mg_row *left, char note[MG_PLANT_NOTE], mg_error *err)
{
    char hs[MG_HS_TEXT];
    mg_row to;

    if (!filed_target(f, side, kind, &to))
        return mg_fail(err, MG_E_RANGE, "a report has nowhere to go");
    if (kind == MG_PLANT_REROUTE || kind == MG_PLANT_TIME_SHIFT)
        return move_part(f, side, &to, left, note, err);
    mg_hs_text(to.hs, hs);
    if (kind == MG_PLANT_RELABEL)
        snprintf(note, MG_PLANT_NOTE, "filed_as=%s", hs);
    else
        snprintf(note, MG_PLANT_NOTE, "filed_under=%u",
                 (unsigned)(side->flow == MG_FLOW_M ? to.exporter : to.importer));
    return filed_add(f, &to, err);
}
