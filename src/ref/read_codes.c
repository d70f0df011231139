/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Flows, editions, chapters and units: short lists of codes and names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "ref/ref_tables.h"

static mg_status take_flow(void *self, const char *const *field, mg_error *err)
{
    mg_ref *ref = self;
    int flow = 0;
    mg_status status;

    for (int f = MG_FLOW_M; f <= MG_FLOW_RM; f++)
        if (strcmp(field[0], mg_flow_name((unsigned)f)) == 0)
            flow = f;
    bool sub = flow == 0;
    if (sub)
        flow = strcmp(field[3], "M") == 0 ? MG_FLOW_M : MG_FLOW_X;
    status = ref_names_add(&ref->flow_names, field[0], flow, sub, err);
    if (status == MG_OK)
        status = ref_names_add(&ref->flow_names, field[1], flow, sub, err);
    if (status == MG_OK)
        status = ref_names_add_list(&ref->flow_names, field[4], flow, sub, err);
    if (status == MG_OK)
        status = ref_names_add(&ref->wits_names, field[2], flow, sub, err);
    return status;
}

static mg_status take_edition(void *self, const char *const *field, mg_error *err)
{
    mg_ref *ref = self;
    int edition = mg_edition_find((mg_cell){field[0], strlen(field[0])});
    mg_status status;

    if (edition < 0)
        return mg_fail(err, MG_E_PARSE, "column 'edition': '%s' is no edition", field[0]);
    status = ref_names_add(&ref->edition_names, field[0], edition, false, err);
    if (status == MG_OK)
        status = ref_names_add_list(&ref->edition_names, field[1], edition, false, err);
    return status;
}

static mg_status keep_text(char **slot, const char *text, mg_error *err)
{
    free(*slot);
    *slot = mg_copy_text(text);
    return *slot != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot hold a name");
}

static mg_status take_chapter(void *self, const char *const *field, mg_error *err)
{
    mg_ref *ref = self;
    long chapter = strtol(field[0], NULL, 10);

    if (chapter < 1 || chapter >= REF_CHAPTERS)
        return mg_fail(err, MG_E_PARSE, "column 'hs2': '%s' is no chapter", field[0]);
    int section = field[2][0] != '\0' ? ref_section_find(field[2]) : 0;
    if (section < 0)
        return mg_fail(err, MG_E_PARSE, "column 'section': '%s' is no section, I to XXI",
                       field[2]);
    ref->section_of[chapter] = (uint8_t)section;
    return keep_text(&ref->chapters[chapter], field[1], err);
}

/* The number of a family, given when it is first met; "none" is -1. */
static mg_status find_family(mg_ref *ref, const char *name, int *family, mg_error *err)
{
    int i = 0;

    *family = -1;
    if (strcmp(name, "none") == 0)
        return MG_OK;
    while (ref->families[i] != NULL && strcmp(ref->families[i], name) != 0)
        i++; /* ends: there are no more families than units */
    *family = i;
    return ref->families[i] != NULL ? MG_OK : keep_text(&ref->families[i], name, err);
}

static mg_status take_unit(void *self, const char *const *field, mg_error *err)
{
    mg_ref *ref = self;
    long unit = strtol(field[0], NULL, 10);
    mg_unit_info info = {-1, NAN};
    mg_status status;

    if (unit < -1 || unit >= REF_UNITS)
        return mg_fail(err, MG_E_PARSE, "column 'code': '%s' is no unit", field[0]);
    if (ref->units[unit + 1] != NULL)
        return mg_fail(err, MG_E_PARSE, "column 'code': '%s' stands twice", field[0]);
    status = find_family(ref, field[2], &info.family, err);
    if (status == MG_OK && info.family >= 0 &&
        (!mg_number_read(field[3], strlen(field[3]), 0, &info.to_base) ||
         !(info.to_base > 0)))
        status = mg_fail(err, MG_E_PARSE, "column 'to_base': '%s' is no factor above 0",
                         field[3]);
    if (status != MG_OK)
        return status;
    ref->unit_info[unit + 1] = info;
    return keep_text(&ref->units[unit + 1], field[1], err);
}

struct code_table {
    const char *file;
    const char *columns[6];
    mg_table_row row;
};

mg_status ref_read_codes(mg_ref *ref, mg_error *err)
{
    static const struct code_table tables[] = {
        {"flows.csv",
         {"code", "legacy_code", "wits_code", "part_of", "names", NULL},
         take_flow},
        {"editions.csv", {"edition", "code_aliases", NULL}, take_edition},
        {"chapters.csv", {"hs2", "name", "section", NULL}, take_chapter},
        {"units.csv", {"code", "abbr", "family", "to_base", NULL}, take_unit}};
    mg_status status = MG_OK;

    for (size_t i = 0; i <= REF_UNITS; i++)
        ref->unit_info[i] = (mg_unit_info){-1, NAN};
    for (size_t i = 0; status == MG_OK && i < sizeof tables / sizeof *tables; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", ref->folder, tables[i].file);
        status = mg_table_read(path, tables[i].columns, tables[i].row, ref, err);
    }
    ref_names_sort(&ref->flow_names);
    ref_names_sort(&ref->wits_names);
    ref_names_sort(&ref->edition_names);
    return status;
}
