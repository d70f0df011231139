/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reading.h - bytes through the program's whole reading path, from a file in
 * memory to rows, and what the account of it must say. */
#ifndef MG_FUZZ_READING_H
#define MG_FUZZ_READING_H

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "app/read.h"
#include "mirrorgap/hash.h"
#include "target.h"

struct reading {
    mg_status status;
    mg_error error;
    struct account account;
    uint64_t rows;
    mg_hasher *hasher; /* of the rows, field by field */
    mg_sum value;
};

static inline void hash_row(mg_hasher *hasher, const mg_row *r)
{
    const uint64_t keys[] = {r->period,
                             r->exporter,
                             r->importer,
                             r->hs,
                             r->vintage,
                             r->partner2,
                             r->customs,
                             r->mot,
                             r->flags,
                             r->mos,
                             r->edition,
                             r->flow,
                             (uint64_t)(r->unit + 1)};
    const double figures[] = {r->value_usd, r->kg, r->qty, r->cif_usd, r->fob_usd};

    mg_hasher_add(hasher, keys, sizeof keys);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        double f = isnan(figures[i]) ? -1 : figures[i];
        mg_hasher_add(hasher, &f, sizeof f);
    }
}

enum { READING_SOURCE = 3 }; /* the number that rows carry */

static inline void check_row(const mg_row *row)
{
    MUST(row->source == READING_SOURCE);
    MUST(row->flow >= MG_FLOW_M && row->flow < MG_FLOW_COUNT);
    MUST(row->edition < MG_EDITION_OTHER);
    MUST(row->value_usd >= 0 && row->value_usd <= 1e18);
    MUST(isnan(row->kg) || (row->kg > 0 && row->kg <= 1e18));
    MUST(isnan(row->qty) || (row->qty > 0 && row->qty <= 1e18));
    MUST(isnan(row->cif_usd) || (row->cif_usd > 0 && row->cif_usd <= 1e18));
    MUST(isnan(row->fob_usd) || (row->fob_usd > 0 && row->fob_usd <= 1e18));
    MUST(row->exporter != row->importer);
    MUST(row->period >= 1900 && row->period <= 210012);
}

static inline uint32_t fraction_bit(double v, mg_column column)
{
    return isnan(v) || v == floor(v) ? 0 : MG_BIT(column);
}

/* Each row as the headers promise it. */
static inline mg_status reading_take(void *self, const mg_packed *packed, uint32_t fine,
                                     mg_error *err)
{
    struct reading *r = self;
    const uint64_t *words = packed->words;
    uint32_t fractions = 0;

    (void)err;
    for (size_t run = 0; run < packed->n_runs; run++)
        for (uint32_t i = 0; i < packed->runs[run].n_rows; i++) {
            mg_row row;
            words += mg_unpack(words, packed->runs[run].period, &row);
            check_row(&row);
            fractions |= fraction_bit(row.value_usd, MG_C_VALUE) |
                         fraction_bit(row.kg, MG_C_KG) | fraction_bit(row.qty, MG_C_QTY) |
                         fraction_bit(row.cif_usd, MG_C_CIF) |
                         fraction_bit(row.fob_usd, MG_C_FOB);
            hash_row(r->hasher, &row);
            mg_sum_add(&r->value, row.value_usd);
            r->rows++;
        }
    MUST(words == packed->words + packed->n_words);
    MUST(fractions == fine);
    return MG_OK;
}

static inline const mg_ref *fuzz_ref(void)
{
    static mg_ref *ref;

    if (ref == NULL)
        MUST(mg_ref_load(MG_TEST_REF, &ref, NULL) == MG_OK);
    return ref;
}

/* A file in memory with the bytes; its path goes to `path`. */
static inline int memory_file(const void *bytes, size_t n, char path[64])
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    MUST(fd >= 0);
    MUST(write(fd, bytes, n) == (ssize_t)n);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

