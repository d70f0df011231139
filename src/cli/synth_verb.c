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

/* FROM:TO, or how many years: five end in 2018, ten in 2023. */
static bool read_years(const char *text, mg_synth_options *o)
{
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    uint64_t from;
    uint64_t to;
    unsigned n = 5;

    if (colon != NULL) {
        if (!mg_integer_read(text, (size_t)(colon - text), &from) ||
            !mg_integer_read(colon + 1, strlen(colon + 1), &to) || from > 9999 ||
            to > 9999)
            return false;
        o->first_year = (unsigned)from;
        o->last_year = (unsigned)to;
        return true;
    }
    if (!read_count(text, n, &n) || n < 1 || n > 36)
        return false;
    o->first_year = n <= 10 ? 2014 : 2024 - n;
    o->last_year = o->first_year + n - 1;
    return true;
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
    if (!read_years(from->periods, o))
        return cli_usage(c, "'%s' is no number of years (up to 36) and no FROM:TO",
                         from->periods);
    if (from->share != NULL &&
        !mg_number_read(from->share, strlen(from->share), 0, &o->share))
        return cli_usage(c, "'%s' is no share", from->share);
    o->layout = from->read.layout < 0 ? MG_LAYOUT_PLUS : (mg_layout)from->read.layout;
    return EXIT_DONE;
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
    cli_say(c,
            "synth: %llu files, %llu rows, %llu bytes, %llu flows; planted: %llu hidden, "
            "%llu quantity, %llu price, %llu unit_error, %llu partner_swap",
            (unsigned long long)r.files, (unsigned long long)r.rows,
            (unsigned long long)r.bytes, (unsigned long long)r.cells,
            (unsigned long long)r.planted[MG_PLANT_HIDDEN],
            (unsigned long long)r.planted[MG_PLANT_QUANTITY],
            (unsigned long long)r.planted[MG_PLANT_PRICE],
            (unsigned long long)r.planted[MG_PLANT_UNIT_ERROR],
            (unsigned long long)r.planted[MG_PLANT_PARTNER_SWAP]);
    return EXIT_DONE;
}
