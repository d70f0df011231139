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
    bool bad = false; /* out of memory */

    snprintf(path, sizeof path, "data/%s.csv", name);
    for (size_t c = 0; c < n; c++)
        bad |= json_array_append_new(fields, field_of(&columns[c])) != 0;
    if (bad) {
        json_decref(fields);
        return NULL;
    }
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:o,s:[s]}}", "name", name, "path",
                     path, "type", "table", "title", mg_held_title(h), "format", "csv",
                     "mediatype", "text/csv", "encoding", "utf-8", "schema", "fields",
                     fields, "missingValues", "");
}

mg_status report_package(const struct report *r, mg_error *err)
{
    char title[512];
    json_t *resources = json_array();

    report_title(r, title, sizeof title);
    for (size_t i = 0; i < r->n_tables; i++)
        if (json_array_append_new(
                resources, resource_of(r->tables[i].name, r->tables[i].held)) != 0) {
            json_decref(resources);
            return mg_fail(err, MG_E_NOMEM, "cannot write datapackage.json");
        }
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

static void set(json_t *object, const char *name, json_t *value, bool *bad)
{
    *bad |= json_object_set_new(object, name, value) != 0;
}

/* A file's name and a command line may be no UTF-8, which JSON is. */
static json_t *text_json(const char *text)
{
    char shown[4096];

    return json_string(mg_text_valid(text, shown, sizeof shown));
}

/* The rows of a held table as objects. */
static json_t *rows_of(const mg_held *h, bool *bad)
{
    size_t n = 0;
    const mg_output_column *columns = mg_held_columns(h, &n);
    json_t *rows = json_array();

    for (size_t row = 0; row < mg_held_rows(h); row++) {
        json_t *object = json_object();
        for (size_t c = 0; c < n; c++)
            set(object, columns[c].name, text_json(mg_held_text(h, row, c)), bad);
        *bad |= json_array_append_new(rows, object) != 0;
    }
    return rows;
}

/* How pairs were made, as the ranking notes it. */
static json_t *options_of(const struct report *r, bool *bad)
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
            set(to, notes[i], text_json(value), bad);
    }
    if (o->subject != NULL)
        set(to, "filter", text_json(o->subject), bad);
    if (o->target != NULL)
        set(to, "target", text_json(o->target), bad);
    set(to, "top", json_integer((json_int_t)o->top), bad);
    return to;
}

mg_status report_provenance(const struct report *r, mg_error *err)
{
    const mg_output_options *o = &r->options->output;
    bool bad = false; /* out of memory */
    json_t *json = json_object();

    set(json, "format", json_string("mirrorgap provenance 1"), &bad);
    set(json, "data", json_string(mg_session_identity(r->session)), &bad);
    set(json, "options", options_of(r, &bad), &bad);
    set(json, "sources", rows_of(report_find(r, "sources"), &bad), &bad);
    if (!o->no_provenance) {
        set(json, "program", json_string("mirrorgap " MG_VERSION), &bad);
        if (o->command != NULL)
            set(json, "command", text_json(o->command), &bad);
    }
    if (bad) {
        json_decref(json);
        json = NULL;
    }
    return write_json(r, "provenance.json", json, err);
}
