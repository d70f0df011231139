/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "schema/columns.h"

enum { NAME_ROOM = 96 };

static const struct {
    const char *name;
    enum family family;
} layouts[MG_LAYOUTS] = {{"legacy-web", FAMILY_LEGACY},   {"legacy-bulk", FAMILY_LEGACY},
                         {"legacy-api", FAMILY_API},      {"legacy-auth", FAMILY_AUTH},
                         {"transitional", FAMILY_LEGACY}, {"plus", FAMILY_PLUS},
                         {"plus-bulk", FAMILY_PLUS},      {"plus-json", FAMILY_PLUS},
                         {"wits", FAMILY_WITS},           {"baci", FAMILY_BACI}};

const char *mg_layout_name(mg_layout layout)
{
    return layouts[layout].name;
}

int mg_layout_find(const char *name)
{
    for (int i = 0; i < MG_LAYOUTS; i++)
        if (strcmp(layouts[i].name, name) == 0)
            return i;
    return -1;
}

static const struct column *find_column(const struct family_columns *family,
                                        const char *folded)
{
    for (size_t i = 0; i < family->n; i++)
        if (strcmp(family->columns[i].folded, folded) == 0)
            return &family->columns[i];
    return NULL;
}

/* At least one of the fields of a group must have a column. */
struct group {
    uint8_t any[4];
    size_t n;
};
static const struct group required[] = {
    {{MG_F_VALUE}, 1},
    {{MG_F_PERIOD, MG_F_YEAR}, 2},
    {{MG_F_REPORTER, MG_F_REPORTER_ISO, MG_F_REPORTER_NAME}, 3},
    {{MG_F_PARTNER, MG_F_PARTNER_ISO, MG_F_PARTNER_NAME}, 3},
    {{MG_F_CODE}, 1},
    {{MG_F_FLOW, MG_F_FLOW_NAME}, 2}};
enum { GROUPS = sizeof required / sizeof *required };

/* How a header fares with one family. */
struct fit {
    size_t known;
    size_t missing; /* groups without a column */
    int column_of[MG_FIELDS];
    const char *twice; /* a known column that stands twice */
};

static bool group_missing(const struct group *group, const int *column_of)
{
    for (size_t i = 0; i < group->n; i++)
        if (column_of[group->any[i]] >= 0)
            return false;
    return true;
}

static void try_family(enum family f, char (*folded)[NAME_ROOM], size_t n,
                       struct fit *fit)
{
    *fit = (struct fit){0};
    for (int i = 0; i < MG_FIELDS; i++)
        fit->column_of[i] = -1;
    for (size_t c = 0; c < n; c++) {
        const struct column *column = find_column(&families[f], folded[c]);
        if (column == NULL)
            continue;
        fit->known++;
        if (column->field == COLUMN_IGNORED)
            continue;
        if (fit->column_of[column->field] >= 0)
            fit->twice = column->shown;
        fit->column_of[column->field] = (int)c;
    }
    for (size_t g = 0; g < GROUPS; g++)
        /* BACI has no flow: its figure is nobody's report */
        if (!(f == FAMILY_BACI && required[g].any[0] == MG_F_FLOW))
            fit->missing += group_missing(&required[g], fit->column_of);
}

static bool better(const struct fit *a, const struct fit *b)
{
    bool whole_a = a->missing == 0;
    bool whole_b = b->missing == 0;

    return whole_a != whole_b ? whole_a : a->known > b->known;
}

/* Appends `, 'name'` for each column that a missing group could have. */
static mg_status say_missing(enum family f, const struct fit *fit,
                             char (*folded)[NAME_ROOM], size_t n, mg_error *err)
{
    char list[400] = "";
    size_t at = 0;

    for (size_t g = 0; g < GROUPS; g++) {
        const char *shown = "";
        const char *nearest = NULL;
        if (!group_missing(&required[g], fit->column_of))
            continue;
        for (size_t i = families[f].n; i-- > 0;)
            if (families[f].columns[i].field == required[g].any[0]) {
                shown = families[f].columns[i].shown;
                for (size_t c = 0; c < n && nearest == NULL; c++)
                    if (mg_text_distance(folded[c], families[f].columns[i].folded, 3) <=
                        3)
                        nearest = folded[c];
            }
        if (at + 160 < sizeof list)
            at += (size_t)snprintf(list + at, sizeof list - at, "%s'%s'%s%.40s%s",
                                   at > 0 ? ", " : "", shown, nearest ? " (is it '" : "",
                                   nearest ? nearest : "", nearest ? "'?)" : "");
    }
    return mg_fail(
        err, MG_E_PARSE,
        "no known layout: of the nearest one, '%s', the header lacks the column %s; "
        "add it or name the layout with --layout",
        families[f].name, list);
}

