/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/name_list.h"
#include "cli/question.h"
#include "mirrorgap/app_report.h"

/* The figure, where it goes, and whose it is. */
static int read_plot(const cli *c, mg_plot_question *to, struct name_list *regimes)
{
    const cli_options *o = c->options;

    *to =
        (mg_plot_question){.figure = o->cell, .path = o->output.path, .title = o->title};
    if (to->figure == NULL || !mg_plot_known(to->figure))
        return cli_usage(c, "plot draws series, scatter, heat, map or totals: mirrorgap "
                            "plot STORE series -o FILE.svg");
    if (to->path == NULL || !mg_plot_can(to->path) || o->format_given)
        return cli_usage(c, "plot writes -o FILE.svg, FILE.pdf or FILE.png, or "
                            "FILE.vl.json for Vega-Lite");
    if (cli_title(c) != EXIT_DONE)
        return EXIT_USAGE;
    const bool totals = strcmp(to->figure, "totals") == 0;
    const int code = totals ? cli_country(c, o->country) : -1;
    if (totals && code < 0)
        return cli_usage(c, "plot totals needs --country, one country");
    to->country = totals ? (unsigned)code : 0;
    if (o->regime != NULL && !totals && strcmp(to->figure, "series") != 0)
        return cli_usage(c, "--regime marks days, in series and totals");
    const int exit =
        o->regime != NULL ? name_list_read(c, o->regime, regimes) : EXIT_DONE;
    to->regimes = regimes->items;
    to->n_regimes = regimes->n;
    return exit == EXIT_DONE ? cli_mirror(c, &to->mirror) : exit;
}

int verb_plot(cli *c)
{
    struct question q = {0};
    struct name_list regimes = {0};
    char subject[400];
    mg_plot_question question;
    uint64_t rows = 0;
    int code = read_plot(c, &question, &regimes);

    cli_subject(c, subject, sizeof subject);
    question.subject = subject[0] != '\0' ? subject : NULL;
    if (code == EXIT_DONE)
        code = question_start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        question.mirror.filter = q.filter;
        mg_status status = mg_plot_draw(q.session, &question, &c->talk, &rows, &q.err);
        code = question_end(c, q.output, status, &q.err, rows);
        if (code == EXIT_NOTHING)
            cli_say(c, "nothing to draw: no flow passes the filters; 'mirrorgap ledger' "
                       "tells what became of the rows");
    }
    name_list_free(&regimes);
    question_release(c, &q);
    return code;
}
