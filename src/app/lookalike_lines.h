/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lookalike_lines.h - the table of rows that the look-alike test looked at, with their
 * reasons: of `totals --evidence` and of `lookalike`. */
#ifndef MG_APP_LOOKALIKE_LINES_H
#define MG_APP_LOOKALIKE_LINES_H

#include "mirrorgap/lookalike.h"
#include "mirrorgap/output.h"
#include "mirrorgap/ref.h"

struct lookalike_line {
    uint32_t period, hs;
    uint16_t named, reporter, twin;
    bool exports; /* the named country's exports: the reporter imports */
    mg_lookalike_row row;
    mg_lookalike_finding finding;
    double suspect_usd; /* of marked rows, made FOB; else 0 */
};

MG_MUST_CHECK mg_status lookalike_columns(mg_output *output, mg_error *err);
void lookalike_print(const mg_ref *ref, const struct lookalike_line *line, mg_lines *to);

#endif
