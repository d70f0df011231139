/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/evaluate.h"
#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

enum {
    F_PERIOD,
    F_EXPORTER,
    F_IMPORTER,
    F_HS,
    F_KEYS,
    F_RANK = F_KEYS,
    F_P,
    F_Q,
    F_SCORE,
    F_Z_CP,
    F_EXPORT,
    F_IMPORT,
    F_IMPORT_FOB,
    F_GAP,
    F_LOG_GAP,
    F_EXPORT_KG,
    F_IMPORT_KG,
    F_LOG_QTY_GAP,
    F_AGREEMENT,
    FIELDS
};

static const char *const columns[] = {"period",      "exporter",     "importer",
                                      "hs",          "?rank",        "?p",
                                      "?q",          "?score",       "?z_cp",
                                      "?export_usd", "?import_usd",  "?import_fob_usd",
                                      "?gap_usd",    "?log_gap",     "?export_kg",
                                      "?import_kg",  "?log_qty_gap", "?qty_agreement",
                                      NULL};
_Static_assert(sizeof columns / sizeof *columns == FIELDS + 1, "a name for each field");

static bool take_number(const char *text, double *value)
{
    *value = NAN;
    return text == NULL || text[0] == '\0' ||
           mg_number_read(text, strlen(text), 0, value);
}

static bool take_key(const char *text, uint64_t most, uint64_t *value)
{
    return text != NULL && mg_integer_read(text, strlen(text), value) && *value <= most;
}

/* A component's star is left out. */
static bool take_code(const char *text, uint32_t *hs)
{
    size_t n = text != NULL ? strlen(text) : 0;

    if (n > 1 && text[n - 1] == '*')
        n--;
    return n > 0 && mg_hs_pack((mg_cell){text, n}, hs);
}

static mg_status take(void *self, const char *const *f, mg_error *err)
{
    struct judged_table *t = self;
    struct judged r = {0};
    double fob;
    uint64_t period;
    uint64_t exporter;
    uint64_t importer;

    if (!take_key(f[F_PERIOD], 999999, &period) ||
        !take_key(f[F_EXPORTER], UINT16_MAX, &exporter) ||
        !take_key(f[F_IMPORTER], UINT16_MAX, &importer) || !take_code(f[F_HS], &r.hs))
        return mg_fail(err, MG_E_PARSE,
                       "no row of scores: period, exporter, importer, hs");
    if (!take_number(f[F_RANK], &r.rank) || !take_number(f[F_P], &r.p) ||
        !take_number(f[F_Q], &r.q) || !take_number(f[F_SCORE], &r.score) ||
        !take_number(f[F_EXPORT], &r.x_usd) || !take_number(f[F_IMPORT], &r.m_usd) ||
        !take_number(f[F_IMPORT_FOB], &fob) || !take_number(f[F_GAP], &r.gap_usd) ||
        !take_number(f[F_LOG_GAP], &r.log_gap) || !take_number(f[F_EXPORT_KG], &r.x_kg) ||
        !take_number(f[F_IMPORT_KG], &r.m_kg) ||
        !take_number(f[F_LOG_QTY_GAP], &r.log_qty_gap) ||
        !take_number(f[F_AGREEMENT], &r.agreement))
        return mg_fail(err, MG_E_PARSE, "a figure that is no number");
    r.period = (uint32_t)period;
    r.exporter = (uint16_t)exporter;
    r.importer = (uint16_t)importer;
    if (!isnan(fob))
        r.m_usd = fob;
    t->has_rank |= f[F_RANK] != NULL;
    t->has_p |= f[F_P] != NULL;
    t->has_q |= f[F_Q] != NULL;
    t->has_score |= f[F_SCORE] != NULL;
    t->robust_z |= f[F_Z_CP] != NULL && f[F_SCORE] != NULL;
    mg_status status =
        mg_grow((void **)&t->rows, &t->room, t->n + 1, sizeof *t->rows, err);
    if (status == MG_OK)
        t->rows[t->n++] = r;
    return status;
}

