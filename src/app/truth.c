/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/truth.h"

#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "mirrorgap/table.h"

static int by_key(const struct truth_cell *p, const struct truth_cell *q)
{
    if (p->period != q->period)
        return p->period < q->period ? -1 : 1;
    if (p->exporter != q->exporter)
        return p->exporter < q->exporter ? -1 : 1;
    if (p->importer != q->importer)
        return p->importer < q->importer ? -1 : 1;
    return (p->hs > q->hs) - (p->hs < q->hs);
}

static int by_cell(const void *a, const void *b)
{
    const struct truth_cell *p = a;
    const struct truth_cell *q = b;
    int order = by_key(p, q);

    if (order != 0)
        return order;
    if (p->other != q->other)
        return p->other ? 1 : -1;
    return (p->anomaly > q->anomaly) - (p->anomaly < q->anomaly);
}

static bool read_number(const char *text, uint64_t most, uint64_t *value)
{
    return mg_integer_read(text, strlen(text), value) && *value <= most;
}

static mg_status add(struct truth *t, const struct truth_cell *p, mg_error *err)
{
    mg_status status =
        mg_grow((void **)&t->items, &t->room, t->n + 1, sizeof *t->items, err);

    if (status == MG_OK)
        t->items[t->n++] = *p;
    return status;
}

/* What stands behind `name=` in a note, up to a blank. */
static mg_cell noted(const char *note, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = note; (at = strstr(at, name)) != NULL; at += n)
        if (at == note || at[-1] == ' ')
            return (mg_cell){at + n, strcspn(at + n, " ")};
    return (mg_cell){"", 0};
}

static bool noted_number(const char *note, const char *name, uint64_t most,
                         uint64_t *value)
{
    mg_cell text = noted(note, name);

    return mg_integer_read(text.text, text.n, value) && *value <= most;
}

/* The cells that got what the row's own cell lost. */
static mg_status add_others(struct truth *t, const struct truth_cell *own, bool import,
                            const char *note, mg_error *err)
{
    struct truth_cell other = *own;
    uint64_t value;
    mg_status status = MG_OK;

    other.other = true;
    if (noted_number(note, "filed_under=", UINT16_MAX, &value)) {
        *(import ? &other.exporter : &other.importer) = (uint16_t)value;
        status = add(t, &other, err);
    } else if (mg_hs_pack(noted(note, "filed_as="), &other.hs)) {
        status = add(t, &other, err);
    } else if (noted_number(note, "moved_to=", 999999, &value)) {
        other.period = (uint32_t)value;
        status = add(t, &other, err);
    } else if (noted_number(note, "via=", UINT16_MAX, &value)) {
        other.importer = (uint16_t)value;
        status = add(t, &other, err);
        other.exporter = (uint16_t)value;
        other.importer = own->importer;
        if (status == MG_OK && mg_text_is(noted(note, "onward="), "yes"))
            status = add(t, &other, err);
    }
    return status;
}

enum { F_KIND, F_PERIOD, F_EXPORTER, F_IMPORTER, F_HS, F_SIDE, F_NOTE };

static mg_status take(void *self, const char *const *fields, mg_error *err)
{
    struct truth *t = self;
    struct truth_cell p = {.anomaly = t->anomalies};
    uint64_t period;
    uint64_t exporter;
    uint64_t importer;

    if (!read_number(fields[F_PERIOD], 999999, &period) ||
        !read_number(fields[F_EXPORTER], UINT16_MAX, &exporter) ||
        !read_number(fields[F_IMPORTER], UINT16_MAX, &importer) ||
        !mg_hs_pack((mg_cell){fields[F_HS], strlen(fields[F_HS])}, &p.hs) ||
        strlen(fields[F_KIND]) >= TRUTH_KIND_ROOM)
        return mg_fail(err, MG_E_PARSE,
                       "no row of a truth file: kind, period, exporter, importer, hs");
    p.period = (uint32_t)period;
    p.exporter = (uint16_t)exporter;
    p.importer = (uint16_t)importer;
    memcpy(p.kind, fields[F_KIND], strlen(fields[F_KIND]));
    t->anomalies++;
    mg_status status = add(t, &p, err);
    if (status == MG_OK)
        status =
            add_others(t, &p, strcmp(fields[F_SIDE], "import") == 0, fields[F_NOTE], err);
    return status;
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

const struct truth_cell *truth_find(const struct truth *t, uint32_t period,
                                    unsigned exporter, unsigned importer, uint32_t hs,
                                    size_t *n)
{
    const struct truth_cell key = {.period = period,
                                   .exporter = (uint16_t)exporter,
                                   .importer = (uint16_t)importer,
                                   .hs = hs};
    size_t from = 0;
    size_t to = t->n;

    while (from < to) { /* the first that is not before the key */
        size_t middle = from + (to - from) / 2;
        if (by_key(&t->items[middle], &key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    *n = 0;
    while (from + *n < t->n && by_key(&t->items[from + *n], &key) == 0)
        ++*n;
    return *n > 0 ? &t->items[from] : NULL;
}

const char *truth_of(const struct truth *t, uint32_t period, unsigned exporter,
                     unsigned importer, uint32_t hs)
{
    size_t n;
    const struct truth_cell *found = truth_find(t, period, exporter, importer, hs, &n);

    return found != NULL ? found->kind : "";
}