/* What must hold of an account, whatever was read. */
static inline void check_account(const struct reading *r)
{
    const struct account *a = &r->account;
    uint64_t total = 0;

    for (int f = 0; f < MG_FATE_COUNT; f++)
        total += a->tally.rows[f];
    MUST(total == a->records);
    MUST(a->tally.rows[MG_MALFORMED] == a->rejects.total);
    MUST(a->rejects.n <= a->rejects.total);
    MUST(r->rows >= a->tally.rows[MG_KEPT]);
    MUST(r->rows <= a->tally.rows[MG_KEPT] + a->tally.rows[MG_AGGREGATE_PARTNER]);
    for (size_t i = 0; i < a->rejects.n; i++) {
        const struct reject *j = &a->rejects.items[i];
        MUST(j->line > 0 && j->why != NULL && j->why[0] != '\0');
        MUST(i == 0 || j->byte >= a->rejects.items[i - 1].byte);
        MUST(mg_text_utf8((mg_cell){j->raw, strlen(j->raw)}));
    }
    MUST(r->status == MG_OK || r->error.what[0] != '\0');
    MUST(r->status != MG_OK || a->have_layout);
}

/* Reads the bytes; release with reading_release(). */
static inline void read_bytes(const void *bytes, size_t n, enum read_parser parser,
                              struct reading *r)
{
    const mg_source_options plain = {false};
    struct read_options options = {.ref = fuzz_ref(),
                                   .layout = -1,
                                   .parser = parser,
                                   .source = READING_SOURCE,
                                   .columns = MG_ALL_COLUMNS};
    struct row_sink sink = {reading_take, r};
    mg_source *source = NULL;
    char path[64];
    int fd = memory_file(bytes, n, path);

    *r = (struct reading){.hasher = mg_hasher_new()};
    MUST(r->hasher != NULL);
    r->status = mg_source_open(path, &plain, &source, &r->error);
    if (r->status == MG_OK)
        r->status =
            read_source(source, "fuzz", &options, &sink, NULL, &r->account, &r->error);
    mg_source_close(source);
    close(fd);
    check_account(r);
}

static inline void reading_release(struct reading *r)
{
    account_release(&r->account);
    mg_hasher_free(r->hasher);
}

/* Two ways of reading the same bytes must agree in everything. */
static inline void check_same_reading(const struct reading *a, const struct reading *b)
{
    MUST(a->status == b->status);
    MUST(strcmp(a->error.what, b->error.what) == 0);
    MUST(a->error.line == b->error.line);
    MUST(a->account.records == b->account.records);
    MUST(a->rows == b->rows);
    for (int f = 0; f < MG_FATE_COUNT; f++) {
        MUST(a->account.tally.rows[f] == b->account.tally.rows[f]);
        MUST(a->account.tally.value[f].fixed == b->account.tally.value[f].fixed);
    }
    MUST(mg_hash_equal(mg_hasher_value(a->hasher), mg_hasher_value(b->hasher)));
    MUST(a->account.rejects.total == b->account.rejects.total);
    MUST(a->account.rejects.n == b->account.rejects.n);
    for (size_t i = 0; i < a->account.rejects.n; i++) {
        const struct reject *x = &a->account.rejects.items[i];
        const struct reject *y = &b->account.rejects.items[i];
        MUST(x->line == y->line);
        MUST(x->byte == y->byte);
        MUST(x->column == y->column);
        MUST(strcmp(x->why, y->why) == 0);
        MUST(strcmp(x->field, y->field) == 0);
        MUST(strcmp(x->raw, y->raw) == 0);
    }
    MUST(a->account.notes.codes_restored == b->account.notes.codes_restored);
    MUST(a->account.notes.optional_unreadable == b->account.notes.optional_unreadable);
    MUST(a->account.notes.editions == b->account.notes.editions);
    MUST(memcmp(a->account.notes.unknown_areas, b->account.notes.unknown_areas,
                sizeof a->account.notes.unknown_areas) == 0);
    MUST(a->status != MG_OK || a->account.layout == b->account.layout);
}

#endif
