/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/filter.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"freq", "code", "A annual, M monthly"},
    {"exporter", "code", "exporting country, UN Comtrade area code"},
    {"importer", "code", "importing country, UN Comtrade area code"},
    {"level", "digits", "length of the commodity code, 0 for TOTAL"},
    {"hs", "code", "commodity code"},
    {"edition", "code", "HS edition as filed"},
    {"flow", "code", "M, X, RX, RM; BACI for a reconciled figure"},
    {"value_usd", "USD", "primary value as filed"},
    {"kg", "kg", "net weight"},
    {"qty", "see unit", "quantity"},
    {"unit", "code", "quantity unit, UN Comtrade code"},
    {"cif_usd", "USD", "filed CIF value"},
    {"fob_usd", "USD", "filed FOB value"},
    {"vintage", "yyyymmdd", "publication date, 0 unknown"},
    {"flags", "bits", "see docs/store.md"},
};

static void print_row(mg_lines *to, uint32_t period, const mg_block *b, size_t i)
{
    char hs[MG_HS_TEXT];
    size_t n = mg_hs_text(b->hs[i], hs);
    const char *edition = mg_edition_name(b->edition[i]);
    const char *flow = mg_flow_name(b->flow[i]);

    mg_line_integer(to, period);
    mg_line_word(to, mg_period_monthly(period) ? "M" : "A", 1);
    mg_line_integer(to, b->exporter[i]);
    mg_line_integer(to, b->importer[i]);
    mg_line_integer(to, mg_hs_level(b->hs[i]));
    mg_line_word(to, hs, n);
    mg_line_word(to, edition, strlen(edition));
    mg_line_word(to, flow, strlen(flow));
    mg_line_number(to, b->value_usd[i]);
    mg_line_number(to, b->kg[i]);
    mg_line_number(to, b->qty[i]);
    mg_line_integer(to, b->unit[i]);
    mg_line_number(to, b->cif_usd[i]);
    mg_line_number(to, b->fob_usd[i]);
    mg_line_integer(to, b->vintage[i]);
    mg_line_integer(to, b->flags[i]);
    mg_line_end(to);
}

static mg_status dump_period(const mg_dataset *data, size_t period,
                             const mg_filter *filter, mg_block *scratch,
                             mg_output *output, mg_lines *lines, uint64_t *rows,
                             mg_error *err)
{
    const uint32_t wanted = mg_table_columns(MG_T_OBSERVATIONS);
    const mg_block_choice choice = filter_blocks(filter);
    const mg_block *b = NULL;
    mg_status status = MG_OK;
    size_t n = mg_dataset_blocks(data, period, MG_T_OBSERVATIONS);

    for (size_t k = 0; status == MG_OK && k < n; k++) {
        if (!mg_dataset_chosen(data, period, MG_T_OBSERVATIONS, k, &choice))
            continue;
        status = data->read(data->self, period, MG_T_OBSERVATIONS, k, wanted, scratch, &b,
                            err);
        for (size_t i = 0; status == MG_OK && i < b->n; i++) {
            if (!filter_cell(filter, b->exporter[i], b->importer[i], b->hs[i]) ||
                (filter->limit > 0 && *rows >= filter->limit))
                continue;
            print_row(lines, data->periods[period].period, b, i);
            ++*rows;
        }
        if (status == MG_OK)
            status = mg_output_write(output, lines, err);
    }
    return status;
}

mg_status mg_dump_print(const mg_session *session, const mg_filter *filter,
                        mg_output *output, uint64_t *rows, mg_error *err)
{
    const mg_dataset *data = mg_session_dataset(session);
    mg_block scratch = {0};
    mg_lines lines;
    mg_status status;

    *rows = 0;
    mg_lines_start(&lines, output);
    status = mg_output_columns(output, "observations", columns,
                               sizeof columns / sizeof *columns, err);
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    if (status == MG_OK)
        status = mg_block_init(&scratch, mg_table_columns(MG_T_OBSERVATIONS), err);
    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++)
        if (filter_period(filter, data->periods[p].period))
            status = dump_period(data, p, filter, &scratch, output, &lines, rows, err);
    mg_lines_release(&lines);
    mg_block_release(&scratch);
    return status;
}
