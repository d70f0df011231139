/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classes of one range of editions, from the parts of its steps. A node is a code
 * of an edition: its number is (edition - low) * codes + place of the code. */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "ref/concordance_parts.h"

enum node_mark {
    TOLD = 1,    /* stands in a part of a step at this edition */
    GONE = 2,    /* a step tells that this edition does not have the code */
    HAS_CUT = 4, /* of its part an edge was cut */
    BEFORE = 1,  /* of a code in one step: stands before, after */
    AFTER = 2
};

struct work {
    const struct steps *steps;
    mg_concordance *c;
    unsigned low, high;
    bool chain; /* by the steps between; else by one table from low to high */
    size_t n_codes, n_nodes;
    uint32_t *parent; /* by name_sets() on, the root */
    uint8_t *marks;   /* of nodes */
    uint8_t *sides;   /* of codes, in one step */
    uint32_t *name;   /* of a set's root: place of its lowest code * 2 + star */
    uint32_t *count;  /* by name: members */
};

static size_t node_of(const struct work *w, unsigned edition, size_t code)
{
    return (edition - w->low) * w->n_codes + code;
}

static void join_part(struct work *w, const struct step *step, const struct part *part,
                      unsigned from, unsigned to)
{
    size_t first = 0;

    for (size_t i = 0; i < part->n_before + part->n_after; i++) {
        bool after = i >= part->n_before;
        size_t code = step->places[part->at + i];
        size_t node = node_of(w, after ? to : from, code);
        w->sides[code] |= after ? AFTER : BEFORE;
        w->marks[node] |= (uint8_t)(TOLD | (part->cut ? HAS_CUT : 0));
        if (i == 0)
            first = node;
        set_join(w->parent, (uint32_t)first, (uint32_t)node);
    }
}

static void join_step(struct work *w, unsigned from, unsigned to)
{
    const struct step *step = &w->steps->between[from][to];

    memset(w->sides, 0, w->n_codes);
    for (size_t i = 0; i < step->n_parts; i++)
        join_part(w, step, &step->parts[i], from, to);
    for (size_t code = 0; code < w->n_codes; code++) {
        size_t a = node_of(w, from, code);
        size_t b = node_of(w, to, code);
        if (w->sides[code] == 0)
            set_join(w->parent, (uint32_t)a, (uint32_t)b);
        else if (w->sides[code] == BEFORE)
            w->marks[b] |= GONE;
        else if (w->sides[code] == AFTER)
            w->marks[a] |= GONE;
    }
}

/* Adds a code to a set whose name so far is lowest code * 2 + star, or UINT32_MAX. */
static void lower_name(uint32_t *name, uint32_t code)
{
    if (*name == UINT32_MAX)
        *name = code * 2;
    else if (*name / 2 != code)
        *name = (code < *name / 2 ? code * 2 : *name) | 1;
}

/* Gives each root the marks of its set and, where a part tells of the set, a name. */
static void name_sets(struct work *w)
{
    uint32_t *lowest = w->name;

    for (size_t i = 0; i < w->n_nodes; i++)
        lowest[i] = UINT32_MAX;
    for (size_t i = 0, code = 0; i < w->n_nodes; i++) {
        uint32_t root = w->parent[w->parent[i]]; /* the parent, being lower, has its */
        w->parent[i] = root;
        w->marks[root] |= w->marks[i];
        lower_name(&lowest[root], (uint32_t)code);
        code = code + 1 < w->n_codes ? code + 1 : 0;
    }
    for (size_t i = 0; i < w->n_nodes; i++) {
        uint32_t root = w->parent[i];
        if ((w->marks[root] & TOLD) != 0)
            w->count[w->name[root]]++;
    }
}

/* The classes by name, with room for their members; those of one name are one.
 * w->count becomes 1 + the place of the class with that name. */
