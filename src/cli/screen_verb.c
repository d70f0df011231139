/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen, regimes, lookalike. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/name_list.h"
#include "cli/question.h"
#include "mirrorgap/app_screen.h"
#include "mirrorgap/screen.h"

/* "after_ban,over_cap" as bits. */
static bool read_verdicts(const char *text, unsigned *verdicts)
{
    while (*text != '\0') {
        const size_t n = strcspn(text, ",");
        bool found = false;
        for (unsigned v = 0; v < MG_VERDICTS; v++)
            if (strlen(mg_verdict_name(v)) == n &&
                strncmp(text, mg_verdict_name(v), n) == 0) {
                *verdicts |= 1U << v;
                found = true;
            }
        if (!found)
            return false;
        text += n + (text[n] == ',');
    }
    return *verdicts != 0;
}

static int read_screen(const cli *c, mg_screen_options *to, struct name_list *regimes)
{
    const cli_options *o = c->options;

    *to = (mg_screen_options){.target = o->target,
                              .no_lookalike = o->no_lookalike,
                              .events = o->events,
                              .caps = o->caps};
    if (o->caps + o->events + (o->verdict != NULL) > 1)
        return cli_usage(
            c, "--caps, --events and --verdict print other tables: one of them");
    if (o->caps && (o->by != NULL || o->country != NULL || o->hs != NULL))
        return cli_usage(
            c, "--caps are the world's, told by rule: no --by, --country, --hs");
    if (o->events && o->period != NULL)
        return cli_usage(c, "--events look at all periods: no --period");
    if (o->verdict != NULL && !read_verdicts(o->verdict, &to->verdicts))
        return cli_usage(c,
                         "'%s' holds no verdict: exempt, before, straddles, wind_down, "
                         "lookalike, watch, within_cap, over_cap, cap_unknown, after_ban",
                         o->verdict);
    if (o->target == NULL)
        return cli_usage(c, "screen needs --target, for example --target PRK");
    if (o->regime == NULL)
        return cli_usage(c, "screen needs --regime, for example --regime un-dprk; "
                            "'mirrorgap regimes' lists them");
    if (!cli_is_country(c, o->target))
        return cli_usage(c, "no country '%s' (a code, ISO3 or name)", o->target);
    if (o->level != NULL && strcmp(o->level, "total") == 0)
        return cli_usage(c, "no rule is about all goods: --level 2, 4 or 6");
    if (o->exporter != NULL || o->importer != NULL)
        return cli_usage(c, "--target says whose trade is screened; --country takes the "
                            "partners that reported it");
    if (o->by != NULL && strcmp(o->by, "code") != 0)
        return cli_usage(c, "screen can be told --by code");
    to->by_code = o->by != NULL;
    int exit = name_list_read(c, o->regime, regimes);
    if (exit == EXIT_DONE)
        exit = cli_mirror(c, &to->mirror);
    to->regimes = regimes->items;
    to->n_regimes = regimes->n;
    return exit;
}

enum { PERMUTATIONS = 999 };

static int read_reroute(const cli *c, mg_reroute_options *to, struct name_list *regimes)
{
    const cli_options *o = c->options;
    mg_date day = 0;
    uint64_t years = 2;
    uint64_t seed = 1;

    if (o->target != NULL || o->events || o->caps || o->verdict != NULL ||
        o->country != NULL || o->exporter != NULL || o->importer != NULL)
        return cli_usage(c, "--reroute names its countries itself: SOURCE,...:HUB,...:"
                            "TARGET, and prints a table of its own");
    if (o->event == NULL || !mg_date_read((mg_cell){o->event, strlen(o->event)}, &day))
        return cli_usage(c, "--reroute needs --event, a day like 2022-02-24");
    if (o->window != NULL && (!mg_integer_read(o->window, strlen(o->window), &years) ||
                              years < 1 || years > 50))
        return cli_usage(c, "'%s' is no number of years from 1 to 50", o->window);
    if (o->seed != NULL && !mg_integer_read(o->seed, strlen(o->seed), &seed))
        return cli_usage(c, "'%s' is no seed: a whole number", o->seed);
    if (o->level != NULL && strcmp(o->level, "total") == 0)
        return cli_usage(c, "goods have codes: --level 2, 4 or 6");
    if (o->by != NULL && strcmp(o->by, "code") != 0)
        return cli_usage(c, "screen can be told --by code");
    *to = (mg_reroute_options){.route = o->reroute,
                               .event = day,
                               .window = (uint32_t)years,
                               .by_code = o->by != NULL,
                               .permutations = PERMUTATIONS,
                               .seed = seed};
    mg_mirror_options mirror = {0};
    int exit = cli_mirror(c, &mirror);
    if (exit == EXIT_DONE && mirror.lag == MG_LAG_FITTED)
        exit = cli_usage(c, "--reroute takes --lag as a number of months");
    to->lag = mirror.lag;
    if (exit == EXIT_DONE && o->regime != NULL)
        exit = name_list_read(c, o->regime, regimes);
    to->regimes = regimes->items;
    to->n_regimes = regimes->n;
    return exit;
}

