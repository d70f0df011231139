/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of distances with CEPII's columns, one row a pair of countries. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/csv.h"
#include "mirrorgap/input.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "ref/routes_table.h"

enum { ORIGIN, DESTINATION, WEIGHTED, SIMPLE, CONTIG, RTA, COLUMNS };
enum { SAME_ISO = 8 }; /* most codes that one ISO3 stands for */

struct distances {
    mg_routes *routes;
    const mg_ref *ref;
    mg_splitter *splitter;
    char delimiter;
    bool begun; /* the header has been read */
    int place[COLUMNS];
    size_t n_columns;
    uint64_t line;  /* physical lines before this record */
    size_t mark;    /* bytes of a byte order mark before the text */
    uint64_t known; /* rows whose countries are both known */
};

/* The whole text of the file's only member. */
static mg_status read_text(const char *file, char **text, size_t *n, mg_error *err)
{
    enum { STEP = 1 << 16 };
    static const mg_source_options options = {0};
    mg_source *source = NULL;
    const char *name = NULL;
    size_t room = 0;
    size_t got = 1;
    mg_status status = mg_source_open(file, &options, &source, err);

    *text = NULL;
    *n = 0;
    if (status == MG_OK)
        status = mg_source_next(source, &name, err);
    if (status == MG_OK && name == NULL)
        status = mg_fail(err, MG_E_PARSE, "there is no file in it");
    while (status == MG_OK && got > 0) {
        status = mg_grow((void **)text, &room, *n + STEP, 1, err);
        if (status == MG_OK)
            status = mg_source_read(source, *text + *n, STEP, &got, err);
        if (status == MG_OK)
            *n += got;
    }
    mg_source_close(source);
    return status;
}

/* The delimiter that the first line has most of. */
static char find_delimiter(const char *text, size_t n)
{
    static const char delimiters[] = {',', ';', '\t'};
    size_t count[sizeof delimiters] = {0};
    size_t best = 0;

    for (size_t i = 0; i < n && text[i] != '\n' && text[i] != '\r'; i++)
        for (size_t d = 0; d < sizeof delimiters; d++)
            count[d] += text[i] == delimiters[d];
    for (size_t d = 1; d < sizeof delimiters; d++)
        if (count[d] > count[best])
            best = d;
    return delimiters[best];
}

static mg_status take_header(struct distances *d, const mg_cell *cells, size_t n,
                             mg_error *err)
{
    static const struct {
        const char *name;
        int column;
    } names[] = {{"iso_o", ORIGIN},       {"iso3_o", ORIGIN},  {"iso_d", DESTINATION},
                 {"iso3_d", DESTINATION}, {"distw", WEIGHTED}, {"dist", SIMPLE},
                 {"contig", CONTIG},      {"rta", RTA},        {"fta", RTA}};

    for (int c = 0; c < COLUMNS; c++)
        d->place[c] = -1;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        for (size_t i = 0; i < n; i++)
            if (d->place[names[k].column] < 0 &&
                mg_text_is(mg_text_trim(cells[i]), names[k].name))
                d->place[names[k].column] = (int)i;
    d->n_columns = n;
    d->begun = true;
    if (d->place[ORIGIN] < 0 || d->place[DESTINATION] < 0)
        return mg_fail(err, MG_E_PARSE, "no columns 'iso_o' and 'iso_d'");
    if (d->place[WEIGHTED] < 0 && d->place[SIMPLE] < 0)
        return mg_fail(err, MG_E_PARSE, "no column 'distw' or 'dist'");
    return MG_OK;
}

/* The codes of countries that `name` stands for; their number. */
static size_t find_codes(const mg_ref *ref, mg_cell name, uint16_t codes[SAME_ISO])
{
    size_t found = mg_ref_find_areas(ref, name, codes, SAME_ISO);
    size_t n = 0;

    for (size_t i = 0; i < found && i < SAME_ISO; i++)
        if (!isnan(mg_ref_area(ref, codes[i])->lat)) /* MCO is no country here */
            codes[n++] = codes[i];
    return n;
}

/* A field as number >= 0; NaN where it is empty, NA or not in the file. */
static mg_status read_field(const struct distances *d, const mg_cell *cells, int column,
                            const char *name, double *value, mg_error *err)
{
    char text[64];
    char shown[64];

    *value = NAN;
    if (d->place[column] < 0)
        return MG_OK;
    mg_cell cell = mg_text_trim(cells[d->place[column]]);
    if (cell.n == 0 || mg_text_is(cell, "NA") || mg_text_is(cell, "NaN") ||
        mg_text_is(cell, "."))
        return MG_OK;
    size_t n = cell.n < sizeof text ? cell.n : sizeof text;
    memcpy(text, cell.text, n);
    for (size_t i = 0; i < n; i++)
        if (d->delimiter != ',' && text[i] == ',')
            text[i] = '.';
    if (n == sizeof text || !mg_number_read(text, n, 0, value) || !(*value >= 0))
        return mg_fail(err, MG_E_PARSE, "column '%s': '%s' is no number >= 0", name,
                       mg_text_show(cell, shown, sizeof shown));
    return MG_OK;
}

