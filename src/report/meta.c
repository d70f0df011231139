/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <string.h>

#include "mirrorgap/version.h"
#include "report/output_parts.h"

/* Command lines and names of files may be no UTF-8, which JSON is. */
static json_t *text_json(const char *text)
{
    char shown[4096];

    return json_string(mg_text_valid(text, shown, sizeof shown));
}

char *output_meta(const mg_output *o)
{
    static const char *const formats[] = {"csv",  "tsv",  "json", "ndjson",
                                          "text", "xlsx", "dta"};
    json_t *columns = json_array();
    json_t *notes = json_object();
    bool bad = false; /* out of memory: a companion that lacks something is none */

    for (size_t i = 0; i < o->n_columns; i++)
        bad |= json_array_append_new(columns, json_pack("{s:s,s:s,s:s}", "name",
                                                        o->columns[i].name, "unit",
                                                        o->columns[i].unit, "description",
                                                        o->columns[i].what)) != 0;
    for (size_t i = 0; i < o->n_notes; i++)
        bad |= json_object_set_new(notes, o->notes[i].name,
                                   text_json(o->notes[i].value)) != 0;
    json_t *root =
        json_pack("{s:s,s:s,s:I,s:s,s:o,s:o}", "table", o->table, "format",
                  formats[o->options.format], "rows", (json_int_t)o->rows, "missing",
                  "an empty field (null in JSON)", "columns", columns, "options", notes);
    if (root != NULL && !o->options.no_provenance) {
        bad |= json_object_set_new(root, "generator",
                                   json_string("mirrorgap " MG_VERSION)) != 0;
        if (o->command != NULL)
            bad |= json_object_set_new(root, "command", text_json(o->command)) != 0;
    }
    char *text = root != NULL && !bad ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    return text;
}
