/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hubs: whose trade passes through, with the shares that say so. */
#include <string.h>

#include "app/hubs.h"
#include "app/names.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"country", "code", "reporter, UN Comtrade area code"},
    {"iso3", "code", "its ISO 3166 alpha-3 code"},
    {"export_usd", "USD", "what it filed as exports"},
    {"re_export_usd", "USD", "of that, filed as re-exports"},
    {"re_export_share", "share", "re_export_usd over export_usd"},
    {"import_fob_usd", "USD", "what it filed as imports, made FOB"},
    {"pass_through_share", "share",
     "of its imports that its exports of the same codes could be made of"},
    {"sent_usd", "USD", "what others filed as exports to it"},
    {"phantom_ratio", "share", "of sent_usd in cells of which it filed no import"},
    {"shortfall_ratio", "share", "of sent_usd that is missing in its imports"},
    {"hub", "text", "yes or no"},
    {"flags", "text", "re_exports, pass_through, phantom"},
};

static double share(double part, double whole)
{
    return whole > 0 ? part / whole : NAN;
}

static void print_flags(unsigned flags, mg_lines *to)
{
    static const char *const names[] = {"re_exports", "pass_through", "phantom"};
    char text[64];
    size_t n = 0;

    for (unsigned i = 0; i < 3; i++) {
        if ((flags >> i & 1) == 0)
            continue;
        if (n > 0)
            text[n++] = ';';
        memcpy(text + n, names[i], strlen(names[i]));
        n += strlen(names[i]);
    }
    mg_line_word(to, text, n);
}

static void print_line(const mg_ref *ref, const struct hub_line *l, mg_lines *to)
{
    const struct hub_sums *s = &l->sums;
    const unsigned flags = hub_flags(s);
    const bool hub = hub_is(flags);

    mg_line_integer(to, l->period);
    line_area(to, ref, l->country);
    mg_line_number(to, s->x);
    mg_line_number(to, s->rx);
    mg_line_number(to, share(s->rx, s->x));
    mg_line_number(to, s->m);
    mg_line_number(to, share(s->through, s->m));
    mg_line_number(to, s->sent);
    mg_line_number(to, share(s->phantom, s->sent));
    mg_line_number(to, share(s->shortfall, s->sent));
    mg_line_word(to, hub ? "yes" : "no", hub ? 3 : 2);
    print_flags(flags, to);
    mg_line_end(to);
}

static bool wanted(const mg_filter *f, unsigned country)
{
    return f->either == NULL || f->either[country] != 0;
}

mg_status mg_hubs_print(const mg_session *session, const mg_mirror_options *options,
                        mg_output *output, const mg_talk *talk, uint64_t *rows,
                        mg_error *err)
{
    struct mirror mirror = {0};
    struct hubs hubs = {0};
    mg_lines lines;
    mg_status status = mirror_open(&mirror, session, options, false, talk, err);

    *rows = 0;
    if (status == MG_OK)
        status = mg_output_columns(output, "hubs", columns,
                                   sizeof columns / sizeof *columns, err);
    if (status == MG_OK)
        status = mirror_note(&mirror, output, err);
    mirror.plan.choice = NULL; /* a country's trade with all others is looked at */
    if (status == MG_OK)
        status = hubs_gather(&hubs, &mirror, talk, err);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < hubs.n; i++)
        if (wanted(&mirror.filter, hubs.lines[i].country))
            print_line(mg_session_ref(session), &hubs.lines[i], &lines);
    *rows = lines.rows;
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    hubs_release(&hubs);
    mirror_close(&mirror);
    return status;
}
