/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far the data can be trusted: who reported when, what became of the rows, how
 * reliable reporters are; and what codes mean. */
#include "app/code_tables.h"
#include "app/report.h"

typedef mg_status (*fill)(const struct report *r, mg_output *output, mg_error *err);

static mg_status fill_coverage(const struct report *r, mg_output *output, mg_error *err)
{
    uint64_t rows;

    return mg_info_print(r->session, MG_INFO_COVERAGE, &r->options->mirror.filter, output,
                         &rows, err);
}

static mg_status fill_ledger(const struct report *r, mg_output *output, mg_error *err)
{
    uint64_t rows;

    return mg_ledger_print(r->session, false, output, &rows, err);
}

/* Of all data: how reliable a reporter is does not depend on what is looked at. */
static mg_status fill_reliability(const struct report *r, mg_output *output,
                                  mg_error *err)
{
    mg_reliability_question question = {.mirror = r->options->mirror};
    uint64_t rows;

    question.mirror.filter = (mg_filter){.level = -1};
    return mg_reliability_print(r->session, &question, output, r->talk, &rows, err);
}

static mg_status fill_sources(const struct report *r, mg_output *output, mg_error *err)
{
    uint64_t rows;

    return mg_info_print(r->session, MG_INFO_SOURCES, &r->options->mirror.filter, output,
                         &rows, err);
}

static mg_status fill_countries(const struct report *r, mg_output *output, mg_error *err)
{
    return code_table_countries(mg_session_ref(r->session), output, err);
}

static mg_status fill_chapters(const struct report *r, mg_output *output, mg_error *err)
{
    return code_table_chapters(mg_session_ref(r->session), output, err);
}

mg_status report_quality(struct report *r, mg_error *err)
{
    static const struct {
        const char *name, *title;
        fill fill;
    } tables[] = {
        {"coverage", "who reported, by period and flow", fill_coverage},
        {"ledger", "what became of every row read", fill_ledger},
        {"reliability", "how reliable each reporter's figures are", fill_reliability},
        {"sources", "the files read, and their hashes", fill_sources},
        {"countries", "codes of countries and areas", fill_countries},
        {"chapters", "chapters of the Harmonized System", fill_chapters},
    };
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < sizeof tables / sizeof *tables; i++) {
        mg_held *held = NULL;
        mg_output *output = NULL;
        status = report_table(r, tables[i].name, tables[i].title, NULL, NULL, &held, err);
        if (status == MG_OK)
            status = mg_held_output(held, &output, err);
        if (status == MG_OK)
            status = tables[i].fill(r, output, err);
        mg_output_free(output);
    }
    return status;
}