static mg_layout refine(enum family f, const struct fit *fit, char (*folded)[NAME_ROOM],
                        size_t n)
{
    bool dataset = false;
    static const mg_layout main_layout[FAMILIES] = {
        MG_LAYOUT_LEGACY_WEB, MG_LAYOUT_LEGACY_API, MG_LAYOUT_LEGACY_AUTH,
        MG_LAYOUT_PLUS,       MG_LAYOUT_WITS,       MG_LAYOUT_BACI};

    for (size_t c = 0; c < n; c++)
        dataset |= strcmp(folded[c], "datasetcode") == 0;
    if (f == FAMILY_LEGACY && n == 22 && fit->column_of[MG_F_PARTNER2] < 0 &&
        fit->column_of[MG_F_CIF] < 0)
        return MG_LAYOUT_LEGACY_BULK;
    if (f == FAMILY_PLUS && dataset && fit->column_of[MG_F_REPORTER_NAME] < 0)
        return MG_LAYOUT_PLUS_BULK;
    return main_layout[f];
}

static int by_column(const void *a, const void *b)
{
    const int *x = a;
    const int *y = b;
    return (x[0] > y[0]) - (x[0] < y[0]);
}

/* Whether a field is asked for only where the code that it explains is missing. */
static bool stands_in(const mg_schema *schema, int field)
{
    int code = -1;

    switch (field) {
    case MG_F_REPORTER_ISO:
    case MG_F_REPORTER_NAME:
        code = MG_F_REPORTER;
        break;
    case MG_F_PARTNER_ISO:
    case MG_F_PARTNER_NAME:
        code = MG_F_PARTNER;
        break;
    case MG_F_PARTNER2_ISO:
        code = MG_F_PARTNER2;
        break;
    case MG_F_FLOW_NAME:
        code = MG_F_FLOW;
        break;
    case MG_F_YEAR:
    case MG_F_MONTH:
        code = MG_F_PERIOD;
        break;
    default:
        break;
    }
    return code >= 0 && schema->column_of[code] >= 0;
}

static bool begins_with_digit(mg_cell cell)
{
    return cell.n > 0 && (unsigned)(cell.text[0] - '0') <= 9;
}

bool mg_schema_wants_rest(const mg_schema *schema, const mg_cell cells[MG_FIELDS])
{
    mg_cell flow = cells[MG_F_FLOW];

    if (schema->n_main == schema->n_needed)
        return false;
    return !begins_with_digit(cells[MG_F_REPORTER]) ||
           !begins_with_digit(cells[MG_F_PARTNER]) ||
           !begins_with_digit(cells[MG_F_PERIOD]) ||
           (schema->column_of[MG_F_PARTNER2] >= 0 &&
            !begins_with_digit(cells[MG_F_PARTNER2])) ||
           (schema->column_of[MG_F_FLOW] >= 0 &&
            (flow.n != 1 || strchr("MX1234", flow.text[0]) == NULL ||
             schema->layout == MG_LAYOUT_WITS));
}