static void lay_over(struct route_cell *cell, double km, double contig, double rta)
{
    if (km > 0)
        cell->km = km;
    if (!isnan(contig))
        cell->flags = (uint8_t)((cell->flags & ~ROUTE_CONTIGUOUS) |
                                (contig > 0 ? ROUTE_CONTIGUOUS : 0));
    if (!isnan(rta))
        cell->rta = (float)rta;
}

static mg_status take_row(struct distances *d, const mg_cell *cells, mg_error *err)
{
    uint16_t from[SAME_ISO];
    uint16_t to[SAME_ISO];
    double weighted = NAN;
    double simple = NAN;
    double contig = NAN;
    double rta = NAN;
    mg_status status = read_field(d, cells, WEIGHTED, "distw", &weighted, err);

    if (status == MG_OK)
        status = read_field(d, cells, SIMPLE, "dist", &simple, err);
    if (status == MG_OK)
        status = read_field(d, cells, CONTIG, "contig", &contig, err);
    if (status == MG_OK)
        status = read_field(d, cells, RTA, "rta", &rta, err);
    if (status != MG_OK)
        return status;
    size_t n_from = find_codes(d->ref, mg_text_trim(cells[d->place[ORIGIN]]), from);
    size_t n_to = find_codes(d->ref, mg_text_trim(cells[d->place[DESTINATION]]), to);
    d->known += n_from > 0 && n_to > 0;
    if (n_from > 0 && n_to > 0 && from[0] == to[0])
        return MG_OK; /* a country to itself, which may have codes of several ISO3 */
    for (size_t x = 0; x < n_from; x++)
        for (size_t m = 0; m < n_to; m++)
            if (from[x] != to[m] &&
                strcmp(mg_ref_iso3(d->ref, from[x]), mg_ref_iso3(d->ref, to[m])) != 0)
                lay_over(route_cell(d->routes, from[x], to[m]),
                         weighted > 0 ? weighted : simple, contig, rta);
    return MG_OK;
}

/* One record; sets its line in the error. */
static mg_status take_record(struct distances *d, const char *text, size_t n,
                             mg_error *err)
{
    const mg_cell *cells = NULL;
    size_t n_cells = 0;
    mg_status status = mg_record_fields(d->splitter, text, n, &cells, &n_cells, err);

    if (status != MG_OK || n_cells == 0 || (n_cells == 1 && cells[0].n == 0))
        return status;
    if (!d->begun)
        return take_header(d, cells, n_cells, err);
    if (n_cells != d->n_columns)
        return mg_fail(err, MG_E_PARSE, "%zu fields where the header has %zu", n_cells,
                       d->n_columns);
    return take_row(d, cells, err);
}

static mg_status take_text(struct distances *d, const char *text, size_t n, mg_error *err)
{
    mg_status status = MG_OK;
    size_t at = 0;

    while (status == MG_OK && at < n) {
        size_t length = 0;
        const char *why = "";
        mg_record_kind kind =
            mg_record_next(text + at, n - at, true, d->delimiter, &length, &why);
        status = kind == MG_RECORD_WHOLE ? take_record(d, text + at, length, err)
                                         : mg_fail(err, MG_E_PARSE, "%s", why);
        if (status != MG_OK && err != NULL && err->line == 0) {
            err->line = d->line + 1;
            err->byte = d->mark + at;
        }
        d->line += mg_count_lines(text + at, length);
        at += length;
    }
    if (status == MG_OK && !d->begun)
        status = mg_fail(err, MG_E_PARSE, "the file is empty");
    else if (status == MG_OK && d->known == 0)
        status = mg_fail(err, MG_E_PARSE, "no row names two known countries");
    return status;
}

mg_status routes_read_file(mg_routes *routes, const mg_ref *ref, const char *file,
                           mg_error *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    struct distances d = {.routes = routes, .ref = ref};
    char *text = NULL;
    size_t n = 0;
    mg_status status = read_text(file, &text, &n, err);

    if (status == MG_OK) {
        size_t from = n >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
        d.mark = from;
        d.delimiter = find_delimiter(text + from, n - from);
        d.splitter = mg_splitter_new(d.delimiter);
        status = d.splitter != NULL ? take_text(&d, text + from, n - from, err)
                                    : mg_fail(err, MG_E_NOMEM, "cannot split records");
    }
    mg_splitter_free(d.splitter);
    free(text);
    return status;
}
