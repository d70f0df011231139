/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/hs_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/search.h"

enum {
    EDITIONS = MG_EDITION_H6 - MG_EDITION_H0 + 1,
    STEPS = EDITIONS - 1,
    CODES_MOST = 8192, /* sets of codes are bits on the stack */
    WORDS = CODES_MOST / 64
};

/* A relation of a step, seen from one of its sides. */
struct link {
    uint16_t from, to; /* places of codes */
};

struct links {
    struct link *items; /* by from */
    size_t n, room;
};

struct mg_hs_map {
    uint32_t *codes;   /* ascending */
    uint8_t *editions; /* bit e: stands in H0 + e */
    size_t n, room, room_editions;
    struct links later[STEPS], earlier[STEPS]; /* from the older side, from the newer */
};

struct set {
    uint64_t bits[WORDS];
};

static int edition_place(unsigned edition)
{
    return edition >= MG_EDITION_H0 && edition <= MG_EDITION_H6
               ? (int)(edition - MG_EDITION_H0)
               : -1;
}

static mg_status read_edition(const char *text, size_t n, int *place, mg_error *err)
{
    int edition = mg_edition_find((mg_cell){text, n});

    *place = edition > 0 ? edition_place((unsigned)edition) : -1;
    return *place >= 0 ? MG_OK
                       : mg_fail(err, MG_E_PARSE, "'%.*s' is no edition of H0 to H6",
                                 (int)n, text);
}

static mg_status read_code(const char *column, const char *text, uint32_t *hs,
                           mg_error *err)
{
    return mg_hs_pack((mg_cell){text, strlen(text)}, hs) && mg_hs_level(*hs) == 6
               ? MG_OK
               : mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no six-digit code",
                         column, text);
}

static mg_status take_code(void *self, const char *const *field, mg_error *err)
{
    mg_hs_map *map = self;
    uint32_t hs = 0;
    uint8_t editions = 0;
    mg_status status = read_code("hs", field[0], &hs, err);

    for (const char *at = field[1]; status == MG_OK && *at != '\0';) {
        size_t n = strcspn(at, "|");
        int place = 0;
        status = read_edition(at, n, &place, err);
        if (status == MG_OK)
            editions |= (uint8_t)(1U << place);
        at += n + (at[n] == '|');
    }
    if (status == MG_OK && map->n > 0 && map->codes[map->n - 1] >= hs)
        status = mg_fail(err, MG_E_PARSE,
                         "column 'hs': '%s' is not above the code before", field[0]);
    if (status == MG_OK && map->n == CODES_MOST)
        status = mg_fail(err, MG_E_PARSE, "more than %d codes", (int)CODES_MOST);
    if (status == MG_OK)
        status = mg_grow((void **)&map->codes, &map->room, map->n + 1, sizeof *map->codes,
                         err);
    if (status == MG_OK)
        status =
            mg_grow((void **)&map->editions, &map->room_editions, map->n + 1, 1, err);
    if (status == MG_OK) {
        map->codes[map->n] = hs;
        map->editions[map->n++] = editions;
    }
    return status;
}

/* The first code that is not below `hs`. */
static size_t lower(const mg_hs_map *map, uint32_t hs)
{
    return mg_lower_bound(map->codes, map->n, hs);
}

static mg_status find_code(const mg_hs_map *map, const char *column, const char *text,
                           int place, uint16_t *found, mg_error *err)
{
    uint32_t hs = 0;
    mg_status status = read_code(column, text, &hs, err);
    size_t at = status == MG_OK ? lower(map, hs) : 0;

    if (status == MG_OK &&
        (at == map->n || map->codes[at] != hs || (map->editions[at] >> place & 1) == 0))
        status = mg_fail(err, MG_E_PARSE, "column '%s': hs_codes.csv has no '%s' there",
                         column, text);
    *found = (uint16_t)at;
    return status;
}

static mg_status add_link(struct links *links, uint16_t from, uint16_t to, mg_error *err)
{
    mg_status status = mg_grow((void **)&links->items, &links->room, links->n + 1,
                               sizeof *links->items, err);

    if (status == MG_OK)
        links->items[links->n++] = (struct link){from, to};
    return status;
}