static void fill(mg_schema *schema, const mg_cell *header, size_t n,
                 const struct fit *fit)
{
    int order[MG_FIELDS][2];

    schema->n_columns = n;
    schema->n_unknown = n - fit->known;
    for (int f = 0; f < MG_FIELDS; f++) {
        int c = schema->column_of[f] = f == MG_F_FIRST ? 0 : fit->column_of[f];
        if (c < 0)
            continue;
        mg_text_show(header[c], schema->name_of[f], sizeof schema->name_of[f]);
        order[schema->n_needed][0] = c;
        order[schema->n_needed++][1] = f;
    }
    qsort(order, schema->n_needed, sizeof *order, by_column);
    for (size_t i = 0, at = 0; i < 2 * schema->n_needed; i++) { /* twice around */
        const int *o = order[i % schema->n_needed];
        if (stands_in(schema, o[1]) != (i >= schema->n_needed))
            continue;
        schema->needed_column[at] = (uint16_t)o[0];
        schema->needed[at++] = (uint8_t)o[1];
        if (i < schema->n_needed)
            schema->n_main = at;
    }
    if (schema->layout == MG_LAYOUT_WITS || schema->layout == MG_LAYOUT_BACI)
        schema->value_shift = 3;
    if (schema->layout == MG_LAYOUT_BACI)
        schema->qty_shift = 3;
}

static char (*fold_header(const mg_cell *header, size_t n))[NAME_ROOM]
{
    char(*folded)[NAME_ROOM] = mg_alloc(n, NAME_ROOM);

    for (size_t c = 0; folded != NULL && c < n; c++)
        if (mg_text_fold(header[c], folded[c], NAME_ROOM) >= NAME_ROOM)
            folded[c][0] = '\0';
    return folded;
}

mg_status mg_schema_recognise(const mg_cell *header, size_t n, int forced,
                              mg_schema *schema, mg_error *err)
{
    struct fit best = {.missing = GROUPS + 1};
    enum family best_family = FAMILY_PLUS;
    char(*folded)[NAME_ROOM];
    mg_status status = MG_OK;

    *schema = (mg_schema){0};
    if (n > MG_COLUMNS_MAX)
        return mg_fail(err, MG_E_PARSE,
                       "the header has %zu columns: this is no trade table", n);
    folded = fold_header(header, n);
    if (folded == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the header");
    for (int f = 0; f < FAMILIES; f++) {
        struct fit fit;
        if (forced >= 0 && layouts[forced].family != (enum family)f)
            continue;
        try_family((enum family)f, folded, n, &fit);
        if (best.missing > GROUPS || better(&fit, &best)) {
            best = fit;
            best_family = (enum family)f;
        }
    }
    if (best.missing > 0)
        status = say_missing(best_family, &best, folded, n, err);
    else if (best.twice != NULL)
        status =
            mg_fail(err, MG_E_PARSE,
                    "the column '%s' stands twice in the header (duplicate); remove one",
                    best.twice);
    if (status == MG_OK) {
        schema->layout =
            forced >= 0 ? (mg_layout)forced : refine(best_family, &best, folded, n);
        fill(schema, header, n, &best);
    }
    free(folded);
    return status;
}

void mg_schema_leave_out(mg_schema *schema, mg_field field)
{
    size_t kept = 0;

    size_t n_main = schema->n_main;

    for (size_t i = 0; i < schema->n_needed; i++) {
        if (schema->needed[i] == field) {
            schema->n_main -= i < n_main;
            continue;
        }
        schema->needed[kept] = schema->needed[i];
        schema->needed_column[kept++] = schema->needed_column[i];
    }
    schema->n_needed = kept;
    schema->column_of[field] = -1;
}

size_t mg_schema_known(const mg_cell *header, size_t n)
{
    char(*folded)[NAME_ROOM] = n <= MG_COLUMNS_MAX ? fold_header(header, n) : NULL;
    size_t most = 0;

    for (int f = 0; folded != NULL && f < FAMILIES; f++) {
        struct fit fit;
        try_family((enum family)f, folded, n, &fit);
        if (fit.known > most)
            most = fit.known;
    }
    free(folded);
    return most;
}

void mg_schema_look_at_row(mg_schema *schema, const mg_cell cells[MG_FIELDS])
{
    mg_cell name = cells[MG_F_FLOW_NAME];

    if (schema->layout == MG_LAYOUT_LEGACY_WEB && name.n >= 1 && name.n <= 3 &&
        (mg_text_is(name, "M") || mg_text_is(name, "X") || mg_text_is(name, "DX") ||
         mg_text_is(name, "FM") || mg_text_is(name, "RX") || mg_text_is(name, "RM")))
        schema->layout = MG_LAYOUT_TRANSITIONAL;
}
