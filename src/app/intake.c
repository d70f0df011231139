/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/intake.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/rejects.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/version.h"

enum { MEMORY_DEFAULT = 64 << 20 };

mg_status intake_start(struct intake *in, size_t memory, const char *folder,
                       mg_error *err)
{
    size_t budget = folder == NULL ? 0 : memory == 0 ? MEMORY_DEFAULT : memory;

    in->n_attempts = 0;
    in->fine = 0;
    return mg_sorter_new(budget, folder != NULL ? folder : ".", &in->sorter, err);
}

void intake_release(struct intake *in)
{
    mg_sorter_free(in->sorter);
    free(in->source_of);
    *in = (struct intake){.ref = in->ref, .columns = in->columns};
}

void intake_accept(struct intake *in, uint32_t source)
{
    in->source_of[in->n_attempts - 1] = source + 1;
}

static mg_status take_rows(void *self, const mg_packed *rows, uint32_t fine,
                           mg_error *err)
{
    struct intake *in = self;

    in->fine |= fine;
    return mg_sorter_add(in->sorter, rows, err);
}

/* A file of a size that the store knows is hashed before it is parsed. */
static mg_status known_before(const char *path, struct taken *t, mg_error *err)
{
    struct stat st;
    mg_status status = MG_OK;

    t->already = false;
    if (t->known == NULL || strcmp(path, "-") == 0 || stat(path, &st) != 0 ||
        !S_ISREG(st.st_mode) || !t->maybe_known(t->self, (uint64_t)st.st_size))
        return MG_OK; /* what is wrong with it shows when it is opened */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return MG_OK;
    status = mg_hash_file(fd, &t->hash, &t->size, err);
    close(fd);
    if (status == MG_OK)
        t->already = t->known(t->self, t->hash, t->size);
    else
        mg_error_at(err, path);
    return status;
}

static mg_status read_attempt(struct intake *in, const char *path,
                              const mg_read_options *options, const mg_talk *talk,
                              struct taken *t, mg_error *err)
{
    struct row_sink sink = {take_rows, in};
    struct read_options read = {.ref = in->ref,
                                .layout = options->layout,
                                .classification = options->classification,
                                .parser = (enum read_parser)options->parser,
                                .strict_codes = options->strict_codes,
                                .allow_truncated = options->allow_truncated,
                                .vintage = t->vintage,
                                .columns = in->columns,
                                .source = (uint32_t)in->n_attempts - 1};
    mg_source_options source_options = {options->allow_bomb};
    mg_source *source = NULL;
    mg_status status = mg_source_open(path, &source_options, &source, err);

    if (status == MG_OK)
        status = read_source(source, path, &read, &sink, talk, &t->account, err);
    if (status == MG_OK) {
        status = mg_source_finish(source, &t->hash, &t->size, err);
        if (status != MG_OK)
            mg_error_at(err, path);
    }
    mg_source_close(source);
    return status;
}

mg_status intake_file(struct intake *in, const char *path, const mg_read_options *options,
                      const mg_talk *talk, struct taken *t, mg_error *err)
{
    mg_status status = known_before(path, t, err);

    if (status != MG_OK || t->already)
        return status;
    status = mg_grow((void **)&in->source_of, &in->room, in->n_attempts + 1,
                     sizeof *in->source_of, err);
    if (status != MG_OK)
        return status;
    in->source_of[in->n_attempts++] = INTAKE_DROPPED;
    t->vintage = options->vintage != 0 ? options->vintage : mg_vintage_of_name(path);
    status = read_attempt(in, path, options, talk, t, err);
    mg_status told =
        tell_rejects(path, options, talk, &t->account, status == MG_OK ? err : NULL);
    if (status == MG_OK)
        status = told;
    if (status == MG_OK)
        status = judge_rejects(path, options, &t->account, err);
    if (status == MG_OK)
        tell_notes(path, in->ref, talk, &t->account);
    if (status == MG_OK && t->known != NULL)
        t->already = t->known(t->self, t->hash, t->size);
    return status;
}

void taken_describe(const struct taken *t, const char *path, mg_source_info *info)
{
    *info = (mg_source_info){.name = (char *)(uintptr_t)path,
                             .hash = t->hash,
                             .size = t->size,
                             .vintage = t->vintage,
                             .schema = MG_SCHEMA_VERSION,
                             .records = t->account.records,
                             .restored = t->account.notes.codes_restored};
    if (t->account.have_layout)
        strcpy(info->layout, mg_layout_name(t->account.layout));
    for (int f = 0; f < MG_FATE_COUNT; f++)
        info->fates[f] =
            (mg_fate_count){t->account.tally.rows[f], t->account.tally.value[f]};
}