static int reroute(cli *c)
{
    struct question q = {0};
    struct name_list regimes = {0};
    mg_reroute_options options;
    mg_reroute_summary s = {0};
    int code = read_reroute(c, &options, &regimes);

    if (code == EXIT_DONE)
        code = question_open(c, MG_JOIN_COLUMNS, &q);
    if (code == EXIT_DONE) {
        options.filter = q.filter;
        mg_status status =
            mg_reroute_print(q.session, &options, q.output, &c->talk, &s, &q.err);
        if (status == MG_E_RANGE) {
            mg_output_free(q.output);
            code = cli_usage(c, "%s", q.err.what);
        } else {
            code = question_end(c, q.output, status, &q.err, s.rows);
            if (code == EXIT_DONE || code == EXIT_NOTHING)
                cli_say(c,
                        "reroute: freq=%c level=%d periods_before=%u periods_after=%u "
                        "hubs=%llu tested=%llu q_at_most_0.1=%llu",
                        s.freq, s.level, s.before, s.after, (unsigned long long)s.hubs,
                        (unsigned long long)s.tested, (unsigned long long)s.called);
        }
    }
    name_list_free(&regimes);
    question_release(c, &q);
    return code;
}

static int dossier(cli *c)
{
    const cli_options *o = c->options;
    mg_session *session = NULL;
    mg_filter filter = {0};
    struct name_list regimes = {0};
    mg_dossier_options options = {
        .country = o->dossier, .folder = o->output.path, .output = o->output};
    uint64_t tables = 0;
    uint64_t rows = 0;
    mg_error err = {0};
    int code = EXIT_DONE;

    if (o->output.path == NULL || o->output.path[0] == '\0')
        return cli_usage(c, "--dossier writes tables: -o takes the folder");
    if (cli_country(c, o->dossier) < 0)
        return cli_usage(c, "no country '%s' (a code, ISO3 or name)", o->dossier);
    if (o->target != NULL || o->events || o->caps || o->by != NULL ||
        o->verdict != NULL || o->reroute != NULL)
        return cli_usage(c, "--dossier names its country itself and has all tables");
    if (o->limit != NULL || o->hs != NULL || o->period != NULL || o->country != NULL ||
        o->exporter != NULL || o->importer != NULL || o->level != NULL)
        return cli_usage(c, "--dossier is of all trade: no filters");
    if (o->regime != NULL)
        code = name_list_read(c, o->regime, &regimes);
    options.regimes = regimes.items;
    options.n_regimes = regimes.n;
    if (code == EXIT_DONE)
        code = cli_mirror(c, &options.mirror);
    if (code == EXIT_DONE)
        code = cli_filter(c, &filter);
    if (code == EXIT_DONE)
        code = cli_open(c, MG_JOIN_COLUMNS, false, false, &session);
    if (code == EXIT_DONE) {
        options.mirror.filter = filter;
        mg_status status =
            mg_dossier_write(session, &options, &c->talk, &tables, &rows, &err);
        code = status != MG_OK ? cli_fail(c, status, &err)
               : rows > 0      ? EXIT_DONE
                               : EXIT_NOTHING;
        if (status == MG_OK)
            cli_say(c, "dossier: country=%s tables=%llu folder=%s", o->dossier,
                    (unsigned long long)tables, o->output.path);
    }
    mg_filter_release(&filter);
    mg_session_close(session);
    name_list_free(&regimes);
    return code;
}

