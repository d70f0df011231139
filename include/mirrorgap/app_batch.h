/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app_batch.h - what a batch of verbs has to know of files and stores: whether they are
 * still what they were, and how much there is to read. */
#ifndef MG_APP_BATCH_H
#define MG_APP_BATCH_H

#include "mirrorgap/hash.h"

/* What lies at `path`: a file's bytes; a store's manifest, which has the checksums of
 * all; of another folder the names and bytes of its files, in order. *bytes: of what was
 * read. Where there is nothing, *found is false and *hash zero. Errors: MG_E_IO,
 * MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_batch_hash(const char *path, mg_hash *hash, uint64_t *bytes,
                                      bool *found, mg_error *err);

/* Rows and bytes on disk of files and folders that `ingest` would read. Rows are told
 * from the first 16 MiB of text of each, so they are an estimate unless all is shorter.
 * Errors: as reading. */
MG_MUST_CHECK mg_status mg_batch_files(const char *const *files, size_t n, uint64_t *rows,
                                       uint64_t *bytes, mg_error *err);

/* Observations and bytes of a store; *found is false where there is none. Errors:
 * MG_E_STORE (damaged), MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_batch_store(const char *store, uint64_t *rows, uint64_t *bytes,
                                       bool *found, mg_error *err);

#endif
