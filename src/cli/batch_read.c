/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A batch file: YAML, read by libcyaml against a schema that is made from the tables of
 * verbs and options, so that what a batch may say and what a command line may say are
 * one. */
#include "cli/batch.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "mirrorgap/number.h"

/* Options that a batch sets in another way, or that make no sense in one. */
static bool is_left_out(const char *name)
{
    static const char *const names[] = {"store",   "input",    "output",
                                        "threads", "log-json", "dry-run"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* ---- the schema ---- */

static struct argp_option options[BATCH_OPTIONS];
static size_t n_options;

static void list_options(void)
{
    struct argp_option own[OPTION_ROWS_MAX + 1];

    if (n_options > 0)
        return;
    for (size_t v = 0; v < cli_n_verbs; v++) {
        option_rows_of(&cli_verbs[v], own);
        for (size_t i = 0; own[i].name != NULL; i++) {
            size_t k = 0;
            while (k < n_options && strcmp(options[k].name, own[i].name) != 0)
                k++;
            if (k == n_options && k < BATCH_OPTIONS - 1 && !is_left_out(own[i].name))
                options[n_options++] = own[i];
        }
    }
}

const char *batch_option_name(size_t i)
{
    list_options();
    return i < n_options ? options[i].name : NULL;
}

#define TEXT_FIELD(key_, flags_, structure, member)                                      \
    CYAML_FIELD_STRING_PTR(key_, CYAML_FLAG_POINTER | (flags_), structure, member, 1,    \
                           CYAML_UNLIMITED)

static const cyaml_strval_t yes_no[] = {{"no", 0}, {"false", 0}, {"yes", 1}, {"true", 1}};
static cyaml_strval_t verb_names[64];
static cyaml_schema_field_t option_fields[BATCH_OPTIONS + 1];

static const cyaml_schema_value_t file_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED)};
static cyaml_schema_field_t step_fields[] = {
    CYAML_FIELD_ENUM("do", CYAML_FLAG_STRICT, struct batch_step, verb, verb_names, 0),
    TEXT_FIELD("name", CYAML_FLAG_OPTIONAL, struct batch_step, name),
    TEXT_FIELD("store", CYAML_FLAG_OPTIONAL, struct batch_step, store),
    CYAML_FIELD_SEQUENCE_COUNT("files", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                               struct batch_step, files, n_files, &file_value, 0,
                               CYAML_UNLIMITED),
    TEXT_FIELD("output", CYAML_FLAG_OPTIONAL, struct batch_step, output),
    TEXT_FIELD("cell", CYAML_FLAG_OPTIONAL, struct batch_step, cell),
    CYAML_FIELD_MAPPING_PTR("options", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct batch_step, options, option_fields),
    CYAML_FIELD_END};
static const cyaml_schema_value_t step_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct batch_step, step_fields)};
static const cyaml_schema_field_t batch_fields[] = {
    TEXT_FIELD("store", CYAML_FLAG_OPTIONAL, struct batch, store),
    CYAML_FIELD_UINT("threads", CYAML_FLAG_OPTIONAL, struct batch, threads),
    CYAML_FIELD_MAPPING_PTR("options", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct batch, options, option_fields),
    CYAML_FIELD_SEQUENCE_COUNT("steps", CYAML_FLAG_POINTER, struct batch, steps, n_steps,
                               &step_value, 1, CYAML_UNLIMITED),
    CYAML_FIELD_END};
static const cyaml_schema_value_t batch_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct batch, batch_fields)};

static cyaml_schema_field_t option_field(size_t i)
{
    cyaml_schema_field_t field = {.key = options[i].name};

    if (options[i].arg != NULL) {
        field.data_offset =
            (uint32_t)(offsetof(struct batch_values, text) + i * sizeof(char *));
        field.value =
            (cyaml_schema_value_t){.type = CYAML_STRING,
                                   .flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                                   .data_size = sizeof(char),
                                   .string = {.min = 1, .max = CYAML_UNLIMITED}};
    } else {
        field.data_offset =
            (uint32_t)(offsetof(struct batch_values, flag) + i * sizeof(int *));
        field.value = (cyaml_schema_value_t){
            .type = CYAML_ENUM,
            .flags = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
            .data_size = sizeof(int),
            .enumeration = {.strings = yes_no, .count = sizeof yes_no / sizeof *yes_no}};
    }
    return field;
}

static void make_schema(void)
{
    uint32_t n = 0;

    list_options();
    for (size_t i = 0; i < n_options; i++)
        option_fields[i] = option_field(i);
    option_fields[n_options] = (cyaml_schema_field_t)CYAML_FIELD_END;
    for (size_t v = 0; v < cli_n_verbs; v++)
        if ((cli_verbs[v].takes & TAKES_BATCH) == 0)
            verb_names[n++] = (cyaml_strval_t){cli_verbs[v].name, (int64_t)v};
    step_fields[0].value.enumeration.count = n;
}

/* ---- what libcyaml has to say ---- */

/* The first line says what is wrong; the next that names a place says where. */
struct complaint {
    char what[300];
    uint64_t line, column;
};

/* The number behind `word` in "(line: 5, column: 7)". */
static uint64_t number_behind(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    uint64_t value = 0;

    if (at != NULL) {
        at += strlen(word);
        (void)!mg_integer_read(at, strspn(at, "0123456789"), &value);
    }
    return value;
}

