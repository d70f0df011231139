/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disk.h - files that are whole or not there. */
#ifndef MG_STORE_DISK_H
#define MG_STORE_DISK_H

#include "mirrorgap/hash.h"

/* Joins folder and name. Errors: MG_E_RANGE where the path gets too long. */
enum { DISK_PATH = 4096 };
MG_MUST_CHECK mg_status disk_path(const char *folder, const char *name,
                                  char path[DISK_PATH], mg_error *err);

/* Makes the folder where it is missing (its parent must exist) and syncs the
 * parent. Errors: MG_E_IO. */
MG_MUST_CHECK mg_status disk_make_folder(const char *folder, mg_error *err);

/* Flushes a folder's entries to the disk. */
MG_MUST_CHECK mg_status disk_sync_folder(const char *folder, mg_error *err);

/* Writes n bytes at offset `at` of an open file. */
MG_MUST_CHECK mg_status disk_write(int fd, const void *bytes, size_t n, uint64_t at,
                                   mg_error *err);
/* Reads exactly n bytes at offset `at`. */
MG_MUST_CHECK mg_status disk_read(int fd, void *bytes, size_t n, uint64_t at,
                                  mg_error *err);

/* Flushes a file to the disk, then renames it into place and flushes the
 * folder. On failure the temporary file is removed. */
MG_MUST_CHECK mg_status disk_put(const char *folder, const char *temporary,
                                 const char *name, mg_error *err);

/* Reads a whole file of at most `limit` bytes; the text is the caller's, with a
 * NUL behind it. Errors: MG_E_IO, MG_E_NOMEM, MG_E_STORE (too large). */
MG_MUST_CHECK mg_status disk_read_file(const char *path, size_t limit, char **text,
                                       size_t *n, mg_error *err);

#endif