static mg_status list_classes(struct work *w, struct range *range, mg_error *err)
{
    size_t n = 0;
    uint32_t at = 0;

    for (size_t name = 0; name < 2 * w->n_codes; name++) {
        n += w->count[name] > 0;
        at += w->count[name];
    }
    range->classes = mg_alloc_zero(n, sizeof *range->classes);
    range->members = mg_alloc(at, sizeof *range->members);
    if (range->classes == NULL || range->members == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the classes of HS codes");
    range->n_classes = n;
    for (size_t name = 2 * w->n_codes; name-- > 0;) {
        if (w->count[name] == 0)
            continue;
        struct hs_class *class = &range->classes[--n];
        at -= w->count[name];
        class->name.hs = w->c->codes.items[name / 2];
        class->name.star = name % 2 == 1;
        class->first[EDITIONS] = at; /* where fill_classes() writes next */
        w->count[name] = (uint32_t)n + 1;
    }
    return MG_OK;
}

/* Members by edition, then code, which is the order of the nodes. */
static void fill_classes(struct work *w, struct range *range)
{
    for (unsigned e = 0; e < EDITIONS; e++) {
        for (size_t k = 0; k < range->n_classes; k++)
            range->classes[k].first[e] = range->classes[k].first[EDITIONS];
        for (size_t code = 0; e >= w->low && e <= w->high && code < w->n_codes; code++) {
            size_t node = node_of(w, e, code);
            uint32_t root = w->parent[node];
            uint32_t *class_of = &range->class_of[node];
            *class_of = (w->marks[root] & GONE) != 0 ? ABSENT : UNCHANGED;
            if ((w->marks[root] & TOLD) == 0)
                continue;
            *class_of = w->count[w->name[root]];
            struct hs_class *class = &range->classes[*class_of - 1];
            class->name.cut |= (w->marks[root] & HAS_CUT) != 0;
            range->members[class->first[EDITIONS]++] = w->c->codes.items[code];
        }
    }
}

static mg_status make_classes(struct work *w, struct range *range, mg_error *err)
{
    for (uint32_t i = 0; i < w->n_nodes; i++)
        w->parent[i] = i;
    if (w->chain)
        for (unsigned e = w->low; e < w->high; e++)
            join_step(w, e, e + 1);
    else {
        for (size_t i = w->n_codes; i < w->n_nodes - w->n_codes; i++)
            w->marks[i] |= GONE; /* the table does not tell of editions between */
        join_step(w, w->low, w->high);
    }
    name_sets(w);
    mg_status status = list_classes(w, range, err);
    if (status == MG_OK)
        fill_classes(w, range);
    return status;
}

mg_status range_make(const struct steps *steps, mg_concordance *concordance, unsigned low,
                     unsigned high, mg_error *err)
{
    struct range *range = &concordance->ranges[low][high];
    struct work w = {.steps = steps,
                     .c = concordance,
                     .low = low,
                     .high = high,
                     .chain = true,
                     .n_codes = concordance->codes.n,
                     .n_nodes = (high - low + 1) * concordance->codes.n};
    mg_status status;

    for (unsigned e = low; e < high; e++)
        w.chain = w.chain && steps->between[e][e + 1].given;
    if (!w.chain && !steps->between[low][high].given)
        return MG_OK;
    concordance->covers[low][high] = true;
    w.parent = mg_alloc(w.n_nodes, sizeof *w.parent);
    w.marks = mg_alloc_zero(w.n_nodes, 1);
    w.sides = mg_alloc_zero(w.n_codes, 1);
    w.name = mg_alloc(w.n_nodes, sizeof *w.name);
    w.count = mg_alloc_zero(2 * w.n_codes, sizeof *w.count);
    range->class_of = mg_alloc(w.n_nodes, sizeof *range->class_of);
    if (w.parent == NULL || w.marks == NULL || w.sides == NULL || w.name == NULL ||
        w.count == NULL || range->class_of == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold the classes of HS codes");
    else
        status = make_classes(&w, range, err);
    free(w.parent);
    free(w.marks);
    free(w.sides);
    free(w.name);
    free(w.count);
    return status;
}
