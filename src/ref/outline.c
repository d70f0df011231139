/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/outline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/csv_table.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"

struct reading {
    mg_outline *outline;
    size_t room_lines, n_points, room_points;
};

/* The next number of the list; false where there is none. */
static bool next_number(const char **at, double most, double *value)
{
    const size_t n = strcspn(*at, " ");

    if (!mg_number_read(*at, n, 0, value) || fabs(*value) > most)
        return false;
    *at += n + ((*at)[n] == ' ');
    return true;
}

static mg_status take_points(struct reading *r, const char *text, size_t *n,
                             mg_error *err)
{
    mg_status status = MG_OK;

    for (*n = 0; status == MG_OK && *text != '\0'; ++*n) {
        mg_outline_point point;
        if (!next_number(&text, 180, &point.lon) || !next_number(&text, 90, &point.lat))
            return mg_fail(err, MG_E_PARSE,
                           "column 'points': no list of longitudes and latitudes");
        status = mg_grow((void **)&r->outline->points, &r->room_points, r->n_points + 1,
                         sizeof *r->outline->points, err);
        if (status == MG_OK)
            r->outline->points[r->n_points++] = point;
    }
    if (status == MG_OK && *n < 2)
        return mg_fail(err, MG_E_PARSE, "column 'points': a line has two points or more");
    return status;
}

static mg_status take_row(void *self, const char *const *field, mg_error *err)
{
    struct reading *r = self;
    mg_outline_line line = {.border = strcmp(field[0], "border") == 0};

    if (!line.border && strcmp(field[0], "coast") != 0)
        return mg_fail(err, MG_E_PARSE,
                       "column 'kind': '%.40s' is neither coast nor border", field[0]);
    mg_status status = take_points(r, field[1], &line.n, err);
    if (status == MG_OK)
        status = mg_grow((void **)&r->outline->lines, &r->room_lines, r->outline->n + 1,
                         sizeof *r->outline->lines, err);
    if (status == MG_OK)
        r->outline->lines[r->outline->n++] = line;
    return status;
}

mg_status mg_outline_load(const mg_ref *ref, mg_outline **out, mg_error *err)
{
    static const char *const columns[] = {"kind", "points", NULL};
    struct reading r = {.outline = mg_alloc_zero(1, sizeof *r.outline)};
    char path[4096];
    size_t at = 0;

    *out = NULL;
    if (r.outline == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the outlines of the map");
    snprintf(path, sizeof path, "%s/outline.csv", mg_ref_folder(ref));
    mg_status status = mg_table_read(path, columns, take_row, &r, err);
    if (status != MG_OK) {
        mg_outline_free(r.outline);
        return status;
    }
    for (size_t i = 0; i < r.outline->n; i++) { /* the points stay where they are now */
        r.outline->lines[i].points = r.outline->points + at;
        at += r.outline->lines[i].n;
    }
    *out = r.outline;
    return MG_OK;
}

void mg_outline_free(mg_outline *outline)
{
    if (outline == NULL)
        return;
    free(outline->lines);
    free(outline->points);
    free(outline);
}
