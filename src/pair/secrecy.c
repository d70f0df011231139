/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pair/secrecy.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

enum { CODES = 65536, SPECIAL_CATEGORIES = 839, AREAS_NES = 899 };

/* The chapter of a code in figures, -1: it has none; its level 2, 4, 6 as 0, 1, 2. */
static int chapter_of(uint32_t hs, int *level)
{
    *level = mg_hs_level(hs) / 2 - 1;
    return mg_hs_chapter(hs);
}

static mg_status place(struct secrecy *s, unsigned reporter, struct unsaid **unsaid,
                       mg_error *err)
{
    if (s->place_of[reporter] == 0) {
        mg_status status =
            mg_grow((void **)&s->unsaid, &s->room, s->n + 1, sizeof *s->unsaid, err);
        if (status != MG_OK)
            return status;
        memset(&s->unsaid[s->n], 0, sizeof *s->unsaid);
        s->place_of[reporter] = (uint16_t)++s->n;
    }
    *unsaid = &s->unsaid[s->place_of[reporter] - 1];
    return MG_OK;
}

mg_status secrecy_add(struct secrecy *s, unsigned flow, unsigned exporter,
                      unsigned importer, uint32_t hs, double usd, mg_error *err)
{
    const int side = flow == MG_FLOW_M;
    const unsigned partner = side ? exporter : importer;
    const unsigned reporter = side ? importer : exporter;
    struct unsaid *unsaid;
    int level;
    int chapter;
    mg_status status;

    if ((partner != SPECIAL_CATEGORIES && partner != AREAS_NES) ||
        (flow != MG_FLOW_X && !side))
        return MG_OK;
    chapter = chapter_of(hs, &level);
    if (chapter < 0)
        return MG_OK;
    if (s->place_of == NULL)
        s->place_of = mg_alloc_zero(CODES, sizeof *s->place_of);
    if (s->place_of == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold what is kept secret");
    status = place(s, s->map != NULL ? s->map[reporter] : reporter, &unsaid, err);
    if (status == MG_OK)
        unsaid->usd[side][chapter][level] += usd;
    return status;
}

static mg_status read_block(void *self, const mg_block *b, mg_error *err)
{
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < b->n; i++)
        status = secrecy_add(self, b->flow[i], b->exporter[i], b->importer[i], b->hs[i],
                             b->value_usd[i], err);
    return status;
}

mg_status secrecy_read(struct secrecy *s, const mg_dataset *data, size_t period,
                       const mg_block_choice *choice, mg_error *err)
{
    return mg_dataset_look(data, period, MG_T_OBSERVATIONS, MG_PAIR_KEYS, choice,
                           read_block, s, err);
}

void secrecy_release(struct secrecy *s)
{
    free(s->place_of);
    free(s->unsaid);
    *s = (struct secrecy){0};
}

/* What the chapter says beyond its codes of each level; a level without a code in it
 * leaves the whole chapter unsaid. */
static void make_remainder(struct remainder *r, const struct entries *e, int side)
{
    memset(r->usd[side], 0, sizeof r->usd[side]);
    r->made[side] = true;
    for (size_t i = 0; i < e->n; i++) {
        int level;
        int chapter = chapter_of(e->items[i].hs, &level);
        if (chapter < 0)
            continue;
        double usd = e->items[i].side.value_usd;
        if (level == 0)
            for (int l = 1; l < SECRECY_LEVELS; l++)
                r->usd[side][chapter][l] += usd;
        else
            r->usd[side][chapter][level] -= usd;
    }
}

double secrecy_room(const struct secrecy *s, const struct group *g, struct remainder *r,
                    const mg_pair *p)
{
    int side = p->status == MG_EXPORTER_ONLY; /* the importer is silent */
    unsigned reporter = side ? p->importer : p->exporter;
    int level;
    int chapter = chapter_of(p->hs, &level);
    double usd = 0;

    if (chapter < 0)
        return 0;
    if (s->place_of != NULL && s->place_of[reporter] != 0) {
        const struct unsaid *unsaid = &s->unsaid[s->place_of[reporter] - 1];
        for (int l = 0; l < SECRECY_LEVELS; l++)
            usd = fmax(usd, unsaid->usd[side][chapter][l]);
    }
    const struct entries *e = &g->flows[side ? MG_FLOW_M : MG_FLOW_X];
    if (level == 0 || e->n == 0)
        return usd;
    if (!r->made[side])
        make_remainder(r, e, side);
    return fmax(usd, r->usd[side][chapter][level]);
}
