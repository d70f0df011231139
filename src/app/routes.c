/* SPDX-License-Identifier: GPL-3.0-or-later */
/* routes: through which second partner goods came or went, where a reporter says so. */
#include <stdlib.h>

#include "app/filter.h"
#include "app/names.h"
#include "mirrorgap/mem.h"

enum { ONLY_PARTNER2 = 1 }; /* of mg_row_detail(): no other detail */

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"flow", "code", "M: the importer's report, X: the exporter's"},
    {"exporter", "code", "exporter; for M the country of origin"},
    {"exporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"importer", "code", "importer; for X the last known destination"},
    {"importer_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"via", "code", "second partner: consignment"},
    {"via_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"hs", "code", "commodity code"},
    {"edition", "code", "HS edition of the report"},
    {"value_usd", "USD", "as filed"},
    {"kg", "kg", "net weight"},
    {"share", "share", "of all that is filed by second partner of this flow"},
};

struct routes {
    mg_row *rows; /* of one flow of one code, by second partner */
    size_t n, room;
    const mg_ref *ref;
    const mg_filter *filter;
    uint32_t period;
    mg_lines lines;
};

/* The rows of one flow; those whose second partner is the partner are no detour. */
static void print_flow(struct routes *r)
{
    mg_lines *to = &r->lines;
    double all = 0;

    for (size_t i = 0; i < r->n; i++)
        all += r->rows[i].value_usd;
    for (size_t i = 0; i < r->n; i++) {
        const mg_row *row = &r->rows[i];
        unsigned partner = row->flow == MG_FLOW_M ? row->exporter : row->importer;
        if (row->partner2 == partner)
            continue;
        mg_line_integer(to, row->period);
        line_word(to, mg_flow_name(row->flow));
        line_area(to, r->ref, row->exporter);
        line_area(to, r->ref, row->importer);
        line_area(to, r->ref, row->partner2);
        line_code(to, row->hs, false);
        line_word(to, mg_edition_name(row->edition));
        mg_line_number(to, row->value_usd);
        mg_line_number(to, row->kg);
        mg_line_number(to, all > 0 ? row->value_usd / all : NAN);
        mg_line_end(to);
    }
    r->n = 0;
}

static mg_status take_block(void *self, const mg_block *b, mg_error *err)
{
    struct routes *r = self;
    const mg_filter *f = r->filter;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < b->n; i++) {
        mg_row row;
        mg_block_get(b, i, r->period, &row);
        /* superseded and duplicate rows do not stand; parts of a total do */
        if ((row.flow != MG_FLOW_M && row.flow != MG_FLOW_X) ||
            mg_row_detail(&row) != ONLY_PARTNER2 ||
            (row.fate != MG_BREAKDOWN && row.fate != MG_REBUILT) ||
            !filter_cell(f, row.exporter, row.importer, row.hs) ||
            !(row.value_usd >= f->min_value))
            continue;
        if (r->n > 0 && !mg_row_same_key(&r->rows[0], &row))
            print_flow(r);
        status = mg_grow((void **)&r->rows, &r->room, r->n + 1, sizeof *r->rows, err);
        if (status == MG_OK)
            r->rows[r->n++] = row;
    }
    return status;
}

static mg_status take_period(struct routes *r, const mg_dataset *data, size_t p,
                             mg_error *err)
{
    mg_status status = mg_dataset_open(data, p, err);

    if (status != MG_OK)
        return status;
    r->period = data->periods[p].period;
    status = mg_dataset_look(data, p, MG_T_DETAILS, mg_table_columns(MG_T_DETAILS), NULL,
                             take_block, r, err);
    print_flow(r);
    mg_dataset_close(data, p);
    return status;
}

mg_status mg_routes_print(const mg_session *session, const mg_filter *filter,
                          mg_output *output, uint64_t *rows, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    struct routes r = {.ref = mg_session_ref(session), .filter = filter};
    mg_status status = mg_output_columns(output, "routes", columns,
                                         sizeof columns / sizeof *columns, err);

    *rows = 0;
    mg_lines_start(&r.lines, output);
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        if (!filter_period(filter, data->periods[p].period))
            continue;
        status = take_period(&r, data, p, err);
        *rows += r.lines.rows;
        if (status == MG_OK)
            status = mg_output_write(output, &r.lines, err);
    }
    mg_lines_release(&r.lines);
    free(r.rows);
    return status;
}
