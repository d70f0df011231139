/* SPDX-License-Identifier: GPL-3.0-or-later */
/* put_in_place.h - a file that was written under another name, put in its place. */
#ifndef MG_REPORT_PUT_IN_PLACE_H
#define MG_REPORT_PUT_IN_PLACE_H

#include "mirrorgap/status.h"

/* Flushes the open file to the disk, closes it whatever happens, renames it to `path`
 * and flushes the folder. Errors: MG_E_IO, at path. */
MG_MUST_CHECK mg_status put_in_place(int fd, const char *temporary, const char *path,
                                     mg_error *err);

#endif
