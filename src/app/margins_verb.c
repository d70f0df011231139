/* SPDX-License-Identifier: GPL-3.0-or-later */
/* margins: the margin equation of BACI estimated on the session's own pairs. */
#include <string.h>

#include "app/margin_file.h"
#include "app/margin_pairs.h"
#include "app/mirror.h"

static const mg_output_column columns[] = {
    {"term", "text", "of the equation for ln(CIF/FOB)"},
    {"coefficient", "1", "least squares, trimmed on both sides"},
    {"std_error", "1", "of the coefficient, corrected for the trimming"},
    {"n", "count", "pairs used"},
    {"trimmed", "count", "pairs left out as outliers"},
    {"r2", "share", "of the weighted variance that is explained"},
    {"sigma", "ln", "how far a flow scatters about the equation"},
    {"mean_margin", "share", "mean of exp(fitted) - 1 over the pairs used"},
};

static mg_status print_fit(const mg_margin_fit *fit, uint64_t *rows, mg_output *output,
                           mg_error *err)
{
    mg_lines lines;
    mg_status status;

    mg_lines_start(&lines, output);
    for (size_t i = 0; i < fit->p; i++) {
        char name[MG_TERM_NAME];
        mg_line_text(&lines, mg_margin_term_name(fit->term[i], name));
        mg_line_number(&lines, fit->coefficient[i]);
        mg_line_number(&lines, fit->std_error[i]);
        mg_line_integer(&lines, (int64_t)fit->n_used);
        mg_line_integer(&lines, (int64_t)fit->n_trimmed);
        mg_line_number(&lines, fit->r2);
        mg_line_number(&lines, fit->sigma);
        mg_line_number(&lines, fit->mean_margin);
        mg_line_end(&lines);
    }
    *rows = lines.rows;
    status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}

static void tell_dropped(const mg_margin_fit *fit, const mg_talk *talk)
{
    for (size_t i = 0; i < fit->n_dropped; i++) {
        char name[MG_TERM_NAME];
        mg_say(talk, MG_SAY_INFO,
               "%s is not in the equation: it does not vary, or "
               "follows from other terms",
               mg_margin_term_name(fit->dropped[i], name));
    }
    if (fit->leverage_kept)
        mg_say(talk, MG_SAY_INFO,
               "pairs were not trimmed by leverage: most of a rare kind would have gone");
}

mg_status mg_margins_print(const mg_session *session, const mg_mirror_options *options,
                           const char *save, mg_output *output, const mg_talk *talk,
                           uint64_t *rows, mg_error *err)
{
    mg_mirror_options routed = *options;
    struct mirror mirror = {0};
    mg_margin_fit fit = {0};
    mg_status status;

    *rows = 0;
    routed.cif.way = MG_CIF_BACI; /* which needs what the fit needs: routes and prices */
    status = mirror_open(&mirror, session, &routed, false, talk, err);
    if (status == MG_OK)
        status = margin_pairs_fit(&mirror, &mirror.margins, true, &fit, talk, err);
    if (status == MG_OK)
        status = mg_output_columns(output, "margins", columns,
                                   sizeof columns / sizeof *columns, err);
    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(session), err);
    if (status == MG_OK) {
        tell_dropped(&fit, talk);
        status = print_fit(&fit, rows, output, err);
    }
    if (status == MG_OK && save != NULL)
        status = margin_file_write(save, &fit, mg_session_identity(session), err);
    mg_margin_fit_release(&fit);
    mirror_close(&mirror);
    return status;
}
