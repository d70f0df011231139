/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/unions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

enum { UNION, CODE, FROM, TO, KIND, SUCCESSION, COLUMNS };
static const char *const columns[COLUMNS + 1] = {
    "union", "code", "from_year", "to_year", "kind", "succession", NULL};

struct member {
    uint16_t code, whole;
    uint16_t from, to;   /* years, 0 and 65535 where open */
    uint16_t succession; /* first year of the new codes, 0: none */
    uint8_t kind;
};

/* A few dozen members: scanned from end to end. */
struct mg_unions {
    const mg_ref *ref; /* while loading */
    struct member *members;
    size_t n, room;
};

static mg_status read_year(int column, const char *text, uint16_t blank, uint16_t *year,
                           mg_error *err)
{
    uint64_t got = blank;

    if (text[0] != '\0' &&
        (!mg_integer_read(text, strlen(text), &got) || got < 1900 || got > 2100))
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no year", columns[column],
                       text);
    *year = (uint16_t)got;
    return MG_OK;
}

static mg_status read_area(const mg_ref *ref, int column, const char *text,
                           uint16_t *code, mg_error *err)
{
    uint64_t got;

    if (!mg_integer_read(text, strlen(text), &got) || got >= MG_AREA_CODES ||
        mg_ref_area(ref, (unsigned)got) == NULL)
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no area", columns[column],
                       text);
    *code = (uint16_t)got;
    return MG_OK;
}

static mg_status read_kind(const char *text, uint8_t *kind, mg_error *err)
{
    static const char *const names[] = {NULL, "variant", "succession", "union"};

    for (unsigned k = MG_UNION_VARIANT; k <= MG_UNION_CUSTOMS; k++)
        if (strcmp(text, names[k]) == 0) {
            *kind = (uint8_t)k;
            return MG_OK;
        }
    return mg_fail(err, MG_E_PARSE,
                   "column 'kind': '%s' is none of variant, succession, union", text);
}

/* What one member must not be to another in a year that both have. */
static mg_status check(const mg_unions *unions, const struct member *new, mg_error *err)
{
    if (new->from > new->to)
        return mg_fail(err, MG_E_PARSE, "column 'to_year': before from_year");
    if (new->code == new->whole)
        return mg_fail(err, MG_E_PARSE, "column 'code': %u is its own union", new->code);
    for (size_t i = 0; i < unions->n; i++) {
        const struct member *old = &unions->members[i];
        if (old->from > new->to || new->from > old->to)
            continue;
        if (old->code == new->code)
            return mg_fail(err, MG_E_PARSE,
                           "column 'code': %u is in two unions in one year", new->code);
        if (old->code == new->whole || old->whole == new->code)
            return mg_fail(err, MG_E_PARSE,
                           "column 'union': %u is a union and a member in one year",
                           old->code == new->whole ? new->whole : new->code);
    }
    return MG_OK;
}

static mg_status take(void *self, const char *const *field, mg_error *err)
{
    mg_unions *unions = self;
    struct member m = {0};
    mg_status status = read_area(unions->ref, UNION, field[UNION], &m.whole, err);

    if (status == MG_OK)
        status = read_area(unions->ref, CODE, field[CODE], &m.code, err);
    if (status == MG_OK)
        status = read_year(FROM, field[FROM], 0, &m.from, err);
    if (status == MG_OK)
        status = read_year(TO, field[TO], UINT16_MAX, &m.to, err);
    if (status == MG_OK)
        status = read_kind(field[KIND], &m.kind, err);
    if (status == MG_OK)
        status = read_year(SUCCESSION, field[SUCCESSION], 0, &m.succession, err);
    if (status == MG_OK)
        status = check(unions, &m, err);
    if (status == MG_OK)
        status = mg_grow((void **)&unions->members, &unions->room, unions->n + 1,
                         sizeof m, err);
    if (status == MG_OK)
        unions->members[unions->n++] = m;
    return status;
}

mg_status mg_unions_load(const mg_ref *ref, mg_unions **out, mg_error *err)
{
    char path[4096];
    mg_unions *unions = mg_alloc_zero(1, sizeof *unions);
    mg_status status;

    *out = NULL;
    if (unions == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the unions");
    unions->ref = ref;
    snprintf(path, sizeof path, "%s/unions.csv", mg_ref_folder(ref));
    status = mg_table_read(path, columns, take, unions, err);
    if (status != MG_OK) {
        mg_unions_free(unions);
        return status;
    }
    unions->ref = NULL;
    *out = unions;
    return MG_OK;
}

void mg_unions_free(mg_unions *unions)
{
    if (unions == NULL)
        return;
    free(unions->members);
    free(unions);
}

static const struct member *find(const mg_unions *unions, unsigned code, unsigned year)
{
    for (size_t i = 0; i < unions->n; i++) {
        const struct member *m = &unions->members[i];
        if (m->code == code && m->from <= year && year <= m->to)
            return m;
    }
    return NULL;
}

unsigned mg_union_of(const mg_unions *unions, unsigned code, unsigned year)
{
    const struct member *m = find(unions, code, year);

    return m != NULL ? m->whole : code;
}

mg_union_kind mg_union_kind_of(const mg_unions *unions, unsigned code, unsigned year)
{
    const struct member *m = find(unions, code, year);

    return m != NULL ? (mg_union_kind)m->kind : MG_UNION_NONE;
}

bool mg_union_succession(const mg_unions *unions, unsigned code, unsigned year)
{
    for (size_t i = 0; i < unions->n; i++) {
        const struct member *m = &unions->members[i];
        if (m->succession != 0 && (m->code == code || m->whole == code) &&
            year + 1 >= m->succession && year <= m->succession + 1U)
            return true;
    }
    return false;
}

void mg_unions_map(const mg_unions *unions, unsigned year, uint16_t map[MG_AREA_CODES])
{
    for (unsigned code = 0; code < MG_AREA_CODES; code++)
        map[code] = (uint16_t)code;
    for (size_t i = 0; i < unions->n; i++) {
        const struct member *m = &unions->members[i];
        if (m->from <= year && year <= m->to)
            map[m->code] = m->whole;
    }
}
