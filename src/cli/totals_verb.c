/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/question.h"
#include "mirrorgap/number.h"

/* The one country that --country names. */
static int one_country(const cli *c, const uint8_t *set, unsigned *country)
{
    unsigned n = 0;

    for (unsigned code = 1; set != NULL && code < 65536; code++)
        if (set[code] != 0) {
            *country = code;
            n++;
        }
    if (n > 1) { /* codes of one country in different years: the one in use */
        const char *name = c->options->country;
        int code = mg_ref_find_area(c->ref, (mg_cell){name, strlen(name)}, 0);
        if (code >= 0) {
            *country = (unsigned)code;
            cli_say(c, "'%s' is %u areas: %d is taken; codes name the others", name, n,
                    code);
            return EXIT_DONE;
        }
    }
    if (n == 1)
        return EXIT_DONE;
    return n == 0 ? cli_usage(c, "totals needs --country, for example --country PRK")
                  : cli_usage(c, "'%s' is %u areas: totals are of one, give its code",
                              c->options->country, n);
}

static int read_options(const cli *c, mg_totals_options *to)
{
    const cli_options *o = c->options;
    mg_error err = {0};

    *to = (mg_totals_options){.by = o->by, .seed = 1, .check = o->check};
    if (o->exporter != NULL || o->importer != NULL)
        return cli_usage(c, "totals are of one country: --country, not --exporter or "
                            "--importer");
    if (o->check && (o->by != NULL || o->evidence != NULL))
        return cli_usage(c, "--check prints a table of its own: no --by, no --evidence");
    if (!mg_totals_keys_known(o->by, &err))
        return cli_usage(c, "%s", err.what);
    if (o->seed != NULL && !mg_integer_read(o->seed, strlen(o->seed), &to->seed))
        return cli_usage(c, "'%s' is no seed: a whole number", o->seed);
    return cli_mirror(c, &to->mirror);
}

static void tell(const cli *c, const mg_totals_options *o, const mg_totals_summary *s)
{
    char x[MG_NUMBER_TEXT + 1];
    char m[MG_NUMBER_TEXT + 1];
    char suspect[MG_NUMBER_TEXT + 1];

    if (o->check)
        cli_say(c,
                "totals: freq=%c rows=%llu counted=%llu inside=%.1f%% "
                "inside_draws=%.1f%%",
                s->freq, (unsigned long long)s->rows, (unsigned long long)s->counted,
                s->counted > 0 ? 100.0 * (double)s->inside / (double)s->counted : 0,
                s->counted > 0 ? 100.0 * (double)s->inside_draws / (double)s->counted
                               : 0);
    else
        cli_say(c,
                "totals: country=%u freq=%c rows=%llu exports_usd=%s imports_usd=%s "
                "suspect_usd=%s swap_rows=%llu doubtful_rows=%llu",
                o->country, s->freq, (unsigned long long)s->rows,
                question_number(s->exports_usd, x), question_number(s->imports_usd, m),
                question_number(s->suspect_usd, suspect), (unsigned long long)s->swaps,
                (unsigned long long)s->doubtful);
}

static mg_status open_evidence(const cli *c, mg_totals_options *o, mg_error *err)
{
    const mg_output_options form = cli_output_to(c->options, c->options->evidence);

    if (c->options->evidence == NULL)
        return MG_OK;
    return mg_output_new(&form, &o->evidence, err);
}

int verb_totals(cli *c)
{
    struct question q = {0};
    mg_totals_options options;
    mg_totals_summary summary = {0};
    int code = read_options(c, &options);

    if (code == EXIT_DONE)
        code = question_open(c, MG_JOIN_COLUMNS, &q);
    if (code == EXIT_DONE && !options.check) {
        code = one_country(c, q.filter.either, &options.country);
        if (code != EXIT_DONE)
            mg_output_free(q.output);
    }
    if (code == EXIT_DONE) {
        options.mirror.filter = q.filter;
        mg_status status = open_evidence(c, &options, &q.err);
        if (status == MG_OK)
            status = mg_totals_print(q.session, &options, q.output, &c->talk, &summary,
                                     &q.err);
        if (status == MG_OK && options.evidence != NULL)
            status = mg_output_end(options.evidence, &q.err);
        mg_output_free(options.evidence);
        code = question_end(c, q.output, status, &q.err, summary.rows);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            tell(c, &options, &summary);
    }
    question_release(c, &q);
    return code;
}
