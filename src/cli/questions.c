/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Option texts to the library's filters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "mirrorgap/pair.h"

enum { CODES = 65536 };

/* A year or a month. */
static bool read_bound(const char *text, size_t n, uint32_t *bound)
{
    uint64_t value;

    if (n == 0) {
        *bound = 0;
        return true;
    }
    if (!mg_integer_read(text, n, &value) || (n != 4 && n != 6) ||
        (n == 6 && (value % 100 < 1 || value % 100 > 12)))
        return false;
    *bound = (uint32_t)value;
    return true;
}

static bool read_period(const char *text, mg_filter *f)
{
    const char *colon = strchr(text, ':');
    size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);

    if (!read_bound(text, n, &f->from))
        return false;
    if (colon == NULL) {
        f->to = f->from;
        return f->from != 0;
    }
    return read_bound(colon + 1, strlen(colon + 1), &f->to) &&
           (f->from == 0 || f->to == 0 || f->from <= f->to ||
            (f->from > 9999) != (f->to > 9999));
}

/* A list of countries; a name may hold a comma, so the whole is tried first. */
static int read_areas(const cli *c, const char *text, uint8_t **set)
{
    *set = mg_alloc_zero(CODES, 1);
    if (*set == NULL) {
        mg_error err = {0};
        return cli_fail(c, mg_fail(&err, MG_E_NOMEM, "cannot hold a filter"), &err);
    }
    if (mg_ref_select_areas(c->ref, (mg_cell){text, strlen(text)}, *set))
        return EXIT_DONE;
    while (*text != '\0') {
        size_t n = strcspn(text, ",");
        if (!mg_ref_select_areas(c->ref, (mg_cell){text, n}, *set))
            return cli_usage(c, "no country '%.*s' (a code, ISO3 or name)", (int)n, text);
        text += n + (text[n] == ',');
    }
    return EXIT_DONE;
}

static int read_prefixes(const cli *c, const char *text, mg_filter *f)
{
    size_t room = 0;

    while (*text != '\0') {
        size_t all = strcspn(text, ",");
        size_t n = all > 1 && text[all - 1] == '*' ? all - 1 : all; /* a component */
        mg_error err = {0};
        if (n == 0 || n > 6)
            return cli_usage(c, "'%.*s' is no beginning of a commodity code", (int)n,
                             text);
        if (mg_grow((void **)&f->prefixes, &room, f->n_prefixes + 1, sizeof *f->prefixes,
                    &err) != MG_OK)
            return cli_fail(c, MG_E_NOMEM, &err);
        memset(f->prefixes[f->n_prefixes], 0, sizeof *f->prefixes);
        memcpy(f->prefixes[f->n_prefixes++], text, n);
        text += all + (text[all] == ',');
    }
    return EXIT_DONE;
}

static bool read_statuses(const char *text, unsigned *statuses)
{
    while (*text != '\0') {
        size_t n = strcspn(text, ",");
        bool found = false;
        for (unsigned s = MG_MATCHED; s <= MG_IMPORTER_ONLY; s++)
            if (strlen(mg_pair_status_name(s)) == n &&
                strncmp(text, mg_pair_status_name(s), n) == 0) {
                *statuses |= 1U << s;
                found = true;
            }
        if (!found)
            return false;
        text += n + (text[n] == ',');
    }
    return true;
}

static bool read_level(const char *text, int *level)
{
    if (strcmp(text, "total") == 0 || strcmp(text, "TOTAL") == 0 ||
        strcmp(text, "0") == 0)
        *level = 0;
    else if (strlen(text) == 1 && strchr("246", text[0]) != NULL)
        *level = text[0] - '0';
    else
        return false;
    return true;
}

static int read_scalars(const cli *c, mg_filter *f)
{
    const cli_options *o = c->options;

    if (o->period != NULL && !read_period(o->period, f))
        return cli_usage(c, "'%s' is no period like 2010:2017 or 201701", o->period);
    if (o->level != NULL && !read_level(o->level, &f->level))
        return cli_usage(c, "'%s' is no level (2, 4, 6 or total)", o->level);
    if (o->freq != NULL && strcmp(o->freq, "A") != 0 && strcmp(o->freq, "M") != 0)
        return cli_usage(c, "'%s' is no frequency (A or M)", o->freq);
    if (o->freq != NULL)
        f->freq = o->freq[0];
    if (o->min_value != NULL &&
        !mg_number_read(o->min_value, strlen(o->min_value), 0, &f->min_value))
        return cli_usage(c, "'%s' is no amount of US dollars", o->min_value);
    if (o->limit != NULL &&
        (!mg_integer_read(o->limit, strlen(o->limit), &f->limit) || f->limit == 0))
        return cli_usage(c, "'%s' is no number of rows", o->limit);
    if (o->status != NULL && !read_statuses(o->status, &f->statuses))
        return cli_usage(c, "'%s' is no list of matched, exporter_only, importer_only",
                         o->status);
    return EXIT_DONE;
}

