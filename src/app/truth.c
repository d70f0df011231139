/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/truth.h"

#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "mirrorgap/table.h"

enum { KIND_ROOM = 24 };

struct planted {
    uint32_t period;
    uint16_t exporter, importer;
    uint32_t hs;
    char kind[KIND_ROOM];
};

struct truth {
    struct planted *items;
    size_t n, room;
};

static int by_cell(const void *a, const void *b)
{
    const struct planted *p = a;
    const struct planted *q = b;

    if (p->period != q->period)
        return p->period < q->period ? -1 : 1;
    if (p->exporter != q->exporter)
        return p->exporter < q->exporter ? -1 : 1;
    if (p->importer != q->importer)
        return p->importer < q->importer ? -1 : 1;
    return (p->hs > q->hs) - (p->hs < q->hs);
}

static bool read_number(const char *text, uint64_t most, uint64_t *value)
{
    return mg_integer_read(text, strlen(text), value) && *value <= most;
}

static mg_status add(struct truth *t, const struct planted *p, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&t->items, &t->room, t->n + 1, sizeof *t->items, err);

    if (status == MG_OK)
        t->items[t->n++] = *p;
    return status;
}

enum { F_KIND, F_PERIOD, F_EXPORTER, F_IMPORTER, F_HS, F_SIDE, F_NOTE };

static mg_status take(void *self, const char *const *fields, mg_error *err)
{
    static const char filed[] = "filed_under=";
    struct truth *t = self;
    struct planted p = {0};
    uint64_t period;
    uint64_t exporter;
    uint64_t importer;
    uint64_t other;

    if (!read_number(fields[F_PERIOD], 999999, &period) ||
        !read_number(fields[F_EXPORTER], UINT16_MAX, &exporter) ||
        !read_number(fields[F_IMPORTER], UINT16_MAX, &importer) ||
        !mg_hs_pack((mg_cell){fields[F_HS], strlen(fields[F_HS])}, &p.hs) ||
        strlen(fields[F_KIND]) >= KIND_ROOM)
        return mg_fail(err, MG_E_PARSE,
                       "no row of a truth file: kind, period, exporter, importer, hs");
    p.period = (uint32_t)period;
    p.exporter = (uint16_t)exporter;
    p.importer = (uint16_t)importer;
    memcpy(p.kind, fields[F_KIND], strlen(fields[F_KIND]));
    mg_status status = add(t, &p, err);
    if (status != MG_OK || strncmp(fields[F_NOTE], filed, sizeof filed - 1) != 0 ||
        !read_number(fields[F_NOTE] + sizeof filed - 1, UINT16_MAX, &other))
        return status;
    /* the cell that got what this one lost */
    *(strcmp(fields[F_SIDE], "import") == 0 ? &p.exporter : &p.importer) =
        (uint16_t)other;
    return add(t, &p, err);
}

mg_status truth_read(const char *path, struct truth **truth, mg_error *err)
{
    static const char *const columns[] = {"kind", "period", "exporter", "importer",
                                          "hs",   "side",   "note",     NULL};
    struct truth *t = mg_alloc_zero(1, sizeof *t);

    *truth = NULL;
    if (t == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the truth");
    mg_status status = mg_table_read(path, columns, take, t, err);
    if (status != MG_OK) {
        truth_free(t);
        return status;
    }
    if (t->n > 0)
        qsort(t->items, t->n, sizeof *t->items, by_cell);
    *truth = t;
    return MG_OK;
}

void truth_free(struct truth *t)
{
    if (t == NULL)
        return;
    free(t->items);
    free(t);
}

const char *truth_of(const struct truth *t, uint32_t period, unsigned exporter,
                     unsigned importer, uint32_t hs)
{
    struct planted key = {period, (uint16_t)exporter, (uint16_t)importer, hs, ""};
    const struct planted *found =
        t->n == 0 ? NULL : bsearch(&key, t->items, t->n, sizeof *t->items, by_cell);

    return found != NULL ? found->kind : "";
}
