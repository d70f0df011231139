/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/question.h"

/* A country as it is called, where the words name one. */
static const char *called(const cli *c, const char *words)
{
    const int code = mg_ref_find_area(c->ref, (mg_cell){words, strlen(words)}, 0);
    const mg_area *area = code >= 0 ? mg_ref_area(c->ref, (unsigned)code) : NULL;

    return area != NULL ? area->name : words;
}

static void add(char *text, size_t room, const char *before, const char *words)
{
    const size_t n = strlen(text);

    if (words != NULL)
        snprintf(text + n, room - n, "%s%s%s", n > 0 ? ", " : "", before, words);
}

/* The filters in words; "" where there is none. */
static void tell_subject(const cli *c, char *text, size_t room)
{
    const cli_options *o = c->options;
    const char *chapter =
        o->hs != NULL && strlen(o->hs) == 2 ? mg_ref_chapter(c->ref, o->hs) : "";

    text[0] = '\0';
    if (o->exporter != NULL)
        add(text, room, "from ", called(c, o->exporter));
    if (o->importer != NULL)
        add(text, room, "to ", called(c, o->importer));
    if (o->country != NULL)
        add(text, room, "with ", called(c, o->country));
    add(text, room, "HS ", o->hs);
    if (chapter[0] != '\0') {
        const size_t n = strlen(text);
        snprintf(text + n, room - n, " (%s)", chapter);
    }
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
}

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
    tell_subject(c, subject, sizeof subject);
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