/* Attempts become sources; rows of failed ones are left out. */
struct renumber {
    const struct intake *intake;
    mg_stream rows;
};

static mg_status renumber_read(void *self, mg_row *rows, size_t room, size_t *n,
                               mg_error *err)
{
    struct renumber *r = self;
    const uint32_t *source_of = r->intake->source_of;
    size_t got = 0;

    *n = 0;
    do {
        mg_status status = r->rows.read(r->rows.self, rows, room, &got, err);
        if (status != MG_OK)
            return status;
        for (size_t i = 0; i < got; i++) {
            uint32_t source = source_of[rows[i].source];
            if (source == INTAKE_DROPPED)
                continue;
            if (*n < i)
                rows[*n] = rows[i];
            rows[(*n)++].source = source - 1;
        }
    } while (got > 0 && *n == 0);
    return MG_OK;
}

static void renumber_close(void *self)
{
    struct renumber *r = self;

    mg_stream_close(&r->rows);
    free(r);
}

static mg_status new_rows(struct intake *in, uint32_t period, mg_stream *stream,
                          mg_error *err)
{
    struct renumber *r = mg_alloc_zero(1, sizeof *r);
    mg_status status;

    *stream = (mg_stream){0};
    if (r == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot read sorted rows");
    r->intake = in;
    status = mg_sorter_open(in->sorter, period, &r->rows, err);
    if (status != MG_OK) {
        free(r);
        return status;
    }
    *stream = (mg_stream){renumber_read, renumber_close, r};
    return MG_OK;
}

mg_status intake_clean(struct intake *in, uint32_t period, const mg_dataset *old,
                       const mg_clean_sink *sink, mg_fate_counts *counts, mg_error *err)
{
    mg_stream parts[2] = {{0}};
    mg_stream rows = {0};
    size_t n = 1;
    mg_status status = new_rows(in, period, &parts[0], err);

    for (size_t i = 0; status == MG_OK && old != NULL && i < old->n_periods; i++)
        if (old->periods[i].period == period)
            status = dataset_rows(old, i, -1, &parts[n++], err);
    if (status != MG_OK) {
        mg_stream_close(&parts[0]);
        return status;
    }
    status = mg_stream_merge(parts, n, &rows, err);
    if (status == MG_OK)
        status = mg_clean(&rows, sink, counts, err);
    mg_stream_close(&rows);
    return status;
}

/* Leaves the rows of one source out. */
struct without {
    mg_stream rows;
    uint32_t source;
};

static mg_status without_read(void *self, mg_row *rows, size_t room, size_t *n,
                              mg_error *err)
{
    struct without *w = self;
    size_t got = 0;

    *n = 0;
    do {
        mg_status status = w->rows.read(w->rows.self, rows, room, &got, err);
        if (status != MG_OK)
            return status;
        for (size_t i = 0; i < got; i++)
            if (rows[i].source != w->source)
                rows[(*n)++] = rows[i];
    } while (got > 0 && *n == 0);
    return MG_OK;
}

static void without_close(void *self)
{
    struct without *w = self;

    mg_stream_close(&w->rows);
    free(w);
}

mg_status dataset_rows(const mg_dataset *data, size_t period, int64_t drop,
                       mg_stream *stream, mg_error *err)
{
    mg_stream tables[MG_TABLES] = {{0}};
    mg_status status = MG_OK;

    *stream = (mg_stream){0};
    for (int t = 0; status == MG_OK && t < MG_TABLES; t++)
        status = mg_dataset_stream(data, period, (mg_table)t, &tables[t], err);
    if (status != MG_OK) {
        for (int t = 0; t < MG_TABLES; t++)
            mg_stream_close(&tables[t]);
        return status;
    }
    status = mg_stream_merge(tables, MG_TABLES, stream, err);
    if (status != MG_OK || drop < 0)
        return status;
    struct without *w = mg_alloc_zero(1, sizeof *w);
    if (w == NULL) {
        mg_stream_close(stream);
        return mg_fail(err, MG_E_NOMEM, "cannot filter rows");
    }
    *w = (struct without){*stream, (uint32_t)drop};
    *stream = (mg_stream){without_read, without_close, w};
    return MG_OK;
}
