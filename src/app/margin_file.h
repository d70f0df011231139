/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margin_file.h - a fitted margin equation as a file, to be used again. */
#ifndef MG_APP_MARGIN_FILE_H
#define MG_APP_MARGIN_FILE_H

#include "mirrorgap/margin_fit.h"

/* Writes JSON under a temporary name and renames it. data: names the data that it was
 * fitted on. Errors: MG_E_IO, MG_E_NOMEM. */
MG_MUST_CHECK mg_status margin_file_write(const char *path, const mg_margin_fit *fit,
                                          const char *data, mg_error *err);
/* *fit is the caller's, for mg_margin_fit_release(). Errors: MG_E_IO, MG_E_PARSE. */
MG_MUST_CHECK mg_status margin_file_read(const char *path, mg_margin_fit *fit,
                                         mg_error *err);

#endif
