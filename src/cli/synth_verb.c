/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "mirrorgap/number.h"
#include "mirrorgap/synth.h"

/* A whole number of an option that may be missing. */
static bool read_count(const char *text, unsigned usual, unsigned *count)
{
    uint64_t got = usual;

    if (text != NULL && (!mg_integer_read(text, strlen(text), &got) || got > 100000))
        return false;
    *count = (unsigned)got;
    return true;
}

/* FROM:TO, or how many: five years end in 2018, ten in 2023; months begin in 2014. */
static bool read_periods(const char *text, bool monthly, mg_synth_options *o)
{
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    uint64_t from;
    uint64_t to;
    unsigned n = monthly ? 24 : 5;

    if (colon != NULL) {
        if (!mg_integer_read(text, (size_t)(colon - text), &from) ||
            !mg_integer_read(colon + 1, strlen(colon + 1), &to) || from > 999999 ||
            to > 999999 || (monthly && from <= 9999))
            return false;
        o->first = (unsigned)from;
        o->last = (unsigned)to;
        return true;
    }
    if (!read_count(text, n, &n) || n < 1 || n > (monthly ? 200 : 36))
        return false;
    if (monthly) {
        o->first = 201401;
        o->last = 201400 + (n - 1) / 12 * 100 + (n - 1) % 12 + 1;
    } else {
        o->first = n <= 10 ? 2014 : 2024 - n;
        o->last = o->first + n - 1;
    }
    return true;
}

/* What makes a world unlike the usual one. */
static int read_character(const cli *c, mg_synth_options *o)
{
    const cli_options *from = c->options;

    if (from->share != NULL &&
        !mg_number_read(from->share, strlen(from->share), 0, &o->share))
        return cli_usage(c, "'%s' is no share", from->share);
    if (!read_count(from->tails, 0, &o->tails))
        return cli_usage(c, "'%s' is no number of degrees of freedom", from->tails);
    if (from->quality != NULL &&
        !mg_number_read(from->quality, strlen(from->quality), 0, &o->quality))
        return cli_usage(c, "'%s' is no spread of quality", from->quality);
    return cli_kinds(c, &o->kinds);
}

int cli_kinds(const cli *c, unsigned *kinds)
{
    const char *text = c->options->kinds;

    *kinds = 0;
    if (text == NULL || mg_plant_kinds_read(text, kinds))
        return EXIT_DONE;
    return cli_usage(c,
                     "'%s' is no list of kinds: hidden, quantity, price, unit_error, "
                     "partner_swap, relabel, reroute, time_shift, rounding",
                     text);
}

size_t cli_planted_text(const uint64_t *planted, char *text, size_t room)
{
    size_t n = 0;

    text[0] = '\0';
    for (unsigned k = MG_PLANT_HIDDEN; k < MG_PLANT_KINDS && n < room; k++)
        if (planted[k] > 0)
            n += (size_t)snprintf(text + n, room - n, "%s%llu %s", n > 0 ? ", " : "",
                                  (unsigned long long)planted[k], mg_plant_name(k));
    return n;
}

static int read_options(const cli *c, mg_synth_options *o)
{
    const cli_options *from = c->options;

    *o = (mg_synth_options){.folder = from->output.path, .share = 0.01};
    if (o->folder == NULL || from->seed == NULL)
        return cli_usage(c, "synth needs -o DIR and --seed N");
    if (!mg_integer_read(from->seed, strlen(from->seed), &o->seed))
        return cli_usage(c, "'%s' is no seed (a whole number)", from->seed);
    if (!read_count(from->reporters, 30, &o->reporters) ||
        !read_count(from->commodities, 100, &o->commodities))
        return cli_usage(c, "--reporters and --commodities are whole numbers");
    if (from->freq != NULL && strcmp(from->freq, "A") != 0 &&
        strcmp(from->freq, "M") != 0)
        return cli_usage(c, "'%s' is no frequency: A or M", from->freq);
    if (!read_periods(from->periods, from->freq != NULL && from->freq[0] == 'M', o))
        return cli_usage(c, "'%s' is no number of years (up to 36) and no FROM:TO",
                         from->periods);
    o->layout = from->read.layout < 0 ? MG_LAYOUT_PLUS : (mg_layout)from->read.layout;
    return read_character(c, o);
}

int verb_synth(cli *c)
{
    mg_synth_options options;
    mg_synth_result r;
    mg_error err = {0};
    int code = read_options(c, &options);

    if (code != EXIT_DONE)
        return code;
    mg_status status = mg_synth_write(c->ref, &options, &c->talk, &r, &err);
    if (status == MG_E_RANGE)
        return cli_usage(c, "%s", err.what);
    if (status != MG_OK)
        return cli_fail(c, status, &err);
    char planted[256];
    cli_say(c, "synth: %llu files, %llu rows, %llu bytes, %llu flows; planted: %s",
            (unsigned long long)r.files, (unsigned long long)r.rows,
            (unsigned long long)r.bytes, (unsigned long long)r.cells,
            cli_planted_text(r.planted, planted, sizeof planted) > 0 ? planted : "none");
    return EXIT_DONE;
}
