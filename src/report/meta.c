/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <string.h>

#include "mirrorgap/version.h"
#include "report/output_parts.h"

char *output_meta(const mg_output *o)
{
    static const char *const formats[] = {"csv",  "tsv",  "json", "ndjson",
                                          "text", "xlsx", "dta"};
    json_t *columns = json_array();
    json_t *notes = json_object();

    for (size_t i = 0; i < o->n_columns; i++)
        json_array_append_new(
            columns, json_pack("{s:s,s:s,s:s}", "name", o->columns[i].name, "unit",
                               o->columns[i].unit, "description", o->columns[i].what));
    for (size_t i = 0; i < o->n_notes; i++)
        json_object_set_new(notes, o->notes[i].name, json_string(o->notes[i].value));
    json_t *root =
        json_pack("{s:s,s:s,s:I,s:s,s:o,s:o}", "table", o->table, "format",
                  formats[o->options.format], "rows", (json_int_t)o->rows, "missing",
                  "an empty field (null in JSON)", "columns", columns, "options", notes);
    if (root != NULL && !o->options.no_provenance) {
        json_object_set_new(root, "generator", json_string("mirrorgap " MG_VERSION));
        if (o->command != NULL)
            json_object_set_new(root, "command", json_string(o->command));
    }
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    return text;
}
