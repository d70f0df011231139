/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Land borders and valuations: what is known of pairs of areas, and of reporters by year.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "ref/ref_tables.h"

static uint32_t border_key(unsigned a, unsigned b)
{
    return (uint32_t)a << 16 | b;
}

static int by_key(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* A code of countries.csv. */
static mg_status read_area(const mg_ref *ref, const char *column, const char *text,
                           uint16_t *code, mg_error *err)
{
    mg_status status = ref_read_integer(column, text, 65535, 65535, code, err);

    if (status == MG_OK && ref->area_of[*code] < 0)
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no area", column, text);
    return status;
}

static mg_status take_border(void *self, const char *const *field, mg_error *err)
{
    mg_ref *ref = self;
    uint16_t a = 0;
    uint16_t b = 0;
    mg_status status = read_area(ref, "code_a", field[0], &a, err);

    if (status == MG_OK)
        status = read_area(ref, "code_b", field[1], &b, err);
    if (status == MG_OK)
        status = mg_grow((void **)&ref->borders, &ref->room_borders, ref->n_borders + 2,
                         sizeof *ref->borders, err);
    if (status != MG_OK)
        return status;
    ref->borders[ref->n_borders++] = border_key(a, b);
    ref->borders[ref->n_borders++] = border_key(b, a);
    return MG_OK;
}

mg_status ref_read_borders(mg_ref *ref, mg_error *err)
{
    static const char *const columns[] = {"code_a", "code_b", NULL};
    char path[4096];

    snprintf(path, sizeof path, "%s/borders.csv", ref->folder);
    mg_status status = mg_table_read(path, columns, take_border, ref, err);
    if (ref->n_borders > 0)
        qsort(ref->borders, ref->n_borders, sizeof *ref->borders, by_key);
    return status;
}

bool mg_ref_border(const mg_ref *ref, unsigned a, unsigned b)
{
    uint32_t key = border_key(a, b);

    return a < REF_CODES && b < REF_CODES && ref->n_borders > 0 &&
           bsearch(&key, ref->borders, ref->n_borders, sizeof key, by_key) != NULL;
}

const char *mg_basis_name(unsigned basis)
{
    static const char *const names[MG_BASES] = {"", "CIF", "FOB", "mixed"};

    return basis < MG_BASES ? names[basis] : "";
}

const char *mg_trade_system_name(unsigned system)
{
    static const char *const names[MG_SYSTEMS] = {"", "general", "special", "mixed"};

    return system < MG_SYSTEMS ? names[system] : "";
}

/* The number whose name is `text`. */
static mg_status read_named(const char *column, const char *text,
                            const char *(*name)(unsigned), unsigned n, uint8_t *value,
                            mg_error *err)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(text, name(i)) == 0) {
            *value = (uint8_t)i;
            return MG_OK;
        }
    return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is not known", column, text);
}

enum { REPORTER, FLOW, FROM, TO, BASIS, SYSTEM };

static mg_status take_valuation(void *self, const char *const *field, mg_error *err)
{
    mg_ref *ref = self;
    struct ref_valuation v = {.flow = MG_FLOW_X};
    mg_status status = read_area(ref, "reporter", field[REPORTER], &v.reporter, err);

    if (strcmp(field[FLOW], "M") == 0)
        v.flow = MG_FLOW_M;
    else if (status == MG_OK && strcmp(field[FLOW], "X") != 0)
        status = mg_fail(err, MG_E_PARSE, "column 'flow': '%s' is neither M nor X",
                         field[FLOW]);
    if (status == MG_OK)
        status = ref_read_integer("from_year", field[FROM], 0, 9999, &v.from_year, err);
    if (status == MG_OK)
        status = ref_read_integer("to_year", field[TO], 9999, 9999, &v.to_year, err);
    if (status == MG_OK)
        status = read_named("valuation", field[BASIS], mg_basis_name, MG_BASES,
                            &v.is.basis, err);
    if (status == MG_OK)
        status = read_named("system", field[SYSTEM], mg_trade_system_name, MG_SYSTEMS,
                            &v.is.system, err);
    if (status == MG_OK)
        status = mg_grow((void **)&ref->valuations, &ref->room_valuations,
                         ref->n_valuations + 1, sizeof v, err);
    if (status == MG_OK)
        ref->valuations[ref->n_valuations++] = v;
    return status;
}

static int by_reporter(const void *a, const void *b)
{
    const struct ref_valuation *x = a;
    const struct ref_valuation *y = b;

    if (x->reporter != y->reporter)
        return x->reporter < y->reporter ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    return (x->from_year > y->from_year) - (x->from_year < y->from_year);
}

/* Where each area's rows stand; an area without takes those of one with its ISO3. */
static void index_valuations(mg_ref *ref)
{
    for (uint32_t i = 0; i < ref->n_valuations; i++) {
        const struct ref_valuation *v = &ref->valuations[i];
        struct ref_span *span =
            &ref->valuation_of[ref->area_of[v->reporter]][v->flow != MG_FLOW_M];
        if (span->n++ == 0)
            span->first = i;
    }
    for (size_t a = 0; a < ref->n_areas; a++)
        for (size_t b = 0; b < ref->n_areas; b++) {
            struct ref_span *own = ref->valuation_of[a];
            const struct ref_span *other = ref->valuation_of[b];
            if (own[0].n + own[1].n > 0 || other[0].n + other[1].n == 0 ||
                ref->areas[a].iso3[0] == '\0' ||
                strcmp(ref->areas[a].iso3, ref->areas[b].iso3) != 0)
                continue;
            own[0] = other[0];
            own[1] = other[1];
        }
}

mg_status ref_read_valuations(mg_ref *ref, mg_error *err)
{
    static const char *const columns[] = {"reporter",  "flow",   "from_year", "to_year",
                                          "valuation", "system", NULL};
    char path[4096];

    ref->valuation_of = mg_alloc_zero(ref->n_areas, sizeof *ref->valuation_of);
    if (ref->valuation_of == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the valuation table");
    snprintf(path, sizeof path, "%s/valuation.csv", ref->folder);
    mg_status status = mg_table_read(path, columns, take_valuation, ref, err);
    if (status != MG_OK || ref->n_valuations == 0)
        return status;
    qsort(ref->valuations, ref->n_valuations, sizeof *ref->valuations, by_reporter);
    index_valuations(ref);
    return MG_OK;
}

mg_valuation mg_ref_valuation(const mg_ref *ref, unsigned reporter, unsigned flow,
                              unsigned year)
{
    mg_valuation is = {0};
    const mg_area *area = mg_ref_area(ref, reporter);

    if (area == NULL)
        return is;
    bool exports = flow == MG_FLOW_X || flow == MG_FLOW_RX;
    struct ref_span span = ref->valuation_of[area - ref->areas][exports];
    const struct ref_valuation *v = ref->valuations + span.first;
    /* rows come in the order of years */
    for (uint32_t i = 0; i < span.n; i++) {
        bool begun = v[i].from_year <= year;
        if (v[i].is.basis != MG_BASIS_UNKNOWN && (begun || is.basis == MG_BASIS_UNKNOWN))
            is.basis = v[i].is.basis;
        if (v[i].is.system != MG_SYSTEM_UNKNOWN &&
            (begun || is.system == MG_SYSTEM_UNKNOWN))
            is.system = v[i].is.system;
    }
    return is;
}
