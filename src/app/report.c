/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report: a web page about a data set, and the tables behind it. */
#include "app/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/folder.h"
#include "app/subject.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/page.h"

bool mg_report_can(void)
{
    return mg_page_can();
}

mg_status report_take(struct report *r, const char *name, mg_held *held, mg_error *err)
{
    if (r->n_tables == REPORT_TABLES) {
        mg_held_free(held);
        return mg_fail(err, MG_E_RANGE, "the report has too many tables");
    }
    r->tables[r->n_tables].name = name;
    r->tables[r->n_tables++].held = held;
    return MG_OK;
}

mg_status report_table(struct report *r, const char *name, const char *title,
                       mg_held_keep keep, void *self, mg_held **held, mg_error *err)
{
    mg_status status = mg_held_new(title, keep, self, held, err);

    return status == MG_OK ? report_take(r, name, *held, err) : status;
}

const mg_held *report_find(const struct report *r, const char *name)
{
    for (size_t i = 0; i < r->n_tables; i++)
        if (strcmp(r->tables[i].name, name) == 0)
            return r->tables[i].held;
    return NULL;
}

static void release(struct report *r)
{
    for (size_t i = 0; i < r->n_tables; i++)
        mg_held_free(r->tables[i].held);
    for (size_t i = 0; i < r->n_explained; i++)
        free(r->explained[i].text);
    mg_held_free(r->most);
    free(r->explained);
    free(r->dossier);
}

void report_subject(const struct report *r, char *text, size_t room)
{
    subject_words(mg_session_ref(r->session), r->options->subject, r->chapter, text,
                  room);
}

void report_title(const struct report *r, char *text, size_t room)
{
    char subject[448];

    report_subject(r, subject, sizeof subject);
    if (r->options->title != NULL)
        snprintf(text, room, "%s", r->options->title);
    else
        snprintf(text, room, "Trade as both sides report it: %s", subject);
}

/* Tables of an earlier report that this one has not: of another country's dossier. */
static mg_status forget_others(const struct report *r, const char *folder, mg_error *err)
{
    static const char *const all[] = {"totals",
                                      "totals_by_partner",
                                      "totals_by_chapter",
                                      "screen",
                                      "after_ban",
                                      "watch",
                                      "caps",
                                      "events",
                                      "lookalike",
                                      "hubs",
                                      "rules"};
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < sizeof all / sizeof *all; i++) {
        char name[64];
        if (report_find(r, all[i]) != NULL)
            continue;
        snprintf(name, sizeof name, "%s.csv", all[i]);
        status = folder_forget(folder, name, err);
        snprintf(name, sizeof name, "%s.csv.meta.json", all[i]);
        if (status == MG_OK)
            status = folder_forget(folder, name, err);
    }
    return status;
}

static mg_status write_tables(const struct report *r, mg_error *err)
{
    char folder[FOLDER_PATH];
    mg_status status = MG_OK;

    if (!folder_path(r->options->folder, "data", "", folder, err))
        return MG_E_RANGE;
    status = folder_make(folder, err);
    if (status == MG_OK)
        status = forget_others(r, folder, err);
    for (size_t i = 0; status == MG_OK && i < r->n_tables; i++) {
        char path[FOLDER_PATH];
        mg_output_options form = r->options->output;
        if (!folder_path(folder, r->tables[i].name, ".csv", path, err))
            return MG_E_RANGE;
        form.path = path;
        form.format = MG_FORMAT_CSV;
        form.no_header = false;
        status = mg_held_write(r->tables[i].held, &form, err);
    }
    return status;
}

static mg_status write_page(const struct report *r, uint64_t *bytes, mg_error *err)
{
    char title[512];
    char *json = NULL;
    char *page = NULL;
    size_t n = 0;
    size_t length = 0;
    mg_status status = report_json(r, &json, &n, err);

    report_title(r, title, sizeof title);
    if (status == MG_OK)
        status = mg_page_make(title, json, n, &page, &length, err);
    if (status == MG_OK)
        status = folder_document(r->options->folder, "index.html", page, length, err);
    *bytes = length;
    free(page);
    free(json);
    return status;
}

static mg_status write_all(const struct report *r, uint64_t *bytes, mg_error *err)
{
    mg_status status = folder_make(r->options->folder, err);

    if (status == MG_OK)
        status = folder_forget(r->options->folder, "index.html", err);
    if (status == MG_OK)
        status = write_tables(r, err);
    if (status == MG_OK)
        status = report_package(r, err);
    if (status == MG_OK)
        status = report_provenance(r, err);
    return status == MG_OK ? write_page(r, bytes, err) : status;
}

mg_status mg_report_write(const mg_session *session, const mg_report_options *options,
                          const mg_talk *talk, mg_report_summary *summary, mg_error *err)
{
    struct report r = {.session = session, .options = options, .talk = talk};
    mg_status status = mg_report_can()
                           ? report_scores(&r, err)
                           : mg_page_make("", "", 0, &(char *){NULL}, &(size_t){0}, err);

    *summary = (mg_report_summary){0};
    if (status == MG_OK)
        status = report_gaps(&r, err);
    if (status == MG_OK)
        status = report_quality(&r, err);
    if (status == MG_OK && options->target != NULL)
        status = report_dossier(&r, err);
    if (status == MG_OK)
        status = report_summary(&r, err);
    if (status == MG_OK && r.flows + (r.dossier != NULL) > 0)
        status = write_all(&r, &summary->bytes, err);
    summary->flows = r.flows;
    summary->tables = r.n_tables;
    release(&r);
    return status;
}
