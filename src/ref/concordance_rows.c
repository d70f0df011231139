/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of correlation tables: relations, and the parts of our own table. */
#include "mirrorgap/mem.h"
#include "ref/concordance_table.h"

/* Refuses what stands in a column (0-based). */
static mg_status refuse(const struct table *t, size_t column, mg_cell cell,
                        const char *why)
{
    char shown[48];

    if (t->err != NULL)
        t->err->column = column + 1;
    return mg_fail(t->err, MG_E_PARSE, "'%s' %s", mg_text_show(cell, shown, sizeof shown),
                   why);
}

/* The step between two editions; false where they are one and the same. */
static bool step_between(const struct table *t, unsigned a, unsigned b,
                         struct step **step)
{
    if (a == b)
        return false;
    *step = &t->steps->between[a < b ? a : b][a < b ? b : a];
    return true;
}

static mg_status read_code(const struct table *t, size_t column, mg_cell cell,
                           uint32_t *code)
{
    char digits[7] = "0";
    size_t lost = cell.n == 5 ? 1 : 0; /* a leading zero */
    bool good = cell.n + lost == 6;

    for (size_t i = 0; good && i < cell.n; i++) {
        good = cell.text[i] >= '0' && cell.text[i] <= '9';
        digits[lost + i] = cell.text[i];
    }
    if (!good || !mg_hs_pack((mg_cell){digits, 6}, code))
        return refuse(t, column, cell, "is no HS code of six digits");
    return MG_OK;
}

static mg_status add_edge(const struct table *t, struct step *step, struct edge edge)
{
    mg_status status = MG_OK;

    if (step->own)
        return mg_fail(t->err, MG_E_PARSE,
                       "a table between the same editions has components already");
    status = mg_grow((void **)&step->edges, &step->room_edges, step->n_edges + 1,
                     sizeof edge, t->err);
    if (status == MG_OK)
        step->edges[step->n_edges++] = edge;
    step->given = true;
    return status;
}

/* A row that relates a code of edition `a` to one of edition `b`. */
static mg_status take_relation(const struct table *t, unsigned a, unsigned b,
                               const mg_cell *cells, const size_t column[2])
{
    struct step *step;
    struct edge edge;

    if (!step_between(t, a, b, &step))
        return MG_OK;
    bool back = a > b;
    mg_status status =
        read_code(t, column[back ? 1 : 0], cells[column[back ? 1 : 0]], &edge.before);
    if (status == MG_OK)
        status =
            read_code(t, column[back ? 0 : 1], cells[column[back ? 0 : 1]], &edge.after);
    return status == MG_OK ? add_edge(t, step, edge) : status;
}

static bool is_year(mg_cell cell)
{
    bool digits = cell.n == 4;

    for (size_t i = 0; digits && i < 4; i++)
        digits = cell.text[i] >= '0' && cell.text[i] <= '9';
    return digits;
}

/* A row of the UN's tables; its step is "after to before". */
static mg_status take_step(const struct table *t, const mg_cell *cells)
{
    mg_cell step = mg_text_trim(cells[t->place[0]]);
    bool good = step.n == 12 && memcmp(step.text + 4, " to ", 4) == 0;
    mg_cell after = {step.text, 4};
    mg_cell before = {good ? step.text + 8 : step.text, 4};

    if (!good || !is_year(after) || !is_year(before))
        return refuse(t, t->place[0], step, "is no step such as '2022 to 2017'");
    unsigned a = edition_called(before);
    unsigned b = edition_called(after);
    if (a == 0 || b == 0)
        return MG_OK; /* SITC */
    return take_relation(t, a, b, cells, t->place + 1);
}

static mg_status read_edition(const struct table *t, size_t column, const mg_cell *cells,
                              unsigned *edition)
{
    *edition = edition_called(cells[column]);
    return *edition != 0 ? MG_OK
                         : refuse(t, column, cells[column], "is no edition of the HS");
}

static mg_status read_list(const struct table *t, size_t column, mg_cell cell,
                           struct code_list *list)
{
    mg_status status = MG_OK;

    list->n = 0;
    while (status == MG_OK && cell.n > 0) {
        const char *bar = memchr(cell.text, '|', cell.n);
        mg_cell item = {cell.text, bar != NULL ? (size_t)(bar - cell.text) : cell.n};
        size_t used = item.n + (bar != NULL ? 1 : 0);
        uint32_t code = 0;
        status = read_code(t, column, item, &code);
        if (status == MG_OK)
            status = code_add(list, code, t->err);
        cell.text += used;
        cell.n -= used;
    }
    sort_codes(list);
    return status;
}

/* A row of our own table. */
static mg_status take_part(struct table *t, const mg_cell *cells)
{
    const size_t *p = t->place;
    mg_cell cut = cells[p[4]];
    unsigned from = 0;
    unsigned to = 0;
    struct step *step;
    mg_status status = read_edition(t, p[0], cells, &from);

    if (status == MG_OK)
        status = read_edition(t, p[1], cells, &to);
    if (status == MG_OK && from >= to)
        status = refuse(t, p[1], cells[p[1]], "is not after the edition before it");
    if (status == MG_OK)
        status = read_list(t, p[2], cells[p[2]], &t->before);
    if (status == MG_OK)
        status = read_list(t, p[3], cells[p[3]], &t->after);
    if (status == MG_OK && !mg_text_is(cut, "0") && !mg_text_is(cut, "1"))
        status = refuse(t, p[4], cut, "is neither 0 nor 1");
    if (status != MG_OK || !step_between(t, from, to, &step))
        return status;
    if (step->n_edges > 0)
        return mg_fail(t->err, MG_E_PARSE,
                       "a table between the same editions has relations already");
    step->given = step->own = true;
    return part_add(step, &t->before, &t->after, mg_text_is(cut, "1"), t->err);
}

mg_status table_take_row(struct table *t, const mg_cell *cells, size_t n)
{
    unsigned a = 0;
    unsigned b = 0;
    mg_status status;

    for (size_t c = 0; c < t->n_places; c++)
        if (t->place[c] >= n) {
            if (t->err != NULL)
                t->err->column = n + 1;
            return mg_fail(t->err, MG_E_PARSE, "%zu fields, where column %zu is needed",
                           n, t->place[c] + 1);
        }
    switch (t->layout) {
    case BY_STEP:
        return take_step(t, cells);
    case BY_COLUMN:
        return take_relation(t, t->edition[0], t->edition[1], cells, t->place);
    case BY_REVISION:
        status = read_edition(t, t->place[0], cells, &a);
        if (status == MG_OK)
            status = read_edition(t, t->place[1], cells, &b);
        return status == MG_OK ? take_relation(t, a, b, cells, t->place + 2) : status;
    default:
        return take_part(t, cells);
    }
}
