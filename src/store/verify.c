/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "store/h5file.h"
#include "store/open_store.h"

struct check {
    const char *folder;
    const mg_talk *talk;
    uint64_t *findings;
};

static void found(const struct check *c, const mg_error *e)
{
    ++*c->findings;
    mg_say(c->talk, MG_SAY_WARNING, "%s: %s", e->where[0] != '\0' ? e->where : c->folder,
           e->what);
}

static void found_text(const struct check *c, const char *name, const char *what)
{
    ++*c->findings;
    mg_say(c->talk, MG_SAY_WARNING, "%s/%s: %s", c->folder, name, what);
}

/* Reads every block of a table and checks its order and its rows' fates. */
static mg_status check_table(const struct check *c, const struct segments *s, size_t i,
                             mg_table table, mg_error *err)
{
    mg_stream rows;
    mg_row some[64];
    mg_row last = {0};
    size_t n = 1;
    bool ordered = true;
    bool fates = true;
    mg_status status = mg_dataset_stream(&s->data, i, table, &rows, err);

    while (status == MG_OK && n > 0) {
        status = rows.read(rows.self, some, sizeof some / sizeof *some, &n, err);
        for (size_t k = 0; status == MG_OK && k < n; k++) {
            mg_row now = some[k];
            now.source = now.seq = 0;
            ordered &= last.period == 0 || mg_row_order(&last, &now) <= 0;
            fates &= table == MG_T_OBSERVATIONS ? now.fate == MG_KEPT
                                                : now.fate < MG_FATE_COUNT;
            last = now;
        }
    }
    mg_stream_close(&rows);
    if (status == MG_OK && !ordered)
        found_text(c, s->manifest->segments[i].name, "rows are not in order");
    if (status == MG_OK && !fates)
        found_text(c, s->manifest->segments[i].name, "a row has an impossible fate");
    return status;
}

/* Rows in the tables against the counts by source: the ledger must add up. */
static void check_counts(const struct check *c, const struct segments *s, size_t i)
{
    const struct footer *f = &s->footers[i];
    uint64_t kept = 0;
    uint64_t others = 0;
    uint64_t covered = 0;

    for (size_t k = 0; k < f->n_fates; k++)
        *(f->fates[k].fate == MG_KEPT ? &kept : &others) += f->fates[k].rows;
    for (size_t k = 0; k < f->n_coverage; k++)
        covered += f->coverage[k].observations;
    if (kept > f->tables[MG_T_OBSERVATIONS].rows ||
        others != f->tables[MG_T_DETAILS].rows ||
        covered > f->tables[MG_T_OBSERVATIONS].rows)
        found_text(c, s->manifest->segments[i].name,
                   "the ledger's counts are not those of the tables");
}

static void check_segment(const struct check *c, const struct segments *s, size_t i)
{
    const struct segment_entry *e = &s->manifest->segments[i];
    char path[DISK_PATH];
    mg_error err = {0};
    mg_status status = disk_path(c->folder, e->name, path, &err);

    if (status == MG_OK)
        status = h5_check(path, &s->footers[i], &err);
    for (int t = 0; status == MG_OK && t < MG_TABLES; t++)
        status = check_table(c, s, i, (mg_table)t, &err);
    if (status != MG_OK) {
        mg_error_at(&err, path);
        found(c, &err);
        return;
    }
    check_counts(c, s, i);
}

/* The sum over sources of candidates against rows in the segments. */
static void check_ledger(const struct check *c, const mg_store *store)
{
    mg_fate_counts counts = {0};
    mg_error err = {0};

    if (mg_store_fates(store, &counts, &err) != MG_OK) {
        found(c, &err);
        return;
    }
    for (size_t s = 0; s < store->manifest.n_sources; s++) {
        const mg_source_info *source = &store->manifest.sources[s];
        uint64_t rows = 0;
        uint64_t read = 0;
        for (int f = 0; s < counts.n && f < MG_FATE_COUNT; f++)
            rows += counts.by_source[s][f].rows;
        for (int f = 0; f < MG_FATE_COUNT; f++)
            read += source->fates[f].rows;
        if (source->name == NULL ? rows != 0 : rows != source->fates[MG_KEPT].rows)
            found_text(c, source->name != NULL ? source->name : "(removed source)",
                       "its rows in the segments are not those that the manifest counts");
        if (source->name != NULL && read != source->records)
            found_text(c, source->name, "rows read are not rows kept and refused");
    }
    mg_fate_counts_release(&counts);
}

/* Files that are not the store's are never read, but told. */
static void check_folder(const struct check *c, const struct manifest *m)
{
    DIR *dir = opendir(c->folder);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        bool known = strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
                     strcmp(name, "LOCK") == 0 || strcmp(name, "MANIFEST.json") == 0;
        for (size_t i = 0; i < m->n_segments; i++)
            known |= strcmp(name, m->segments[i].name) == 0;
        if (!known)
            mg_say(
                c->talk, MG_SAY_INFO,
                "%s/%s: is not part of the store (left by a killed run: the next ingest "
                "removes it; or not ours)",
                c->folder, name);
    }
    if (dir != NULL)
        closedir(dir);
}

mg_status mg_store_verify(const char *path, const mg_talk *talk, uint64_t *findings,
                          mg_error *err)
{
    struct check c = {path, talk, findings};
    mg_store *store = NULL;
    mg_status status = mg_store_open(path, true, &store, err);

    *findings = 0;
    if (status != MG_OK)
        return status;
    for (size_t i = 0; i < store->segments.n; i++)
        check_segment(&c, &store->segments, i);
    check_ledger(&c, store);
    check_folder(&c, &store->manifest);
    mg_store_close(store);
    return MG_OK;
}
