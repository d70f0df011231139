/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/name_list.h"
#include "cli/question.h"
#include "mirrorgap/app_report.h"
#include "mirrorgap/number.h"

enum { TOP = 5000, TOP_MOST = 1000000, EXPLAIN = 100 };

static int read_count(const cli *c, const char *option, const char *text, uint64_t most,
                      uint64_t *n)
{
    if (text == NULL || (mg_integer_read(text, strlen(text), n) && *n > 0 && *n <= most))
        return EXIT_DONE;
    return cli_usage(c, "'%s' is no number of flows from 1 to %llu (%s)", text,
                     (unsigned long long)most, option);
}

/* The country of the dossier: --target or, where it is one, --country. */
static int read_target(const cli *c, const char **target)
{
    const cli_options *o = c->options;

    *target = o->target;
    if (o->target != NULL && cli_country(c, o->target) < 0)
        return cli_usage(c, "no country '%s' (a code, ISO3 or name)", o->target);
    if (o->target == NULL && cli_country(c, o->country) >= 0)
        *target = o->country;
    if (o->regime != NULL && *target == NULL)
        return cli_usage(c, "--regime goes with --target, the country of the dossier");
    return EXIT_DONE;
}

static int read_report(const cli *c, mg_report_options *to, struct name_list *regimes)
{
    const cli_options *o = c->options;

    *to = (mg_report_options){
        .folder = o->output.path, .title = o->title, .top = TOP, .output = o->output};
    if (o->output.path == NULL || o->output.path[0] == '\0')
        return cli_usage(c, "report writes a folder: -o DIR");
    if (!mg_report_can())
        return cli_usage(c, "this program was built without the page: build it with "
                            "-DMIRRORGAP_WEB=ON, which needs node and npm");
    if (cli_title(c) != EXIT_DONE)
        return EXIT_USAGE;
    if (o->limit != NULL)
        return cli_usage(c, "report takes --top N, the flows of its table");
    int code = read_count(c, "--top", o->top, TOP_MOST, &to->top);
    to->explain = to->top < EXPLAIN ? to->top : EXPLAIN;
    if (code == EXIT_DONE)
        code = read_target(c, &to->target);
    if (code == EXIT_DONE && o->regime != NULL)
        code = name_list_read(c, o->regime, regimes);
    to->regimes = regimes->items;
    to->n_regimes = regimes->n;
    return code == EXIT_DONE ? cli_mirror(c, &to->mirror) : code;
}

int verb_report(cli *c)
{
    struct question q = {0};
    struct name_list regimes = {0};
    char subject[400];
    mg_report_options options;
    mg_report_summary s = {0};
    int code = read_report(c, &options, &regimes);

    cli_subject(c, subject, sizeof subject);
    options.subject = subject[0] != '\0' ? subject : NULL;
    if (code == EXIT_DONE)
        code = question_open(c, MG_JOIN_COLUMNS, &q);
    if (code == EXIT_DONE) {
        options.mirror.filter = q.filter;
        const mg_status status =
            mg_report_write(q.session, &options, &c->talk, &s, &q.err);
        code = question_end(c, q.output, status, &q.err, s.bytes);
        if (code == EXIT_NOTHING)
            cli_say(c, "nothing to report: no flow between two countries passes the "
                       "filters; 'mirrorgap ledger' tells what became of the rows");
        if (code == EXIT_DONE)
            cli_say(c, "report: flows=%llu tables=%llu bytes=%llu page=%s/index.html",
                    (unsigned long long)s.flows, (unsigned long long)s.tables,
                    (unsigned long long)s.bytes, options.folder);
    }
    name_list_free(&regimes);
    question_release(c, &q);
    return code;
}