/* Its words for a value that is none of a list are those of programmers. */
static void say_what(struct complaint *c, const char *text)
{
    static const char no_value[] = "Invalid ENUM value: ";
    const size_t n = sizeof no_value - 1;

    if (strncmp(text, "Backtrace", 9) == 0)
        return;
    if (strncmp(text, no_value, n) == 0)
        snprintf(c->what, sizeof c->what,
                 "'%.200s' is no value that may stand here (verbs: see --help; switches: "
                 "yes or no)",
                 text + n);
    else
        snprintf(c->what, sizeof c->what, "%.299s", text);
    if (c->what[0] >= 'A' && c->what[0] <= 'Z')
        c->what[0] = (char)(c->what[0] - 'A' + 'a');
}

static void listen(cyaml_log_t level, void *self, const char *fmt, va_list args)
    MG_PRINTF(3, 0);

static void listen(cyaml_log_t level, void *self, const char *fmt, va_list args)
{
    struct complaint *c = self;
    char text[400];

    (void)level;
    vsnprintf(text, sizeof text, fmt, args);
    text[strcspn(text, "\n")] = '\0';
    if (c->what[0] == '\0')
        say_what(c, strncmp(text, "Load: ", 6) == 0 ? text + 6 : text);
    if (c->line == 0) {
        c->line = number_behind(text, "(line: ");
        c->column = number_behind(text, "column: ");
    }
}

static bool refuse_at(struct complaint *c, const char *what, uint64_t line,
                      uint64_t column)
{
    snprintf(c->what, sizeof c->what, "%s", what);
    c->line = line;
    c->column = column;
    return true;
}

/* Whether it is YAML at all: libyaml knows where it is not, and libcyaml does not pass
 * that on. */
static bool find_fault(const char *text, size_t n, struct complaint *c)
{
    yaml_parser_t parser;
    bool more = true;
    int documents = 0;

    if (memchr(text, '\0', n) != NULL)
        return refuse_at(c, "no YAML: it holds a NUL", 1, 0);
    if (yaml_parser_initialize(&parser) == 0)
        return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
    while (more) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            snprintf(c->what, sizeof c->what, "no YAML: %.200s",
                     parser.problem != NULL ? parser.problem : "it cannot be read");
            c->line = parser.problem_mark.line + 1;
            c->column = parser.problem_mark.column + 1;
            break;
        }
        more = event.type != YAML_STREAM_END_EVENT;
        if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
            refuse_at(c, "a batch is one document", event.start_mark.line + 1,
                      event.start_mark.column + 1);
            yaml_event_delete(&event);
            break;
        }
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return more;
}

static mg_status refuse(const struct complaint *c, const char *path, mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_PARSE, "%s", c->what);

    mg_error_at(err, path);
    if (err != NULL) {
        err->line = c->line;
        err->column = c->column;
    }
    return status;
}

/* The whole file; the caller's to free(). */
static mg_status read_text(const char *path, char **text, size_t *n, mg_error *err)
{
    FILE *file = fopen(path, "re");
    FILE *to = open_memstream(text, n);
    char piece[4096];
    size_t got;
    bool bad = file == NULL || to == NULL;

    while (!bad && (got = fread(piece, 1, sizeof piece, file)) > 0)
        bad = fwrite(piece, 1, got, to) != got;
    bad = bad || ferror(file) != 0;
    const int why = errno;
    if (file != NULL)
        fclose(file);
    if (to != NULL)
        bad = fclose(to) != 0 || bad;
    if (!bad)
        return MG_OK;
    mg_status status = mg_fail(err, MG_E_IO, "cannot read the batch: %s", strerror(why));
    mg_error_at(err, path);
    return status;
}

mg_status batch_read(const char *path, struct batch **batch, mg_error *err)
{
    struct complaint complaint = {.line = 0};
    const cyaml_config_t config = {.log_fn = listen,
                                   .log_ctx = &complaint,
                                   .log_level = CYAML_LOG_WARNING,
                                   .mem_fn = cyaml_mem,
                                   .flags = CYAML_CFG_NO_ALIAS};
    char *text = NULL;
    size_t n = 0;

    *batch = NULL;
    make_schema();
    mg_status status = read_text(path, &text, &n, err);
    if (status == MG_OK && find_fault(text, n, &complaint))
        status = refuse(&complaint, path, err);
    if (status == MG_OK) {
        const cyaml_err_t error =
            cyaml_load_data((const uint8_t *)text, n, &config, &batch_value,
                            (cyaml_data_t **)batch, NULL);
        if (error == CYAML_OK && *batch == NULL)
            snprintf(complaint.what, sizeof complaint.what, "the batch is empty");
        else if (error != CYAML_OK && complaint.what[0] == '\0')
            snprintf(complaint.what, sizeof complaint.what, "%.200s",
                     cyaml_strerror(error));
        if (error != CYAML_OK || *batch == NULL)
            status = refuse(&complaint, path, err);
    }
    free(text);
    return status;
}

void batch_free(struct batch *batch)
{
    const cyaml_config_t config = {.log_level = CYAML_LOG_ERROR, .mem_fn = cyaml_mem};

    if (batch != NULL)
        (void)cyaml_free(&config, &batch_value, batch, 0);
}
