/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/question.h"

#include "mirrorgap/number.h"

int question_end(const cli *c, mg_output *output, mg_status status, mg_error *err,
                 uint64_t rows)
{
    if (status == MG_OK)
        status = mg_output_end(output, err);
    mg_output_free(output);
    if (status != MG_OK)
        return cli_fail(c, status, err);
    return rows > 0 ? EXIT_DONE : EXIT_NOTHING;
}

static int open_all(cli *c, uint32_t columns, bool once, bool part, struct question *q)
{
    int code = cli_open(c, columns, once, part, &q->session);

    if (code == EXIT_DONE) {
        mg_status status = mg_output_new(&c->options->output, &q->output, &q->err);
        if (status != MG_OK)
            code = cli_fail(c, status, &q->err);
    }
    return code;
}

int question_start(cli *c, uint32_t columns, bool once, struct question *q)
{
    int code = cli_filter(c, &q->filter);
    const mg_filter *f = &q->filter;

    if (code == EXIT_DONE)
        code = open_all(
            c, columns, once,
            !once && (f->exporters != NULL || f->importers != NULL || f->either != NULL),
            q);
    return code;
}

int question_open(cli *c, uint32_t columns, struct question *q)
{
    int code = cli_filter(c, &q->filter);

    return code == EXIT_DONE ? open_all(c, columns, false, false, q) : code;
}

void question_release(const cli *c, struct question *q)
{
    const mg_store *store = q->session != NULL ? mg_session_store(q->session) : NULL;
    uint64_t read = 0;
    uint64_t all = store != NULL ? mg_store_bytes(store, &read) : 0;

    if (store != NULL)
        mg_say(&c->talk, MG_SAY_DETAIL, "read %llu bytes of a store of %llu",
               (unsigned long long)read, (unsigned long long)all);
    mg_filter_release(&q->filter);
    mg_session_close(q->session);
}

const char *question_number(double value, char text[MG_NUMBER_TEXT + 1])
{
    text[mg_number_write(value, text)] = '\0';
    return text;
}
