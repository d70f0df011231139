/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a batch did: the summary of a run, from which the next one tells what is still to
 * be done. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/batch.h"
#include "mirrorgap/app_batch.h"
#include "mirrorgap/version.h"

static const char *const outcomes[] = {"pending", "done",    "nothing",    "up_to_date",
                                       "failed",  "not_run", "interrupted"};

const char *batch_outcome_name(enum batch_outcome outcome)
{
    return outcomes[outcome];
}

/* ---- hashes ---- */

/* Of a store the manifest stands for all, but all its bytes count. */
static mg_status add_path(mg_hasher *hasher, const char *path, uint64_t *bytes,
                          mg_error *err)
{
    mg_hash hash;
    uint64_t size;
    uint64_t store;
    uint64_t rows;
    bool found;
    bool is_store;
    mg_status status = mg_batch_hash(path, &hash, &size, &found, err);

    if (status == MG_OK) {
        const mg_status opened = mg_batch_store(path, &rows, &store, &is_store, NULL);
        if (opened == MG_OK && is_store)
            size = store;
        mg_hasher_add(hasher, &opened, sizeof opened); /* a damaged store is another */
    }
    mg_hasher_add(hasher, path, strlen(path) + 1);
    mg_hasher_add(hasher, &found, sizeof found);
    mg_hasher_add(hasher, &hash, sizeof hash);
    *bytes += size;
    return status;
}

mg_status batch_inputs(const struct batch_plan *p, const mg_ref *ref, mg_hash *hash,
                       mg_error *err)
{
    mg_hasher *hasher = mg_hasher_new();
    char regimes[4096];
    uint64_t bytes = 0;
    mg_status status = MG_OK;

    if (hasher == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hash");
    mg_hasher_add(hasher, MG_VERSION, sizeof MG_VERSION);
    for (size_t i = 0; i < p->n_words; i++)
        if (strncmp(p->words[i], "--threads=", 10) != 0) /* results do not depend on it */
            mg_hasher_add(hasher, p->words[i], strlen(p->words[i]) + 1);
    status = add_path(hasher, mg_ref_folder(ref), &bytes, err);
    snprintf(regimes, sizeof regimes, "%.4000s/../regimes", mg_ref_folder(ref));
    if (status == MG_OK)
        status = add_path(hasher, regimes, &bytes, err);
    for (size_t i = 0; status == MG_OK && i < p->n_reads; i++)
        status = add_path(hasher, p->reads[i], &bytes, err);
    *hash = mg_hasher_value(hasher);
    mg_hasher_free(hasher);
    return status;
}

mg_status batch_outputs(const struct batch_plan *p, mg_hash *hash, uint64_t *bytes,
                        mg_error *err)
{
    mg_hasher *hasher = mg_hasher_new();
    mg_status status = MG_OK;

    *bytes = 0;
    if (hasher == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hash");
    for (size_t i = 0; status == MG_OK && i < p->n_writes; i++) {
        char companion[4096 + 16];
        status = add_path(hasher, p->writes[i], bytes, err);
        snprintf(companion, sizeof companion, "%.4096s.meta.json", p->writes[i]);
        if (status == MG_OK)
            status = add_path(hasher, companion, bytes, err);
    }
    *hash = mg_hasher_value(hasher);
    mg_hasher_free(hasher);
    return status;
}

/* ---- read ---- */

static bool read_hash(const json_t *step, const char *name, mg_hash *hash)
{
    const char *text = json_string_value(json_object_get(step, name));

    return text != NULL && mg_hash_read(text, hash);
}

static void read_result(const json_t *step, struct batch_result *to)
{
    struct batch_result result = {.code = EXIT_DONE,
                                  .seconds =
                                      json_number_value(json_object_get(step, "seconds")),
                                  .valid = json_is_true(json_object_get(step, "valid"))};

    if (json_integer_value(json_object_get(step, "exit")) == EXIT_NOTHING)
        result.code = EXIT_NOTHING; /* again so, if it is not done again */
    if (result.valid && read_hash(step, "inputs", &result.inputs) &&
        read_hash(step, "outputs", &result.outputs))
        *to = result;
}

void batch_state_read(const char *path, const struct batch_plan *plans, size_t n,
                      struct batch_result *results)
{
    json_t *root = json_load_file(path, 0, NULL);
    const json_t *steps = json_object_get(root, "steps");
    size_t at;
    const json_t *step;

    json_array_foreach(steps, at, step)
    {
        const char *name = json_string_value(json_object_get(step, "name"));
        for (size_t i = 0; name != NULL && i < n; i++)
            if (strcmp(plans[i].name, name) == 0)
                read_result(step, &results[i]);
    }
    json_decref(root);
}

/* ---- written ---- */

static json_t *day_time(long long seconds)
{
    const time_t t = (time_t)seconds;
    struct tm parts;
    char text[32];

    if (seconds == 0 || gmtime_r(&t, &parts) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return json_null();
    return json_string(text);
}

static json_t *texts_of(char *const *list, size_t n)
{
    json_t *to = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(to, json_string(list[i]));
    return to;
}

static json_t *step_json(const struct batch_plan *p, const struct batch_result *r)
{
    char inputs[MG_HASH_TEXT];
    char outputs[MG_HASH_TEXT];
    char *command = batch_plan_text(p);

    mg_hash_write(r->inputs, inputs);
    mg_hash_write(r->outputs, outputs);
    json_t *to =
        json_pack("{s:s,s:s,s:s,s:s,s:i,s:f,s:o,s:o,s:I,s:s,s:s,s:b}", "name", p->name,
                  "verb", p->verb->name, "command", command != NULL ? command : "",
                  "outcome", batch_outcome_name(r->outcome), "exit", r->code, "seconds",
                  r->seconds, "reads", texts_of(p->reads, p->n_reads), "writes",
                  texts_of(p->writes, p->n_writes), "bytes_written", (json_int_t)r->bytes,
                  "inputs", inputs, "outputs", outputs, "valid", r->valid);
    free(command);
    return to;
}

mg_status batch_state_write(const char *path, const char *file,
                            const struct batch_plan *plans,
                            const struct batch_result *results, size_t n, int code,
                            long long began, long long ended, mg_error *err)
{
    const mg_output_options options = {.path = path};
    json_t *steps = json_array();
    mg_output *output = NULL;

    for (size_t i = 0; i < n; i++)
        json_array_append_new(steps, step_json(&plans[i], &results[i]));
    json_t *root =
        json_pack("{s:s,s:s,s:s,s:o,s:o,s:i,s:o}", "format", "mirrorgap run 1", "program",
                  "mirrorgap " MG_VERSION, "batch", file, "began", day_time(began),
                  "ended", day_time(ended), "exit", code, "steps", steps);
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(1)) : NULL;
    mg_status status = text != NULL
                           ? mg_output_new(&options, &output, err)
                           : mg_fail(err, MG_E_NOMEM, "cannot write the summary");
    if (status == MG_OK)
        status = mg_output_document(output, text, strlen(text), err);
    if (status == MG_OK)
        status = mg_output_end(output, err);
    mg_output_free(output);
    free(text);
    json_decref(root);
    return status;
}