static void tell_screen(const cli *c, const mg_screen_options *o,
                        const mg_screen_summary *s)
{
    char line[1024];
    char usd[MG_NUMBER_TEXT + 1];
    size_t n = 0;

    for (unsigned v = 0; v < MG_VERDICTS; v++)
        if (s->by_verdict[v] > 0)
            n += (size_t)snprintf(
                line + n, sizeof line - n, " %s=%llu(%s)", mg_verdict_name(v),
                (unsigned long long)s->by_verdict[v], question_number(s->usd[v], usd));
    if (s->in_part > 0 && n < sizeof line)
        n += (size_t)snprintf(line + n, sizeof line - n, " banned_in_part=%llu(%s)",
                              (unsigned long long)s->in_part,
                              question_number(s->in_part_usd, usd));
    if (s->lookalike > 0 && n < sizeof line)
        n += (size_t)snprintf(line + n, sizeof line - n, " likelier_lookalike=%llu(%s)",
                              (unsigned long long)s->lookalike,
                              question_number(s->lookalike_usd, usd));
    cli_say(c, "screen: target=%s freq=%c rows=%llu lines=%llu%s", o->target, s->freq,
            (unsigned long long)s->rows, (unsigned long long)s->lines, n > 0 ? line : "");
}

int verb_screen(cli *c)
{
    struct question q = {0};
    struct name_list regimes = {0};
    mg_screen_options options;
    mg_screen_summary summary = {0};

    if (c->options->reroute != NULL)
        return reroute(c);
    if (c->options->dossier != NULL)
        return dossier(c);
    if (c->options->event != NULL || c->options->window != NULL ||
        c->options->seed != NULL)
        return cli_usage(c, "--event, --window and --seed go with --reroute");
    int code = read_screen(c, &options, &regimes);

    if (code == EXIT_DONE)
        code = question_open(c, MG_JOIN_COLUMNS, &q);
    if (code == EXIT_DONE) {
        options.mirror.filter = q.filter;
        mg_status status =
            mg_screen_print(q.session, &options, q.output, &c->talk, &summary, &q.err);
        code = question_end(c, q.output, status, &q.err, summary.lines);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            tell_screen(c, &options, &summary);
    }
    name_list_free(&regimes);
    question_release(c, &q);
    return code;
}

int verb_regimes(cli *c)
{
    mg_output *output = NULL;
    mg_error err = {0};
    uint64_t rows = 0;
    mg_status status = mg_output_new(&c->options->output, &output, &err);

    if (status == MG_OK)
        status = mg_regimes_print(c->ref, (const char *const *)c->options->files,
                                  c->options->n_files, output, &c->talk, &rows, &err);
    return question_end(c, output, status, &err, rows);
}

int verb_lookalike(cli *c)
{
    struct question q = {0};
    mg_lookalike_options options = {.all = c->options->all};
    mg_lookalike_summary s = {0};
    char moved[MG_NUMBER_TEXT + 1];
    int code = cli_mirror(c, &options.mirror);

    if (code == EXIT_DONE)
        code = question_open(c, MG_JOIN_COLUMNS, &q);
    if (code == EXIT_DONE) {
        options.mirror.filter = q.filter;
        mg_status status =
            mg_lookalike_print(q.session, &options, q.output, &c->talk, &s, &q.err);
        code = question_end(c, q.output, status, &q.err, s.rows);
        if (code == EXIT_DONE || code == EXIT_NOTHING)
            cli_say(c,
                    "lookalike: freq=%c countries=%llu looked_at=%llu swap_rows=%llu "
                    "doubtful_rows=%llu expected_move_usd=%s",
                    s.freq, (unsigned long long)s.countries,
                    (unsigned long long)s.looked_at, (unsigned long long)s.swaps,
                    (unsigned long long)s.doubtful, question_number(s.move_usd, moved));
    }
    question_release(c, &q);
    return code;
}
