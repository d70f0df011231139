/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/synth.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"
#include "synth/world.h"

/* Reporters whose rows are made at once. */
enum { AT_ONCE = 16, PATH_ROOM = 4096 };

static mg_status file_failed(const char *path, const char *what, mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_IO, "cannot %s: %s", what, strerror(errno));

    mg_error_at(err, path);
    return status;
}

/* A file that is being written beside its place. */
struct file {
    char path[PATH_ROOM], temporary[PATH_ROOM + 32];
    int fd;
};

static mg_status file_open(struct file *f, const char *folder, const char *name,
                           mg_error *err)
{
    int n = snprintf(f->path, sizeof f->path, "%s/%s", folder, name);

    f->fd = -1;
    if (n < 0 || (size_t)n >= sizeof f->path)
        return mg_fail(err, MG_E_IO, "the path of '%s' is too long", name);
    snprintf(f->temporary, sizeof f->temporary, "%s.tmp.%ld", f->path, (long)getpid());
    f->fd = open(f->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return f->fd >= 0 ? MG_OK : file_failed(f->path, "create", err);
}

static mg_status file_write(const struct file *f, const struct text *t,
                            mg_synth_result *result, mg_error *err)
{
    for (size_t done = 0; done < t->n;) {
        ssize_t n = write(f->fd, t->bytes + done, t->n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return file_failed(f->path, "write", err);
        done += (size_t)n;
    }
    result->bytes += t->n;
    return MG_OK;
}

/* Puts the file in place, or takes it away again where something failed. */
static mg_status file_end(struct file *f, mg_status status, mg_synth_result *result,
                          mg_error *err)
{
    if (f->fd < 0)
        return status;
    if (status == MG_OK && fsync(f->fd) != 0 && errno != EINVAL)
        status = file_failed(f->path, "flush", err);
    if (close(f->fd) != 0 && status == MG_OK)
        status = file_failed(f->path, "close", err);
    if (status == MG_OK && rename(f->temporary, f->path) != 0)
        status = file_failed(f->path, "rename", err);
    if (status == MG_OK)
        result->files++;
    else
        unlink(f->temporary);
    f->fd = -1;
    return status;
}

/* COMTRADE-FINAL-CA1562017H5[2018-07-15].txt: countries publish at their pace. */
static void bulk_name(const struct slice *y, size_t reporter, char name[96])
{
    const struct actor *a = &y->w->actors[reporter];
    struct draw_key key = {y->w->options.seed, a->code, 0, 0, y->period};
    uint64_t bits = draw_bits(&key, DRAW_YEAR);
    unsigned year = period_year(y->period);

    snprintf(name, 96, "COMTRADE-FINAL-CA%03u%u%s[%u-%02u-%02u].txt", (unsigned)a->code,
             y->period, mg_edition_name(actor_edition(a, year)), year + 1,
             (unsigned)(bits % 12 + 1), (unsigned)(bits / 12 % 28 + 1));
}

/* A reporter's rows into a file of its own (`common` NULL) or into a common one. */
static mg_status put_reporter(const struct slice *y, size_t reporter,
                              const struct text *rows, const struct file *common,
                              mg_error *err)
{
    struct row_writer writer = {y->w->ref, y->w->options.layout};
    struct text header = {0};
    struct file file;
    char name[96];

    if (common != NULL)
        return file_write(common, rows, y->result, err);
    if (rows->n == 0)
        return MG_OK; /* it did not file that year */
    bulk_name(y, reporter, name);
    row_header(&writer, &header);
    mg_status status = file_open(&file, y->w->options.folder, name, err);
    if (status == MG_OK)
        status = file_write(&file, &header, y->result, err);
    if (status == MG_OK)
        status = file_write(&file, rows, y->result, err);
    free(header.bytes);
    return file_end(&file, status, y->result, err);
}

/* All reporters: rows are made in parallel, some at a time, and put in order. */
static mg_status put_reporters(const struct slice *y, const struct file *common,
                               mg_error *err)
{
    struct text texts[AT_ONCE] = {{0}};
    mg_status made[AT_ONCE];
    mg_status status = MG_OK;

    for (size_t from = 0; status == MG_OK && from < y->w->n_reporters; from += AT_ONCE) {
        size_t n = y->w->n_reporters - from < AT_ONCE ? y->w->n_reporters - from
                                                      : (size_t)AT_ONCE;
#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
        for (size_t i = 0; i < n; i++) {
            texts[i].n = 0;
            texts[i].rows = 0;
            made[i] = reporter_rows(y, from + i, &texts[i], NULL);
        }
        for (size_t i = 0; status == MG_OK && i < n; i++) {
            status = made[i] == MG_OK
                         ? put_reporter(y, from + i, &texts[i], common, err)
                         : mg_fail(err, made[i], "cannot hold the rows of a reporter");
            y->result->rows += texts[i].rows;
        }
    }
    for (size_t i = 0; i < AT_ONCE; i++)
        free(texts[i].bytes);
    return status;
}

static mg_status put_period(const struct slice *y, mg_error *err)
{
    const mg_synth_options *o = &y->w->options;
    struct row_writer writer = {y->w->ref, o->layout};
    struct text header = {0};
    struct file file;
    char name[96];

    if (o->layout == MG_LAYOUT_PLUS_BULK)
        return put_reporters(y, NULL, err);
    snprintf(name, sizeof name, "%s-%u.csv", mg_layout_name(o->layout), y->period);
    row_header(&writer, &header);
    mg_status status = file_open(&file, o->folder, name, err);
    if (status == MG_OK)
        status = file_write(&file, &header, y->result, err);
    if (status == MG_OK)
        status = put_reporters(y, &file, err);
    free(header.bytes);
    return file_end(&file, status, y->result, err);
}

static mg_status make_period(const struct world *w, unsigned period,
                             struct planting *planting, mg_synth_result *result,
                             mg_error *err)
{
    struct cells cells;
    struct by_importer index = {0};
    mg_status status = cells_make(w, period, &cells, err);

    if (status != MG_OK)
        return status;
    result->cells += cells.n;
    status = plant_cells(w, period, &cells, planting, result, err);
    if (status == MG_OK)
        status = by_importer_make(w, &cells, &index, err);
    if (status == MG_OK) {
        struct slice y = {w, period, &cells, &index, result};
        status = put_period(&y, err);
    }
    by_importer_release(&index);
    cells_release(&cells);
    return status;
}

static bool is_period(unsigned period)
{
    unsigned year = period_year(period);

    return year >= MG_SYNTH_FIRST_YEAR && year <= MG_SYNTH_LAST_YEAR &&
           (period == year || (period % 100 >= 1 && period % 100 <= 12));
}

static mg_status check(const mg_synth_options *o, mg_error *err)
{
    if (o->layout != MG_LAYOUT_PLUS && o->layout != MG_LAYOUT_PLUS_BULK &&
        o->layout != MG_LAYOUT_LEGACY_WEB)
        return mg_fail(err, MG_E_RANGE,
                       "synth writes the layouts plus, legacy-web and plus-bulk");
    if (o->reporters < MG_SYNTH_REPORTERS_MIN || o->reporters > MG_SYNTH_REPORTERS_MAX)
        return mg_fail(err, MG_E_RANGE, "%u reporters: %d to %d are possible",
                       o->reporters, (int)MG_SYNTH_REPORTERS_MIN,
                       (int)MG_SYNTH_REPORTERS_MAX);
    if (o->commodities < MG_SYNTH_COMMODITIES_MIN ||
        o->commodities > MG_SYNTH_COMMODITIES_MAX)
        return mg_fail(err, MG_E_RANGE, "%u commodities: %d to %d are possible",
                       o->commodities, (int)MG_SYNTH_COMMODITIES_MIN,
                       (int)MG_SYNTH_COMMODITIES_MAX);
    if (!is_period(o->first) || !is_period(o->last) || o->first > o->last ||
        (o->first > 9999) != (o->last > 9999))
        return mg_fail(err, MG_E_RANGE, "periods must be years from %d to %d, or months",
                       (int)MG_SYNTH_FIRST_YEAR, (int)MG_SYNTH_LAST_YEAR);
    if (o->tails == 1 || o->tails > MG_SYNTH_TAILS_MAX)
        return mg_fail(err, MG_E_RANGE,
                       "tails must be 0 (normal) or 2 to %d degrees of freedom",
                       (int)MG_SYNTH_TAILS_MAX);
    if (!(o->quality >= 0 && o->quality <= 2))
        return mg_fail(err, MG_E_RANGE, "the spread of quality must be 0 to 2");
    if (!(o->share >= 0 && o->share <= 0.2))
        return mg_fail(err, MG_E_RANGE, "the share of planted cells must be 0 to 0.2");
    return MG_OK;
}

static mg_status put_truth(const struct world *w, const struct text *truth,
                           mg_synth_result *result, mg_error *err)
{
    struct file file;
    mg_status status;

    if (truth->failed)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the truth");
    status = file_open(&file, w->options.folder, "truth.csv", err);
    if (status == MG_OK)
        status = file_write(&file, truth, result, err);
    return file_end(&file, status, result, err);
}

static unsigned periods_between(unsigned first, unsigned last)
{
    unsigned years = period_year(last) - period_year(first);

    return (first > 9999 ? 12 * years + last % 100 - first % 100 : years) + 1;
}

mg_status mg_synth_write(const mg_ref *ref, const mg_synth_options *o,
                         const mg_talk *talk, mg_synth_result *result, mg_error *err)
{
    static const char header[] =
        "kind,period,exporter,importer,hs,side,true_usd,reported_usd,note\n";
    struct planting planting = {0};
    struct world w;
    mg_status status = check(o, err);

    *result = (mg_synth_result){0};
    if (status != MG_OK)
        return status;
    status = world_make(ref, o, &w, err);
    if (status != MG_OK)
        return status;
    if (mkdir(o->folder, 0777) != 0 && errno != EEXIST)
        status = file_failed(o->folder, "make the folder", err);
    text_add(&planting.truth, header, strlen(header));
    const unsigned n = periods_between(o->first, o->last);
    unsigned done = 0;
    for (unsigned p = o->first; status == MG_OK && p <= o->last; p = period_after(p)) {
        mg_progress progress = {done++, n, result->rows, "writing"};
        mg_show_progress(talk, &progress);
        status = make_period(&w, p, &planting, result, err);
        if (status == MG_OK)
            status = mg_check_stop(talk, err);
    }
    if (status == MG_OK)
        status = put_truth(&w, &planting.truth, result, err);
    planting_release(&planting);
    world_release(&w);
    return status;
}
