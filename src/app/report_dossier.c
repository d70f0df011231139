/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dossier of the target country as tables of the report, and the rules about it. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/dossier.h"
#include "app/report.h"
#include "mirrorgap/mem.h"

static mg_status start_table(void *self, const char *name, const char *what,
                             mg_output **output, mg_error *err)
{
    mg_held *held = NULL;
    mg_status status = report_table(self, name, what, NULL, NULL, &held, err);

    return status == MG_OK ? mg_held_output(held, output, err) : status;
}

static mg_status end_table(void *self, mg_output *output, mg_error *err)
{
    (void)self;
    return mg_output_end(output, err);
}

static mg_status keep_json(void *self, const char *text, mg_error *err)
{
    struct report *r = self;

    r->dossier = mg_copy_text(text);
    return r->dossier != NULL ? MG_OK
                              : mg_fail(err, MG_E_NOMEM, "cannot keep the dossier");
}

/* Rules about the country that ban or cap something; watch-lists, placebos and exemptions
 * do not. */
static bool keep_rule(void *self, const mg_held *held)
{
    const char *iso3 = self;
    const size_t row = mg_held_rows(held) - 1;
    const char *kind = mg_held_text(held, row, mg_held_column(held, "kind"));
    const char *targets = mg_held_text(held, row, mg_held_column(held, "target"));

    return strcmp(kind, "rule") == 0 &&
           (targets[0] == '\0' || strstr(targets, iso3) != NULL);
}

/* The rules of the regimes that the dossier names. */
static mg_status tell_rules(struct report *r, mg_error *err)
{
    json_t *json = json_loads(r->dossier, 0, NULL);
    const json_t *regimes = json_object_get(json, "regimes");
    const size_t n = json_array_size(regimes);
    const char **names = mg_alloc(n + 1, sizeof *names);
    const json_t *country = json_object_get(json, "country");
    char iso3[8] = "";
    mg_held *held = NULL;
    mg_output *output = NULL;
    uint64_t rows;

    if (json_string_length(json_object_get(country, "iso3")) > 0)
        snprintf(iso3, sizeof iso3, "%s",
                 json_string_value(json_object_get(country, "iso3")));
    mg_status status =
        json != NULL && names != NULL
            ? report_table(r, "rules", "bans and caps in force on the country", keep_rule,
                           iso3, &held, err)
            : mg_fail(err, MG_E_NOMEM, "cannot list rules");

    for (size_t i = 0; status == MG_OK && i < n; i++)
        names[i] = json_string_value(json_array_get(regimes, i));
    if (status == MG_OK)
        status = mg_held_output(held, &output, err);
    if (status == MG_OK)
        status = mg_regimes_print(mg_session_ref(r->session), names, n, output, r->talk,
                                  &rows, err);
    mg_output_free(output);
    free(names);
    json_decref(json);
    return status;
}

mg_status report_dossier(struct report *r, mg_error *err)
{
    const mg_report_options *o = r->options;
    mg_dossier_options options = {.mirror = o->mirror,
                                  .country = o->target,
                                  .regimes = o->regimes,
                                  .n_regimes = o->n_regimes,
                                  .output = o->output};
    const struct dossier_places places = {r, start_table, end_table, keep_json};
    uint64_t tables;
    uint64_t rows;

    /* of all its trade, whatever is looked at */
    options.mirror.filter = (mg_filter){.level = -1, .freq = o->mirror.filter.freq};
    mg_status status =
        dossier_make(r->session, &options, &places, r->talk, &tables, &rows, err);
    return status == MG_OK ? tell_rules(r, err) : status;
}
