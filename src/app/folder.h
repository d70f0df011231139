/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - a folder that several files are written to. */
#ifndef MG_APP_FOLDER_H
#define MG_APP_FOLDER_H

#include "mirrorgap/output.h"

enum { FOLDER_PATH = 4096 };

/* Makes the folder, and those above it, where there is none. Errors: MG_E_IO. */
MG_MUST_CHECK mg_status folder_make(const char *folder, mg_error *err);

/* folder/name with the ending; false, with err set (MG_E_RANGE), where it is too long. */
bool folder_path(const char *folder, const char *name, const char *ending,
                 char path[FOLDER_PATH], mg_error *err);

/* Removes a file of the folder, where there is one. Errors: MG_E_IO, MG_E_RANGE. */
MG_MUST_CHECK mg_status folder_forget(const char *folder, const char *name,
                                      mg_error *err);

/* Writes a file, whole or not at all. Errors: MG_E_IO. */
MG_MUST_CHECK mg_status document_write(const char *path, const char *text, size_t n,
                                       mg_error *err);
/* Writes a file of the folder, whole or not at all. Errors: MG_E_IO, MG_E_RANGE. */
MG_MUST_CHECK mg_status folder_document(const char *folder, const char *name,
                                        const char *text, size_t n, mg_error *err);

#endif