static mg_status take_link(void *self, const char *const *field, mg_error *err)
{
    mg_hs_map *map = self;
    uint16_t before = 0;
    uint16_t after = 0;
    int from = 0;
    int to = 0;
    mg_status status = read_edition(field[0], strlen(field[0]), &from, err);

    if (status == MG_OK)
        status = read_edition(field[1], strlen(field[1]), &to, err);
    if (status == MG_OK && to != from + 1)
        status = mg_fail(err, MG_E_PARSE, "%s does not follow %s", field[1], field[0]);
    if (status == MG_OK)
        status = find_code(map, "before", field[2], from, &before, err);
    if (status == MG_OK)
        status = find_code(map, "after", field[3], to, &after, err);
    if (status == MG_OK)
        status = add_link(&map->later[from], before, after, err);
    if (status == MG_OK)
        status = add_link(&map->earlier[from], after, before, err);
    return status;
}

static int link_order(const void *a, const void *b)
{
    const struct link *x = a;
    const struct link *y = b;

    return x->from != y->from ? (x->from < y->from ? -1 : 1)
                              : (x->to > y->to) - (x->to < y->to);
}

mg_status mg_hs_map_load(const mg_ref *ref, mg_hs_map **out, mg_error *err)
{
    static const char *const codes[] = {"hs", "editions", NULL};
    static const char *const links[] = {"from", "to", "before", "after", NULL};
    mg_hs_map *map = mg_alloc_zero(1, sizeof *map);
    char path[4096];

    *out = NULL;
    if (map == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the codes of the HS");
    snprintf(path, sizeof path, "%s/hs_codes.csv", mg_ref_folder(ref));
    mg_status status = mg_table_read(path, codes, take_code, map, err);
    snprintf(path, sizeof path, "%s/hs_links.csv", mg_ref_folder(ref));
    if (status == MG_OK)
        status = mg_table_read(path, links, take_link, map, err);
    if (status != MG_OK) {
        mg_hs_map_free(map);
        return status;
    }
    for (int s = 0; s < STEPS; s++) {
        if (map->later[s].n > 1)
            qsort(map->later[s].items, map->later[s].n, sizeof(struct link), link_order);
        if (map->earlier[s].n > 1)
            qsort(map->earlier[s].items, map->earlier[s].n, sizeof(struct link),
                  link_order);
    }
    *out = map;
    return MG_OK;
}

void mg_hs_map_free(mg_hs_map *map)
{
    if (map == NULL)
        return;
    for (int s = 0; s < STEPS; s++) {
        free(map->later[s].items);
        free(map->earlier[s].items);
    }
    free(map->codes);
    free(map->editions);
    free(map);
}

bool mg_hs_map_has(const mg_hs_map *map, unsigned edition, uint32_t hs)
{
    const int place = edition_place(edition);
    const bool whole = mg_hs_level(hs) == 6;

    for (size_t i = whole ? lower(map, hs) : 0;
         place >= 0 && mg_hs_level(hs) > 0 && i < map->n &&
         (!whole || map->codes[i] == hs);
         i++)
        if ((map->editions[i] >> place & 1) != 0 && mg_hs_begins(map->codes[i], hs))
            return true;
    return false;
}

static void put(struct set *set, size_t at)
{
    set->bits[at / 64] |= UINT64_C(1) << at % 64;
}

static size_t first_link(const struct links *links, size_t code)
{
    size_t low = 0;
    size_t high = links->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (links->items[middle].from < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Whether a code goes on under its own number, as its links have it. */
static bool goes_on(const struct links *links, size_t code)
{
    for (size_t i = first_link(links, code); i < links->n && links->items[i].from == code;
         i++)
        if (links->items[i].to == code)
            return true;
    return false;
}

static bool same_heading(const mg_hs_map *map, size_t a, size_t b)
{
    return mg_hs_cut(map->codes[a], 4) == mg_hs_cut(map->codes[b], 4);
}

/* What a code comes to in a step; without a relation it stays what it is. */
static void follow(const mg_hs_map *map, const struct links *links,
                   const struct links *back, int to, size_t code, struct set *next)
{
    const size_t first = first_link(links, code);
    const bool stays = goes_on(links, code);
    size_t taken = 0;
    size_t end = first;

    while (end < links->n && links->items[end].from == code)
        end++;
    if (first == end && (map->editions[code] >> to & 1) != 0)
        put(next, code);
    for (size_t i = first; i < end; i++) {
        const size_t other = links->items[i].to;
        if (!same_heading(map, code, other) && (stays || goes_on(back, other)))
            continue;
        put(next, other);
        taken++;
    }
    for (size_t i = first; taken == 0 && i < end; i++)
        put(next, links->items[i].to);
}

static struct set step(const mg_hs_map *map, const struct set *now, int from, int to)
{
    const struct links *links = to > from ? &map->later[from] : &map->earlier[to];
    const struct links *back = to > from ? &map->earlier[from] : &map->later[to];
    struct set next = {{0}};

    for (size_t w = 0; w < WORDS; w++)
        for (uint64_t bits = now->bits[w]; bits != 0; bits &= bits - 1)
            follow(map, links, back, to, w * 64 + (size_t)__builtin_ctzll(bits), &next);
    return next;
}

/* The codes at `to` that one six-digit code comes to; places of editions and code. */
static struct set reach(const mg_hs_map *map, int place, size_t code, int to)
{
    struct set set = {{0}};

    put(&set, code);
    while (place != to) {
        int next = place < to ? place + 1 : place - 1;
        set = step(map, &set, place, next);
        place = next;
    }
    return set;
}

/* How much of one six-digit code, by its place. */
static mg_cover cover_code(const mg_hs_map *map, int rule_place, uint32_t rule_hs,
                           int place, size_t code)
{
    const struct set set = reach(map, place, code, rule_place);
    size_t in = 0;
    size_t all = 0;

    for (size_t w = 0; w < WORDS; w++)
        for (uint64_t bits = set.bits[w]; bits != 0; bits &= bits - 1) {
            in +=
                mg_hs_begins(map->codes[w * 64 + (size_t)__builtin_ctzll(bits)], rule_hs);
            all++;
        }
    return in == 0 ? MG_COVER_NONE : in < all ? MG_COVER_PART : MG_COVER_WHOLE;
}

size_t mg_hs_map_reach(const mg_hs_map *map, unsigned from, uint32_t hs, unsigned to,
                       uint32_t *codes, size_t room)
{
    const int place = edition_place(from);
    const int end = edition_place(to);
    const size_t code = lower(map, hs);
    size_t n = 0;

    if (place < 0 || end < 0 || code == map->n || map->codes[code] != hs ||
        (map->editions[code] >> place & 1) == 0)
        return 0;
    const struct set set = reach(map, place, code, end);
    for (size_t w = 0; w < WORDS; w++)
        for (uint64_t bits = set.bits[w]; bits != 0; bits &= bits - 1) {
            if (n < room)
                codes[n] = map->codes[w * 64 + (size_t)__builtin_ctzll(bits)];
            n++;
        }
    return n;
}

static mg_cover cover_text(uint32_t rule_hs, uint32_t hs)
{
    return mg_hs_begins(hs, rule_hs)   ? MG_COVER_WHOLE
           : mg_hs_begins(rule_hs, hs) ? MG_COVER_PART
                                       : MG_COVER_NONE;
}

mg_cover mg_hs_map_cover(const mg_hs_map *map, unsigned rule_edition, uint32_t rule_hs,
                         unsigned edition, uint32_t hs)
{
    const int rule_place = edition_place(rule_edition);
    const int place = edition_place(edition);
    size_t some = 0;
    size_t whole = 0;
    size_t all = 0;

    if (mg_hs_level(hs) == 0 || mg_hs_level(rule_hs) == 0)
        return MG_COVER_NONE;
    if (rule_place < 0 || place < 0 || rule_place == place)
        return cover_text(rule_hs, hs);
    for (size_t i = mg_hs_level(hs) == 6 ? lower(map, hs) : 0; i < map->n; i++) {
        if (mg_hs_level(hs) == 6 && map->codes[i] != hs)
            break;
        if (!mg_hs_begins(map->codes[i], hs) || (map->editions[i] >> place & 1) == 0)
            continue;
        mg_cover c = cover_code(map, rule_place, rule_hs, place, i);
        all++;
        some += c != MG_COVER_NONE;
        whole += c == MG_COVER_WHOLE;
    }
    if (all == 0)
        return cover_text(rule_hs, hs);
    if (some == 0)
        return MG_COVER_NONE;
    if (mg_hs_level(hs) == 6)
        return whole == all ? MG_COVER_WHOLE : MG_COVER_PART;
    return some == all && 10 * whole >= 9 * all ? MG_COVER_WHOLE : MG_COVER_PART;
}
