/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mirrorgap/app.h"

static const mg_output_column columns[] = {
    {"file", "text", "source as it was named when ingested"},
    {"reason", "text", "what became of the rows"},
    {"rows", "count", "rows"},
    {"value_usd", "USD", "their primary values"},
};

/* What became of a source's rows: the row-wise rule from the manifest, the rule
 * on sorted rows from the segments. */
static void source_fates(const mg_source_info *source, const mg_fate_counts *counts,
                         mg_fate_count fates[MG_FATE_COUNT])
{
    memcpy(fates, source->fates, sizeof source->fates);
    fates[MG_KEPT] = (mg_fate_count){0}; /* candidates: the segments know better */
    for (int f = 0; source->id < counts->n && f < MG_FATE_COUNT; f++) {
        const mg_fate_count *more = &counts->by_source[source->id][f];
        fates[f].rows += more->rows;
        mg_sum_merge(&fates[f].value, &more->value);
    }
}

static void print_fates(const char *file, const mg_fate_count *fates, mg_lines *to,
                        uint64_t *rows)
{
    for (unsigned f = 0; f < MG_FATE_COUNT; f++) {
        const char *name = mg_fate_name(f);
        if (fates[f].rows == 0)
            continue;
        if (file != NULL)
            mg_line_text(to, file);
        mg_line_word(to, name, strlen(name));
        mg_line_integer(to, (int64_t)fates[f].rows);
        mg_line_number(to, mg_sum_value(&fates[f].value));
        mg_line_end(to);
        ++*rows;
    }
}

mg_status mg_ledger_print(const mg_session *session, bool by_file, mg_output *output,
                          uint64_t *rows, mg_error *err)
{
    size_t n = 0;
    const mg_source_info *sources = mg_session_sources(session, &n);
    mg_fate_count all[MG_FATE_COUNT] = {{0}};
    mg_lines lines;
    mg_status status =
        mg_output_columns(output, "ledger", columns + !by_file, by_file ? 4 : 3, err);

    *rows = 0;
    mg_lines_start(&lines, output);
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    for (size_t i = 0; status == MG_OK && i < n; i++) {
        mg_fate_count fates[MG_FATE_COUNT];
        if (sources[i].name == NULL)
            continue;
        source_fates(&sources[i], mg_session_fates(session), fates);
        if (by_file)
            print_fates(sources[i].name, fates, &lines, rows);
        for (int f = 0; f < MG_FATE_COUNT; f++) {
            all[f].rows += fates[f].rows;
            mg_sum_merge(&all[f].value, &fates[f].value);
        }
    }
    if (status == MG_OK && !by_file)
        print_fates(NULL, all, &lines, rows);
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}
