/* SPDX-License-Identifier: GPL-3.0-or-later */
/* question.h - what the verbs that print a table share: a session, a filter, a table. */
#ifndef MG_CLI_QUESTION_H
#define MG_CLI_QUESTION_H

#include "cli/cli.h"
#include "mirrorgap/number.h"

struct question {
    mg_session *session;
    mg_output *output;
    mg_filter filter;
    mg_error err;
};

/* once: see mg_session_options. EXIT_DONE, or what to end with; release in any case. */
int question_start(cli *c, uint32_t columns, bool once, struct question *q);
/* The same for a verb that reads the whole data set whatever it is asked about. */
int question_open(cli *c, uint32_t columns, struct question *q);
void question_release(const cli *c, struct question *q);

/* Ends a table: puts it in place, and tells 0, 1 or 3. */
int question_end(const cli *c, mg_output *output, mg_status status, mg_error *err,
                 uint64_t rows);

/* The number's shortest text. */
const char *question_number(double value, char text[MG_NUMBER_TEXT + 1]);

/* The filters in words, for titles; "" where there is none. */
void cli_subject(const cli *c, char *text, size_t room);

/* EXIT_DONE, or the exit code where --title cannot stand over a figure. */
int cli_title(const cli *c);

#endif