int cli_filter(const cli *c, mg_filter *f)
{
    const cli_options *o = c->options;
    int code;

    *f = (mg_filter){.level = -1};
    code = read_scalars(c, f);
    if (code == EXIT_DONE && o->exporter != NULL)
        code = read_areas(c, o->exporter, &f->exporters);
    if (code == EXIT_DONE && o->importer != NULL)
        code = read_areas(c, o->importer, &f->importers);
    if (code == EXIT_DONE && o->country != NULL)
        code = read_areas(c, o->country, &f->either);
    if (code == EXIT_DONE && o->hs != NULL)
        code = read_prefixes(c, o->hs, f);
    if (code != EXIT_DONE)
        mg_filter_release(f);
    return code;
}

static int read_band(const cli *c, mg_cif *cif)
{
    const char *band = c->options->band;
    const char *colon = band != NULL ? strchr(band, ':') : NULL;

    if (band != NULL &&
        (colon == NULL ||
         !mg_number_read(band, (size_t)(colon - band), 0, &cif->band_low) ||
         !mg_number_read(colon + 1, strlen(colon + 1), 0, &cif->band_high) ||
         cif->band_low < 0 || cif->band_high < cif->band_low || cif->band_high >= 1))
        return cli_usage(c, "'%s' is no band like 0:0.1", band);
    return EXIT_DONE;
}

static int read_cif(const cli *c, mg_cif *cif)
{
    static const struct {
        const char *name;
        mg_cif_way way;
    } ways[] = {{"none", MG_CIF_NONE},
                {"baci", MG_CIF_BACI},
                {"gfi", MG_CIF_GFI},
                {"fit", MG_CIF_FIT},
                {"auto", MG_CIF_AUTO}};
    const char *text = c->options->cif != NULL ? c->options->cif : "auto";

    *cif = (mg_cif){.way = MG_CIF_FIXED,
                    .margin = 0.06,
                    .band_high = 0.10,
                    .distances = c->options->distances};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(text, ways[i].name) == 0) {
            cif->way = ways[i].way;
            return read_band(c, cif);
        }
    if (strncmp(text, "fit:", 4) == 0 && text[4] != '\0') {
        cif->way = MG_CIF_FIT;
        cif->fit = text + 4;
        return read_band(c, cif);
    }
    if (strncmp(text, "fixed:", 6) != 0 ||
        !mg_number_read(text + 6, strlen(text + 6), 0, &cif->margin) || cif->margin < 0 ||
        cif->margin >= 1)
        return cli_usage(
            c,
            "'%s' is no margin: auto, baci, gfi, fit, fit:FILE, none, or fixed:R with "
            "R from 0 to 1",
            text);
    return read_band(c, cif);
}

static int read_harmonise(const cli *c, int *harmonise)
{
    const char *text = c->options->harmonise;

    *harmonise = MG_HARMONISE_COMMON;
    if (text == NULL || strcmp(text, "common") == 0)
        return EXIT_DONE;
    *harmonise = MG_HARMONISE_NONE;
    if (strcmp(text, "none") == 0)
        return c->options->concordance == NULL
                   ? EXIT_DONE
                   : cli_usage(c, "--concordance has no use with --harmonise none");
    *harmonise = mg_edition_find((mg_cell){text, strlen(text)});
    if (*harmonise < MG_EDITION_H0 || *harmonise > MG_EDITION_H6)
        return cli_usage(c, "'%s' is no way to harmonise: common, none, or H0 to H6",
                         text);
    return EXIT_DONE;
}

static int read_lag(const cli *c, int *lag)
{
    const char *text = c->options->lag;

    *lag = 0;
    if (text == NULL)
        return EXIT_DONE;
    if (strcmp(text, "fit") == 0)
        *lag = MG_LAG_FITTED;
    else if (strlen(text) == 1 && text[0] >= '0' && text[0] - '0' <= MG_LAG_MOST)
        *lag = text[0] - '0';
    else
        return cli_usage(c, "'%s' is no lag: 0 to %d months, or fit", text, MG_LAG_MOST);
    return EXIT_DONE;
}

int cli_mirror(const cli *c, mg_mirror_options *to)
{
    const cli_options *o = c->options;
    int code = read_cif(c, &to->cif);

    if (code == EXIT_DONE)
        code = read_harmonise(c, &to->harmonise);
    if (code == EXIT_DONE)
        code = read_lag(c, &to->lag);
    to->unions = o->unions;
    to->net = o->net;
    to->months = o->months;
    to->nes = o->nes;
    to->implied = o->implied;
    to->re_exports = o->re_exports;
    to->concordance = o->concordance;
    return code;
}

int cli_open(const cli *c, uint32_t columns, bool once, bool part, mg_session **session)
{
    const cli_options *o = c->options;
    mg_session_options s = {.store = o->from_files ? NULL : o->store,
                            .files = (const char *const *)o->files,
                            .n_files = o->n_files,
                            .read = o->read,
                            .columns = columns,
                            .once = once,
                            .part = part};
    mg_error err = {0};
    mg_status status = mg_session_open(c->ref, &s, &c->talk, session, &err);

    return status == MG_OK ? EXIT_DONE : cli_fail(c, status, &err);
}
