/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure.h - pictures for papers, drawn by gnuplot, which is run as a program. */
#ifndef MG_FIGURE_H
#define MG_FIGURE_H

#include "mirrorgap/status.h"

/* Whether a file can be drawn: its ending is .svg, .pdf or .png. */
bool mg_figure_can(const char *path);

/* Draws to `path`, 960 x 600 points (a PNG has twice as many pixels), what the commands
 * of gnuplot in script[0..n) say; the terminal is set before, and the
 * variables title_font and small_font. The file
 * is written beside and renamed, and the same commands give the same bytes.
 * Errors: MG_E_RANGE (the ending), MG_E_IO (there is no gnuplot, or it failed),
 * MG_E_NOMEM. */
MG_MUST_CHECK mg_status mg_figure_draw(const char *path, const char *script, size_t n,
                                       mg_error *err);

#endif
