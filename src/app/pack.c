/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A data set with what was made of it, as one HDF5 file: each table is the one that its
 * verb prints. */
#include "mirrorgap/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/code_tables.h"
#include "mirrorgap/app.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/version.h"

struct packing {
    const mg_session *session;
    const mg_pack_question *question;
    const mg_talk *talk;
    mg_pack *pack;
    const char *title; /* of the table that is made */
    mg_pack_summary *summary;
};

static mg_status take_table(void *self, const char *table,
                            const mg_output_column *columns, size_t n, mg_error *err)
{
    const struct packing *p = self;
    mg_pack_column *as = mg_alloc(n, sizeof *as);

    if (as == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot pack a table");
    for (size_t c = 0; c < n; c++)
        as[c] = (mg_pack_column){columns[c].name, columns[c].unit, columns[c].what,
                                 mg_output_is_number(&columns[c])};
    mg_status status = mg_pack_table(p->pack, table, p->title, as, n, err);
    free(as);
    return status;
}

static mg_status take_note(void *self, const char *name, const char *value, mg_error *err)
{
    const struct packing *p = self;

    return mg_pack_note(p->pack, name, value, err);
}

static mg_status take_field(void *self, const char *text, size_t n, mg_error *err)
{
    const struct packing *p = self;

    return mg_pack_field(p->pack, text, n, err);
}

static mg_status pack_observations(struct packing *p, mg_output *output, mg_error *err)
{
    return mg_dump_print(p->session, &p->question->mirror.filter, output,
                         &p->summary->observations, err);
}

static mg_status pack_pairs(struct packing *p, mg_output *output, mg_error *err)
{
    const mg_pairs_options options = {.mirror = p->question->mirror, .reconcile = -1};
    mg_pairs_summary summary;
    mg_status status =
        mg_pairs_print(p->session, &options, output, p->talk, &summary, err);

    p->summary->pairs = status == MG_OK ? summary.printed : 0;
    return status;
}

static mg_status pack_scores(struct packing *p, mg_output *output, mg_error *err)
{
    const mg_full_options options = {.mirror = p->question->mirror};
    mg_scores_summary summary = {0};
    mg_status status =
        mg_full_print(p->session, &options, output, p->talk, &summary, err);

    p->summary->scores = summary.printed;
    return status;
}

static mg_status pack_ledger(struct packing *p, mg_output *output, mg_error *err)
{
    uint64_t rows;

    return mg_ledger_print(p->session, true, output, &rows, err);
}

static mg_status pack_sources(struct packing *p, mg_output *output, mg_error *err)
{
    uint64_t rows;

    return mg_info_print(p->session, MG_INFO_SOURCES, &p->question->mirror.filter, output,
                         &rows, err);
}

static mg_status pack_areas(struct packing *p, mg_output *output, mg_error *err)
{
    return code_table_countries(mg_session_ref(p->session), output, err);
}

static mg_status pack_chapters(struct packing *p, mg_output *output, mg_error *err)
{
    return code_table_chapters(mg_session_ref(p->session), output, err);
}

static mg_status pack_units(struct packing *p, mg_output *output, mg_error *err)
{
    return code_table_units(mg_session_ref(p->session), output, err);
}

static const struct {
    mg_status (*make)(struct packing *p, mg_output *output, mg_error *err);
    const char *title;
} tables[] = {
    {pack_observations, "clean rows as filed"},
    {pack_pairs, "what each side reported of each flow, and the gap"},
    {pack_scores, "flows by how surprising their gap is"},
    {pack_ledger, "what became of every row read"},
    {pack_sources, "the files read, and their hashes"},
    {pack_areas, "codes of countries and areas"},
    {pack_chapters, "chapters of the Harmonized System"},
    {pack_units, "quantity units"},
};

static mg_status pack_provenance(const struct packing *p, mg_error *err)
{
    const struct {
        const char *name, *value;
    } notes[] = {
        {"title", "mirrorgap: trade as reported by both sides"},
        {"Conventions", "mirrorgap-pack-1: a group a table, a dataset a column"},
        {"source", "UN Comtrade reports as ingested; the files stand in /sources"},
        {"licence_note", "UN Comtrade's terms restrict bulk re-dissemination"},
        {"data", mg_session_identity(p->session)},
        {"generator", p->question->no_provenance ? NULL : "mirrorgap " MG_VERSION},
        {"history", p->question->no_provenance ? NULL : p->question->command},
    };
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < sizeof notes / sizeof *notes; i++)
        if (notes[i].value != NULL)
            status = mg_pack_note(p->pack, notes[i].name, notes[i].value, err);
    return status;
}

mg_status mg_pack_store(const mg_session *session, const mg_pack_question *question,
                        const mg_talk *talk, mg_pack_summary *summary, mg_error *err)
{
    struct packing p = {session, question, talk, NULL, NULL, summary};
    const mg_output_options options = {.format = MG_FORMAT_SINK,
                                       .sink = {&p, take_table, take_note, take_field}};

    *summary = (mg_pack_summary){0};
    mg_status status = mg_pack_new(question->path, &p.pack, err);
    if (status == MG_OK)
        status = pack_provenance(&p, err);
    for (size_t t = 0; status == MG_OK && t < sizeof tables / sizeof *tables; t++) {
        mg_output *output;
        p.title = tables[t].title;
        status = mg_output_new(&options, &output, err);
        if (status == MG_OK)
            status = tables[t].make(&p, output, err);
        mg_output_free(output);
    }
    if (status == MG_OK)
        status = mg_pack_end(p.pack, err);
    mg_pack_free(p.pack);
    return status;
}
