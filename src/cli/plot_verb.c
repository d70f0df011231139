/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/question.h"

int verb_plot(cli *c)
{
    struct question q = {0};
    char subject[400];
    const cli_options *o = c->options;
    mg_plot_question question = {
        .figure = o->cell, .path = o->output.path, .title = o->title};
    uint64_t rows = 0;

    if (question.figure == NULL || !mg_plot_known(question.figure))
        return cli_usage(c, "plot draws series or scatter: mirrorgap plot STORE series "
                            "-o FILE.svg");
    if (question.path == NULL || !mg_plot_can(question.path) || o->format_given)
        return cli_usage(c, "plot writes -o FILE.svg, FILE.pdf or FILE.png");
    cli_subject(c, subject, sizeof subject);
    question.subject = subject[0] != '\0' ? subject : NULL;
    int code = cli_mirror(c, &question.mirror);
    if (code == EXIT_DONE)
        code = question_start(c, MG_JOIN_COLUMNS, false, &q);
    if (code == EXIT_DONE) {
        question.mirror.filter = q.filter;
        mg_status status = mg_plot_draw(q.session, &question, &c->talk, &rows, &q.err);
        code = question_end(c, q.output, status, &q.err, rows);
    }
    question_release(c, &q);
    return code;
}
