/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/question.h"

int verb_evaluate(cli *c)
{
    const cli_options *o = c->options;
    mg_evaluate_options options = {.truth = o->truth,
                                   .tables = (const char *const *)o->files,
                                   .n_tables = o->n_files,
                                   .seed = 1};
    mg_session *session = NULL;
    mg_output *output = NULL;
    uint64_t rows = 0;
    mg_error err = {0};
    int code = EXIT_DONE;

    if (o->truth == NULL)
        return cli_usage(c, "evaluate needs --truth FILE");
    if (o->seed != NULL && !mg_integer_read(o->seed, strlen(o->seed), &options.seed))
        return cli_usage(c, "'%s' is no seed (a whole number)", o->seed);
    if (o->store != NULL)
        code = cli_open(c, MG_ALL_COLUMNS, false, true, &session);
    if (code == EXIT_DONE) {
        options.session = session;
        mg_status status = mg_output_new(&o->output, &output, &err);
        if (status == MG_OK)
            status = mg_evaluate_print(&options, output, &c->talk, &rows, &err);
        code = question_end(c, output, status, &err, rows);
    }
    mg_session_close(session);
    return code;
}
