/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "app/filter.h"
#include "app/names.h"

static const mg_output_column partitions[] = {
    {"period", "period", "year, or year and month"},
    {"freq", "code", "A annual, M monthly"},
    {"observations", "count", "clean rows"},
    {"set_aside", "count",
     "rows that the clean-row rule set aside, kept for later verdicts"},
    {"world", "count", "World rows, kept as controls"},
    {"reporters", "count", "countries with an observation or World row"},
    {"editions", "text", "HS editions of the observations"},
};

static const mg_output_column coverage[] = {
    {"period", "period", "year, or year and month"},
    {"freq", "code", "A annual, M monthly"},
    {"reporter", "code", "UN Comtrade area code"},
    {"reporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"reporter_name", "text", "its name"},
    {"flow", "code", "M, X, RX, RM"},
    {"observations", "count", "clean rows"},
    {"world", "count", "World rows"},
};

static const mg_output_column sources[] = {
    {"source", "number", "order of reading"},
    {"file", "text", "as named when ingested"},
    {"hash", "XXH3-128", "of its bytes"},
    {"bytes", "bytes", "size on disk"},
    {"layout", "text", "layout recognised"},
    {"vintage", "yyyymmdd", "publication date, empty where unknown"},
    {"rows", "count", "rows read"},
};

static size_t count_reporters(const mg_period_info *info)
{
    size_t n = 0;

    for (size_t i = 0; i < info->n_coverage; i++)
        n += i == 0 || info->coverage[i].reporter != info->coverage[i - 1].reporter;
    return n;
}

static void print_partition(const mg_period_info *info, mg_lines *to)
{
    char editions[128] = "";
    size_t at = 0;

    for (unsigned e = 0; e < 32; e++)
        if ((info->editions >> e & 1) != 0 && mg_edition_name(e) != NULL)
            at += (size_t)snprintf(editions + at, sizeof editions - at, "%s%s",
                                   at > 0 ? " " : "", mg_edition_name(e));
    mg_line_integer(to, info->period);
    line_word(to, mg_period_monthly(info->period) ? "M" : "A");
    for (int t = 0; t < MG_TABLES; t++)
        mg_line_integer(to, (int64_t)info->rows[t]);
    mg_line_integer(to, (int64_t)count_reporters(info));
    line_word(to, editions);
    mg_line_end(to);
}

static void print_coverage(const mg_period_info *info, const mg_ref *ref,
                           const mg_filter *filter, mg_lines *to, uint64_t *rows)
{
    for (size_t i = 0; i < info->n_coverage; i++) {
        const mg_coverage *c = &info->coverage[i];
        const mg_area *area = mg_ref_area(ref, c->reporter);
        if (filter->either != NULL && filter->either[c->reporter] == 0)
            continue;
        mg_line_integer(to, info->period);
        line_word(to, mg_period_monthly(info->period) ? "M" : "A");
        mg_line_integer(to, c->reporter);
        mg_line_text(to, mg_ref_iso3(ref, c->reporter));
        mg_line_text(to, area != NULL ? area->name : "");
        line_word(to, mg_flow_name(c->flow));
        mg_line_integer(to, c->observations);
        mg_line_integer(to, c->world);
        mg_line_end(to);
        ++*rows;
    }
}

static void print_sources(const mg_session *session, mg_lines *to, uint64_t *rows)
{
    size_t n = 0;
    const mg_source_info *all = mg_session_sources(session, &n);

    for (size_t i = 0; i < n; i++) {
        char hash[MG_HASH_TEXT];
        if (all[i].name == NULL)
            continue;
        mg_hash_write(all[i].hash, hash);
        mg_line_integer(to, all[i].id);
        mg_line_text(to, all[i].name);
        line_word(to, hash);
        mg_line_integer(to, (int64_t)all[i].size);
        line_word(to, all[i].layout);
        if (all[i].vintage != 0)
            mg_line_integer(to, all[i].vintage);
        else
            mg_line_missing(to);
        mg_line_integer(to, (int64_t)all[i].records);
        mg_line_end(to);
        ++*rows;
    }
}

mg_status mg_info_print(const mg_session *session, enum mg_info_part part,
                        const mg_filter *filter, mg_output *output, uint64_t *rows,
                        mg_error *err)
{
    static const struct {
        const char *name;
        const mg_output_column *columns;
        size_t n;
    } tables[] = {{"partitions", partitions, sizeof partitions / sizeof *partitions},
                  {"coverage", coverage, sizeof coverage / sizeof *coverage},
                  {"sources", sources, sizeof sources / sizeof *sources}};
    const mg_dataset *data = mg_session_dataset(session);
    mg_lines lines;
    mg_status status = mg_output_columns(output, tables[part].name, tables[part].columns,
                                         tables[part].n, err);

    *rows = 0;
    mg_lines_start(&lines, output);
    if (part == MG_INFO_SOURCES)
        print_sources(session, &lines, rows);
    for (size_t p = 0; part != MG_INFO_SOURCES && p < data->n_periods; p++) {
        if (!filter_period(filter, data->periods[p].period))
            continue;
        if (part == MG_INFO_COVERAGE)
            print_coverage(&data->periods[p], mg_session_ref(session), filter, &lines,
                           rows);
        else {
            print_partition(&data->periods[p], &lines);
            ++*rows;
        }
    }
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}
