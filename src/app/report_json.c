/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data of the page: what is said around the figures, then each table. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "mirrorgap/number.h"
#include "mirrorgap/outline.h"
#include "mirrorgap/version.h"

static json_t *area_json(const struct report *r, unsigned code)
{
    const mg_area *area = mg_ref_area(mg_session_ref(r->session), code);

    return area == NULL ? json_null()
                        : json_pack("{s:i,s:s,s:s}", "code", (int)code, "iso3",
                                    area->iso3, "name", area->name);
}

/* The country that all is about: the target or, alone among those asked for, the
 * filter's. */
static json_t *focus(const struct report *r)
{
    const uint8_t *either = r->options->mirror.filter.either;
    unsigned found = 0;
    const char *target = r->options->target;

    if (target != NULL) {
        const int code = mg_ref_find_area(mg_session_ref(r->session),
                                          (mg_cell){target, strlen(target)}, 0);
        return code >= 0 ? area_json(r, (unsigned)code) : json_null();
    }
    for (unsigned code = 1; either != NULL && code < 65536; code++)
        if (either[code] != 0) {
            const char *iso3 = mg_ref_iso3(mg_session_ref(r->session), code);
            if (found != 0 &&
                strcmp(iso3, mg_ref_iso3(mg_session_ref(r->session), found)) != 0)
                return json_null();
            found = code;
        }
    return found != 0 ? area_json(r, found) : json_null();
}

/* The codes that the filter keeps, for figures that tell partners from them. */
static json_t *chosen(const struct report *r)
{
    const uint8_t *either = r->options->mirror.filter.either;
    json_t *to = json_array();

    for (unsigned code = 1; either != NULL && code < 65536; code++)
        if (either[code] != 0 && json_array_append_new(to, json_integer(code)) != 0) {
            json_decref(to);
            return NULL; /* out of memory */
        }
    return to;
}

static json_t *explanations(const struct report *r)
{
    json_t *to = json_object();

    for (size_t i = 0; i < r->n_explained; i++)
        if (json_object_set_new(to, r->explained[i].cell,
                                json_string(r->explained[i].text)) != 0) {
            json_decref(to);
            return NULL; /* out of memory */
        }
    return to;
}

static json_t *about(const struct report *r)
{
    const mg_report_options *o = r->options;
    const mg_held *scores = report_find(r, "scores");
    const char *cif = mg_held_note(scores, "cif");
    char title[512];
    char subject[512];

    report_title(r, title, sizeof title);
    report_subject(r, subject, sizeof subject);
    json_t *to = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:I,s:I,s:s,s:o,s:o,s:o,s:o,s:{s:I,s:I,s:I,s:I}}",
        "format", "mirrorgap report 1", "title", title, "subject", subject, "data",
        mg_session_identity(r->session), "cif", cif != NULL ? cif : "", "level",
        r->scores.level, "freq", r->scores.freq == 'M' ? "M" : "A", "flows",
        (json_int_t)r->flows, "top", (json_int_t)o->top, "heat_by", r->heat_by, "focus",
        focus(r), "chosen", chosen(r), "explanations", explanations(r), "dossier",
        r->dossier != NULL ? json_loads(r->dossier, 0, NULL) : json_null(), "scatter",
        "matched", (json_int_t)r->drawn_matched, "called", (json_int_t)r->drawn_called,
        "one_sided", (json_int_t)r->drawn_one_sided, "zeros", (json_int_t)r->drawn_zeros);
    if (to != NULL && !o->output.no_provenance &&
        json_object_set_new(to, "program", json_string("mirrorgap " MG_VERSION)) != 0) {
        json_decref(to);
        return NULL;
    }
    return to;
}

static mg_status write_tables(const struct report *r, FILE *to, mg_error *err)
{
    mg_status status = MG_OK;

    fputs(",\n\"tables\":{", to);
    for (size_t i = 0; status == MG_OK && i < r->n_tables; i++) {
        fprintf(to, "%s\"%s\":", i > 0 ? ",\n" : "\n", r->tables[i].name);
        status = mg_held_json(r->tables[i].held, to, err);
    }
    fputs("}", to);
    return status;
}

static void put_number(FILE *to, double value)
{
    char text[MG_NUMBER_TEXT];

    fwrite(text, 1, mg_number_write(value, text), to);
}

/* [{border, points: [lon, lat, lon, lat, …]}, …] */
static mg_status write_outline(const struct report *r, FILE *to, mg_error *err)
{
    mg_outline *outline = NULL;
    mg_status status = mg_outline_load(mg_session_ref(r->session), &outline, err);

    fputs(",\n\"outline\":[", to);
    for (size_t i = 0; status == MG_OK && i < outline->n; i++) {
        const mg_outline_line *line = &outline->lines[i];
        fprintf(to, "%s{\"border\":%s,\"points\":[", i > 0 ? ",\n" : "\n",
                line->border ? "true" : "false");
        for (size_t k = 0; k < line->n; k++) {
            fputs(k > 0 ? "," : "", to);
            put_number(to, line->points[k].lon);
            fputc(',', to);
            put_number(to, line->points[k].lat);
        }
        fputs("]}", to);
    }
    fputs("]", to);
    mg_outline_free(outline);
    return status;
}

mg_status report_json(const struct report *r, char **text, size_t *n, mg_error *err)
{
    json_t *json = about(r);
    char *head = json != NULL ? json_dumps(json, JSON_REAL_PRECISION(17)) : NULL;
    mg_status status = MG_OK;
    FILE *to = NULL;

    *text = NULL;
    json_decref(json);
    if (head != NULL)
        to = open_memstream(text, n);
    if (to == NULL) {
        free(head);
        return mg_fail(err, MG_E_NOMEM, "cannot make the page's data");
    }
    fwrite(head, 1, strlen(head) - 1, to); /* its closing brace comes last */
    free(head);
    status = write_tables(r, to, err);
    if (status == MG_OK)
        status = write_outline(r, to, err);
    fputs("}\n", to);
    const bool bad = ferror(to) != 0;
    if (fclose(to) != 0 || bad)
        status = mg_fail(err, MG_E_NOMEM, "cannot make the page's data");
    return status;
}
