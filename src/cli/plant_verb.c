/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/question.h"

static int read_options(const cli *c, mg_plant_question *q)
{
    const cli_options *o = c->options;

    q->store = o->output.path;
    q->wait = o->wait;
    q->plant.share = 0.01;
    q->plant.least_usd = 1000;
    if (o->output.path == NULL || o->seed == NULL || o->truth == NULL)
        return cli_usage(c, "plant needs -o STORE2, --seed N and --truth FILE");
    if (o->limit != NULL)
        return cli_usage(c, "plant has no --limit; --share says how much is planted");
    if (!mg_integer_read(o->seed, strlen(o->seed), &q->plant.seed))
        return cli_usage(c, "'%s' is no seed (a whole number)", o->seed);
    if (o->share != NULL &&
        (!mg_number_read(o->share, strlen(o->share), 0, &q->plant.share) ||
         !(q->plant.share >= 0 && q->plant.share <= 0.2)))
        return cli_usage(c, "'%s' is no share from 0 to 0.2", o->share);
    if (o->min_value != NULL &&
        !mg_number_read(o->min_value, strlen(o->min_value), 0, &q->plant.least_usd))
        return cli_usage(c, "'%s' is no number of dollars", o->min_value);
    return cli_kinds(c, &q->plant.kinds);
}

static void tell(const cli *c, const mg_plant_summary *s)
{
    char planted[256];
    const char *apart = "";
    char lacking[256] = "";

    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS; k++)
        if ((s->lacking & MG_PLANT_BIT(k)) != 0) {
            size_t n = strlen(lacking);
            snprintf(lacking + n, sizeof lacking - n, "%s%s", apart, mg_plant_name(k));
            apart = ", ";
        }
    if (lacking[0] != '\0')
        cli_say(c, "left out, as no pair can carry it: %s", lacking);
    cli_say(c, "plant: level=%d freq=%c pairs=%llu planted=%llu totals=%llu; %s",
            s->level, s->freq, (unsigned long long)s->pairs,
            (unsigned long long)s->anomalies, (unsigned long long)s->totals,
            cli_planted_text(s->planted, planted, sizeof planted) > 0 ? planted : "none");
}

int verb_plant(cli *c)
{
    mg_plant_question question = {0};
    mg_plant_summary summary;
    mg_session *session = NULL;
    mg_output *truth = NULL;
    mg_error err = {0};
    const mg_output_options options = cli_output_to(c->options, c->options->truth);
    int code = read_options(c, &question);

    if (code == EXIT_DONE)
        code = cli_filter(c, &question.filter);
    if (code == EXIT_DONE)
        code = cli_open(c, MG_ALL_COLUMNS, false, false, &session);
    if (code == EXIT_DONE) {
        mg_status status = mg_output_new(&options, &truth, &err);
        if (status == MG_OK)
            status = mg_plant_store(session, &question, truth, &c->talk, &summary, &err);
        code =
            question_end(c, truth, status, &err, status == MG_OK ? summary.anomalies : 0);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            tell(c, &summary);
    }
    mg_filter_release(&question.filter);
    mg_session_close(session);
    return code;
}
