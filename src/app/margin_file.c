/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/margin_file.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"

static const char format[] = "mirrorgap margin fit 1";
enum { PLACES = 17, PATH_MOST = 4096 };

/* Adds the terms and the covariance; false: no memory. */
static bool add_terms(json_t *root, const mg_margin_fit *fit)
{
    json_t *terms = json_array();
    json_t *covariance = json_array();
    int bad = terms == NULL || covariance == NULL;

    for (size_t i = 0; !bad && i < fit->p; i++) {
        char name[MG_TERM_NAME];
        json_t *row = json_array();
        bad |= json_array_append_new(terms,
                                     json_pack("{s:s, s:f, s:f}", "name",
                                               mg_margin_term_name(fit->term[i], name),
                                               "coefficient", fit->coefficient[i],
                                               "std_error", fit->std_error[i])) != 0;
        for (size_t j = 0; row != NULL && j < fit->p; j++)
            bad |= json_array_append_new(row,
                                         json_real(fit->covariance[i * fit->p + j])) != 0;
        bad |= row == NULL || json_array_append_new(covariance, row) != 0;
    }
    bad |= json_object_set_new(root, "terms", terms) != 0;
    bad |= json_object_set_new(root, "covariance", covariance) != 0;
    return bad == 0;
}

static json_t *to_json(const mg_margin_fit *fit, const char *data)
{
    json_t *root = json_pack(
        "{s:s, s:s, s:i, s:I, s:I, s:I, s:f, s:f, s:f}", "format", format, "data", data,
        "base_year", (int)fit->base_year, "n_seen", (json_int_t)fit->n_seen, "n_used",
        (json_int_t)fit->n_used, "n_trimmed", (json_int_t)fit->n_trimmed, "r2", fit->r2,
        "sigma", fit->sigma, "mean_margin", fit->mean_margin);

    if (root != NULL && !add_terms(root, fit)) {
        json_decref(root);
        root = NULL;
    }
    return root;
}

mg_status margin_file_write(const char *path, const mg_margin_fit *fit, const char *data,
                            mg_error *err)
{
    char temporary[PATH_MOST];
    json_t *root = to_json(fit, data);
    FILE *file;
    bool good;

    if (root == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot write a fit");
    snprintf(temporary, sizeof temporary, "%s.tmp.%ld", path, (long)getpid());
    file = fopen(temporary, "w");
    good = file != NULL &&
           json_dumpf(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(PLACES)) == 0;
    good =
        good && fputc('\n', file) != EOF && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int why = errno;
    if (file != NULL)
        good = fclose(file) == 0 && good;
    json_decref(root);
    if (good && rename(temporary, path) == 0)
        return MG_OK;
    if (good)
        why = errno;
    unlink(temporary);
    mg_status status = mg_fail(err, MG_E_IO, "cannot write: %s", strerror(why));
    mg_error_at(err, path);
    return status;
}

static bool read_terms(const json_t *root, mg_margin_fit *fit)
{
    const json_t *terms = json_object_get(root, "terms");
    const json_t *covariance = json_object_get(root, "covariance");

    fit->p = json_array_size(terms);
    if (fit->p == 0 || fit->p > MG_TERMS_MAX || json_array_size(covariance) != fit->p)
        return false;
    fit->covariance = mg_alloc(fit->p * fit->p, sizeof *fit->covariance);
    for (size_t i = 0; fit->covariance != NULL && i < fit->p; i++) {
        const json_t *term = json_array_get(terms, i);
        const json_t *row = json_array_get(covariance, i);
        const char *name = json_string_value(json_object_get(term, "name"));
        const json_t *coefficient = json_object_get(term, "coefficient");
        int known = name != NULL ? mg_margin_term_find(name) : -1;
        if (known < 0 || !json_is_number(coefficient) || json_array_size(row) != fit->p)
            return false;
        fit->term[i] = (uint16_t)known;
        fit->coefficient[i] = json_number_value(coefficient);
        fit->std_error[i] = json_number_value(json_object_get(term, "std_error"));
        for (size_t j = 0; j < fit->p; j++)
            fit->covariance[i * fit->p + j] = json_number_value(json_array_get(row, j));
    }
    return fit->covariance != NULL;
}

static uint64_t count_of(const json_t *root, const char *name)
{
    json_int_t n = json_integer_value(json_object_get(root, name));
    return n > 0 ? (uint64_t)n : 0;
}

static bool from_json(const json_t *root, mg_margin_fit *fit)
{
    const char *says = json_string_value(json_object_get(root, "format"));

    *fit = (mg_margin_fit){0};
    if (says == NULL || strcmp(says, format) != 0 || !read_terms(root, fit))
        return false;
    fit->base_year = (unsigned)count_of(root, "base_year");
    fit->n_seen = count_of(root, "n_seen");
    fit->n_used = count_of(root, "n_used");
    fit->n_trimmed = count_of(root, "n_trimmed");
    fit->r2 = json_number_value(json_object_get(root, "r2"));
    fit->sigma = json_number_value(json_object_get(root, "sigma"));
    fit->mean_margin = json_number_value(json_object_get(root, "mean_margin"));
    return fit->sigma >= 0;
}

mg_status margin_file_read(const char *path, mg_margin_fit *fit, mg_error *err)
{
    json_error_t why = {0};
    FILE *file = fopen(path, "r");
    json_t *root = file != NULL ? json_loadf(file, JSON_REJECT_DUPLICATES, &why) : NULL;
    mg_status status = MG_OK;

    *fit = (mg_margin_fit){0};
    if (file == NULL)
        status = mg_fail(err, MG_E_IO, "cannot read: %s", strerror(errno));
    else if (root == NULL)
        status = mg_fail(err, MG_E_PARSE, "line %d, column %d: %s", why.line, why.column,
                         why.text);
    else if (!from_json(root, fit)) {
        mg_margin_fit_release(fit);
        status =
            mg_fail(err, MG_E_PARSE, "is no margin that 'margins --save' has written");
    }
    if (file != NULL)
        fclose(file);
    json_decref(root);
    if (status != MG_OK)
        mg_error_at(err, path);
    return status;
}
