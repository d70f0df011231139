/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.h - the store: a folder of immutable segments and a manifest.
 *
 * Readers see the last committed manifest throughout; there is one writer at a
 * time. A commit is whole or not at all, also when the process is killed or the
 * power fails (docs/store.md). The only user of libhdf5. */
#ifndef MG_STORE_H
#define MG_STORE_H

#include "mirrorgap/dataset.h"
#include "mirrorgap/hash.h"
#include "mirrorgap/sum.h"
#include "mirrorgap/talk.h"

/* A source as the manifest knows it. */
typedef struct mg_source_info {
    uint32_t id;   /* the order of reading */
    char *name;    /* as given when it was ingested; NULL: removed */
    mg_hash hash;  /* XXH3-128 of its bytes as they lay on disk */
    uint64_t size; /* bytes */
    char layout[24];
    uint32_t vintage;  /* 20230501; 0: unknown, or by row */
    uint32_t schema;   /* MG_SCHEMA_VERSION that read it */
    uint64_t records;  /* rows read */
    uint64_t restored; /* codes that had lost a zero */
    /* rows and value by what the row-wise rule made of them; MG_KEPT counts the
     * candidates that went on to the rule on sorted rows */
    mg_fate_count fates[MG_FATE_COUNT];
} mg_source_info;

typedef struct mg_store mg_store;

/* Opens the store at `path` for reading: takes a shared lock, reads the
 * manifest and every segment's index, and compares each segment's size and
 * checksum with the manifest; unless `whole`, the checksum of the index alone:
 * blocks are compared with their own as they are read. On failure *store is NULL.
 * Errors: MG_E_IO (no store there), MG_E_STORE (damaged: names the file),
 * MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_store_open(const char *path, bool whole, mg_store **store,
                                      mg_error *err);
void mg_store_close(mg_store *store);

const mg_dataset *mg_store_dataset(const mg_store *store);
/* All sources ever, by id; removed ones have no name. */
const mg_source_info *mg_store_sources(const mg_store *store, size_t *n);
/* Rows and value by source and fate, from all segments; indexed like sources.
 * Errors: MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_store_fates(const mg_store *store, mg_fate_counts *counts,
                                       mg_error *err);
/* A checksum of the content: the same rows from the same sources give the same. */
mg_hash mg_store_hash(const mg_store *store);
/* Bytes of all segments; *read: those that were read, be it only to check them. */
uint64_t mg_store_bytes(const mg_store *store, uint64_t *read);
uint64_t mg_store_generation(const mg_store *store);

typedef struct mg_segment_info {
    const char *name;
    uint32_t period;
    uint64_t size;
    size_t codes;
} mg_segment_info;
size_t mg_store_segments(const mg_store *store);
mg_segment_info mg_store_segment(const mg_store *store, size_t i);

/* Checks everything: files that do not belong, every chunk, row order, counts,
 * and that libhdf5 agrees. Each finding goes to talk as a warning; *findings
 * counts them. Errors: as mg_store_open() where it cannot even be opened. */
MG_MUST_CHECK mg_status mg_store_verify(const char *path, const mg_talk *talk,
                                        uint64_t *findings, mg_error *err);

/* ---- writing ---- */

typedef struct mg_writer mg_writer;

/* Opens for writing: makes the folder where there is none, takes the writer's
 * lock (MG_E_BUSY: "in use by pid N"; wait: waits instead), reads the manifest,
 * and removes what a killed writer left behind. */
MG_MUST_CHECK mg_status mg_writer_open(const char *path, bool wait, mg_writer **writer,
                                       mg_error *err);
/* Without a commit, nothing has happened. NULL is allowed. */
void mg_writer_close(mg_writer *writer);

/* The sources in the store so far, as mg_store_sources(). */
const mg_source_info *mg_writer_sources(const mg_writer *writer, size_t *n);

/* The id that the next source gets. */
uint32_t mg_writer_next_source(const mg_writer *writer);
/* Registers a source under the next id; strings are copied. */
MG_MUST_CHECK mg_status mg_writer_add_source(mg_writer *writer,
                                             const mg_source_info *info, mg_error *err);
/* Marks a source as removed; its rows go when the periods are rewritten. */
void mg_writer_remove_source(mg_writer *writer, uint32_t id);

/* The data set as it was when the writer was opened or last committed. */
const mg_dataset *mg_writer_dataset(const mg_writer *writer);

/* Writes the segment of one period anew. produce() sends the period's cleaned
 * rows to the sink and returns their counts; it is called again when a column
 * needs a wider form. May be called for different periods at once. A period
 * without rows loses its segment. fine: MG_BIT()s of columns known to hold
 * fractions. Errors: MG_E_IO, MG_E_NOMEM, those of produce(). */
typedef struct mg_producer {
    mg_status (*produce)(void *self, const mg_clean_sink *sink, mg_fate_counts *counts,
                         mg_error *err);
    void *self;
} mg_producer;
MG_MUST_CHECK mg_status mg_writer_put_period(mg_writer *writer, uint32_t period,
                                             const mg_producer *producer, uint32_t fine,
                                             mg_error *err);

/* Makes all that was put and registered since the last commit durable, at once,
 * and removes segments that no reader can need. */
MG_MUST_CHECK mg_status mg_writer_commit(mg_writer *writer, mg_error *err);

#endif
