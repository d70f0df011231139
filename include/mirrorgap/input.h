/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input.h - from files and standard input to the bytes of text they hold.
 *
 * A source is what the user named: a file or "-". It holds one or more members
 * (a zip archive has many, anything else one). Compression is told by content.
 * One object belongs to one thread at a time. */
#ifndef MG_INPUT_H
#define MG_INPUT_H

#include "mirrorgap/hash.h"

typedef struct mg_source mg_source;

typedef struct mg_source_options {
    bool allow_bomb; /* read data that unpacks to more than 200 times its size */
} mg_source_options;

/* Opens `path`, a regular file, or standard input for "-". On failure *source
 * is NULL. Errors: MG_E_IO (missing, unreadable, neither file nor "-"),
 * MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_source_open(const char *path, const mg_source_options *options,
                                       mg_source **source, mg_error *err);

/* Goes to the next member; *name is its name inside an archive, "" for the
 * only one, valid until the next call; NULL after the last.
 * Errors: MG_E_PARSE (damaged archive), MG_E_IO. */
MG_MUST_CHECK mg_status mg_source_next(mg_source *source, const char **name,
                                       mg_error *err);

/* Reads up to `room` bytes of the member's text; *n is 0 only at its end, where
 * checksums and lengths of compressed data have been checked.
 * Errors: MG_E_PARSE (truncated or corrupt data, with the offset), MG_E_IO. */
MG_MUST_CHECK mg_status mg_source_read(mg_source *source, char *text, size_t room,
                                       size_t *n, mg_error *err);

/* After the last member: what was read, and whether the file is still the one
 * that was opened. Errors: MG_E_CHANGED, MG_E_IO. */
MG_MUST_CHECK mg_status mg_source_finish(mg_source *source, mg_hash *hash, uint64_t *size,
                                         mg_error *err);

/* Raw bytes read so far, and in all (0: unknown), for progress. */
uint64_t mg_source_bytes(const mg_source *source);
uint64_t mg_source_total(const mg_source *source);

/* NULL is allowed. Never fails. */
void mg_source_close(mg_source *source);

/* The files to read for what the user named: folders are walked in the order
 * of their names, leaving out hidden files and what is plainly no data by its
 * name (README, .md, .pdf, .xlsx, scripts …), which `skipped` counts. *paths is the
 * caller's: mg_paths_free(). Errors: MG_E_IO, MG_E_NOMEM. */
typedef struct mg_paths {
    char **items;
    size_t n, room;
    size_t skipped;
} mg_paths;
MG_MUST_CHECK mg_status mg_paths_expand(const char *const *named, size_t n,
                                        mg_paths *paths, mg_error *err);
void mg_paths_free(mg_paths *paths);

#endif
