/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the report are (Data Package, version 2), and what they were made
 * from. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/folder.h"
#include "app/report.h"
#include "mirrorgap/version.h"

static mg_status write_json(const struct report *r, const char *name, json_t *json,
                            mg_error *err)
{
    char *text = json != NULL ? json_dumps(json, JSON_INDENT(1)) : NULL;
    const mg_status status =
        text != NULL ? folder_document(r->options->folder, name, text, strlen(text), err)
                     : mg_fail(err, MG_E_NOMEM, "cannot write %s", name);

    free(text);
    json_decref(json);
    return status;
}

static json_t *field_of(const mg_output_column *c)
{
    return json_pack("{s:s,s:s,s:s,s:s}", "name", c->name, "type",
                     mg_output_is_number(c) ? "number" : "string", "description", c->what,
                     "unit", c->unit);
}

static json_t *resource_of(const char *name, const mg_held *h)
{
    char path[128];
    size_t n = 0;
    const mg_output_column *columns = mg_held_columns(h, &n);
    json_t *fields = json_array();

    snprintf(path, sizeof path, "data/%s.csv", name);
    for (size_t c = 0; c < n; c++)
        json_array_append_new(fields, field_of(&columns[c]));
    char resource[64];
    snprintf(resource, sizeof resource, "%s", name);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:o,s:[s]}}", "name", resource,
                     "path", path, "type", "table", "title", mg_held_title(h), "format",
                     "csv", "mediatype", "text/csv", "encoding", "utf-8", "schema",
                     "fields", fields, "missingValues", "");
}

mg_status report_package(const struct report *r, mg_error *err)
{
    char title[512];
    json_t *resources = json_array();

    report_title(r, title, sizeof title);
    for (size_t i = 0; i < r->n_tables; i++)
        json_array_append_new(resources,
                              resource_of(r->tables[i].name, r->tables[i].held));
    return write_json(
        r, "datapackage.json",
        json_pack("{s:s,s:s,s:s,s:s,s:[{s:s,s:s}],s:o}", "$schema",
                  "https://datapackage.org/profiles/2.0/datapackage.json", "name",
                  "mirrorgap-report", "title", title, "description",
                  "Tables behind the figures of index.html. UN Comtrade's terms restrict "
                  "bulk re-dissemination of its data.",
                  "sources", "title", "UN Comtrade", "path",
                  "https://comtradeplus.un.org", "resources", resources),
        err);
}

/* The rows of a held table as objects. */
static json_t *rows_of(const mg_held *h)
{
    size_t n = 0;
    const mg_output_column *columns = mg_held_columns(h, &n);
    json_t *rows = json_array();

    for (size_t row = 0; row < mg_held_rows(h); row++) {
        json_t *object = json_object();
        for (size_t c = 0; c < n; c++) {
            const char *text = mg_held_text(h, row, c);
            char shown[4096]; /* a file's name may be no UTF-8 */
            json_object_set_new(object, columns[c].name,
                                json_string(mg_text_show((mg_cell){text, strlen(text)},
                                                         shown, sizeof shown)));
        }
        json_array_append_new(rows, object);
    }
    return rows;
}

/* How pairs were made, as the ranking notes it. */
static json_t *options_of(const struct report *r)
{
    static const char *const notes[] = {"harmonise",  "cif",
                                        "band",       "distances",
                                        "unions",     "net_re_exports",
                                        "lag",        "annual_from_months",
                                        "areas_nes",  "implied_weights",
                                        "re_exports", "concordance",
                                        "model"};
    const mg_report_options *o = r->options;
    json_t *to = json_object();

    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        const char *value = mg_held_note(report_find(r, "scores"), notes[i]);
        if (value != NULL)
            json_object_set_new(to, notes[i], json_string(value));
    }
    if (o->subject != NULL)
        json_object_set_new(to, "filter", json_string(o->subject));
    if (o->target != NULL)
        json_object_set_new(to, "target", json_string(o->target));
    json_object_set_new(to, "top", json_integer((json_int_t)o->top));
    return to;
}

mg_status report_provenance(const struct report *r, mg_error *err)
{
    const mg_output_options *o = &r->options->output;
    json_t *json =
        json_pack("{s:s,s:s,s:o,s:o}", "format", "mirrorgap provenance 1", "data",
                  mg_session_identity(r->session), "options", options_of(r), "sources",
                  rows_of(report_find(r, "sources")));

    if (json != NULL && !o->no_provenance) {
        json_object_set_new(json, "program", json_string("mirrorgap " MG_VERSION));
        if (o->command != NULL)
            json_object_set_new(json, "command", json_string(o->command));
    }
    return write_json(r, "provenance.json", json, err);
}