/* ---- a JSON object a line ---- */

static const char *json_text(const json_t *value, char room[MG_NUMBER_TEXT + 1])
{
    size_t n;

    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_integer(value))
        n = mg_integer_write(json_integer_value(value), room);
    else if (json_is_real(value))
        n = mg_number_write(json_real_value(value), room);
    else
        n = 0;
    room[n] = '\0';
    return room;
}

static mg_status take_line(struct judged_table *t, const char *line, size_t n,
                           mg_error *err)
{
    char room[FIELDS][MG_NUMBER_TEXT + 1];
    const char *fields[FIELDS];
    json_error_t why;
    json_t *row = json_loadb(line, n, JSON_REJECT_DUPLICATES, &why);

    if (row == NULL)
        return mg_fail(err, MG_E_PARSE, "no JSON object on this line: %s", why.text);
    for (int f = 0; f < FIELDS; f++) {
        const json_t *value = json_object_get(row, columns[f] + (columns[f][0] == '?'));
        fields[f] = value != NULL ? json_text(value, room[f]) : NULL;
    }
    mg_status status = take(t, fields, err);
    json_decref(row);
    return status;
}

static mg_status read_lines(FILE *file, struct judged_table *t, mg_error *err)
{
    char *line = NULL;
    size_t room = 0;
    uint64_t number = 0, at = 0, next = 0;
    ssize_t n;
    mg_status status = MG_OK;

    errno = 0;
    while (status == MG_OK && (n = getline(&line, &room, file)) >= 0) {
        number++;
        at = next;
        next += (uint64_t)n;
        if (strspn(line, " \t\r\n") < (size_t)n)
            status = take_line(t, line, (size_t)n, err);
    }
    if (status == MG_OK && ferror(file) != 0)
        status = mg_fail(err, MG_E_IO, "cannot read: %s", strerror(errno));
    if (status != MG_OK && err != NULL) {
        err->line = number;
        err->byte = at;
    }
    free(line);
    return status;
}

mg_status judged_read(const char *path, struct judged_table *t, mg_error *err)
{
    FILE *file = fopen(path, "re");
    mg_status status;

    *t = (struct judged_table){0};
    if (file == NULL) {
        status = mg_fail(err, MG_E_IO, "cannot open: %s", strerror(errno));
        mg_error_at(err, path);
        return status;
    }
    int first = getc(file);
    if (first != EOF)
        ungetc(first, file);
    status = first == '{' ? read_lines(file, t, err)
                          : mg_table_take(file, columns, take, t, err);
    fclose(file);
    if (status != MG_OK) {
        mg_error_at(err, path);
        judged_release(t);
    }
    return status;
}

void judged_release(struct judged_table *t)
{
    free(t->rows);
    *t = (struct judged_table){0};
}

void judged_complete(struct judged_table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        struct judged *r = &t->rows[i];
        const bool both = r->x_usd > 0 && r->m_usd > 0;
        if (isnan(r->gap_usd)) /* a side that filed nothing: all of the other's figure */
            r->gap_usd =
                (isnan(r->m_usd) ? 0 : r->m_usd) - (isnan(r->x_usd) ? 0 : r->x_usd);
        if (isnan(r->log_gap) && both)
            r->log_gap = log(r->m_usd / r->x_usd);
        if (r->x_kg > 0 && r->m_kg > 0) {
            double q = log(r->m_kg / r->x_kg);
            r->log_qty_gap = isnan(r->log_qty_gap) ? q : r->log_qty_gap;
        }
        if (isnan(r->agreement) && !isnan(r->log_qty_gap))
            r->agreement = exp(-fabs(r->log_qty_gap));
        t->has_qty |= !isnan(r->log_qty_gap);
        t->has_kg |= r->x_kg > 0 || r->m_kg > 0;
    }
}
