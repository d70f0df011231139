/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/reroute_table.h"

#include <math.h>
#include <string.h>

#include "app/names.h"

static const mg_output_column columns[] = {
    {"rank", "count", "by p, then by what was rerouted; empty: no p"},
    {"hub", "code", "the country between"},
    {"hub_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"goods", "count", "goods asked about that the sources sent to the hub"},
    {"to_hub_before_usd", "USD", "sources' exports of them to the hub, a year"},
    {"to_hub_after_usd", "USD", "the same after the event"},
    {"excess_usd", "USD", "what is above the growth of the sources' exports elsewhere"},
    {"hub_to_target_before_usd", "USD",
     "the hub's exports of them to the target, a year"},
    {"hub_to_target_after_usd", "USD", "the same after the event"},
    {"sent_usd", "USD", "what is above the growth of the hub's exports to others"},
    {"rerouted_usd", "USD", "over goods, the smaller of excess and sent"},
    {"pass_through", "share", "slope of sent on excess over goods"},
    {"phantom_ratio", "share",
     "of the sources' exports to the hub, what it did not record"},
    {"phantom_usd", "USD", "of goods of which it recorded less, the difference"},
    {"substitution", "share", "excess over what the sources' exports to the target lost"},
    {"triple_difference", "ln",
     "growth to the hub against elsewhere, goods asked about less the others"},
    {"triple_std_error", "ln", "of it"},
    {"triple_p", "p", "of no difference"},
    {"p", "p",
     "permutation of goods within chapters: the excess goes where the hub sells"},
    {"q", "p", "false-discovery-controlled over hubs (Benjamini and Hochberg)"},
    {"flags", "text", "what to know, separated by semicolons"},
};

static const mg_output_column good_columns[] = {
    {"hub", "code", "the country between"},
    {"hub_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"hs", "code", "good: a code, or with a star those of a component"},
    {"asked", "code", "1: a good that the regimes are about; part: some of it may be"},
    {"to_target_before_usd", "USD", "sources' exports to the target, a year"},
    {"to_target_after_usd", "USD", "the same after the event"},
    {"to_hub_before_usd", "USD", "sources' exports to the hub, a year"},
    {"to_hub_after_usd", "USD", "the same after the event"},
    {"growth", "ratio", "of the sources' exports elsewhere"},
    {"excess_usd", "USD", "to_hub_after_usd less growth times to_hub_before_usd"},
    {"hub_imports_after_usd", "USD", "what the hub recorded of them, FOB, a year"},
    {"phantom_ratio", "share", "of the sources' exports, what the hub did not record"},
    {"hub_to_target_before_usd", "USD", "the hub's exports to the target, a year"},
    {"hub_to_target_after_usd", "USD", "the same after the event"},
    {"sent_usd", "USD", "what is above the growth of the hub's exports to others"},
    {"rerouted_usd", "USD", "the smaller of excess and sent"},
};

static void flag(char *flags, const char *word)
{
    strcat(flags, flags[0] != '\0' ? ";" : "");
    strcat(flags, word);
}

/* What else may be behind a hub's figures. */
static void find_flags(const struct rerouting *r, const struct reroute_hub *h,
                       char *flags)
{
    const unsigned code = r->codes[h->area];
    const mg_valuation system = mg_ref_valuation(mg_session_ref(r->session), code,
                                                 MG_FLOW_M, r->options->event / 10000);

    if (!rerouting_filed(r, h->area, true, false) &&
        !rerouting_filed(r, h->area, false, false))
        flag(flags, "hub_silent");
    else if (!rerouting_filed(r, h->area, true, true) ||
             !rerouting_filed(r, h->area, false, true))
        flag(flags, "new_reporter");
    if (system.system == MG_SYSTEM_SPECIAL) /* goods in free zones are not recorded */
        flag(flags, "special_trade");
    if (isnan(h->result.p))
        flag(flags, "no_test");
    if (h->part)
        flag(flags, "coverage_part");
    if (r->silent_sources > 0)
        flag(flags, "source_silent_once");
    /* what grows in goods nobody asked about grows anyway */
    if (h->result.triple_p > 0.1 || h->result.triple <= 0)
        flag(flags, "grows_in_other_goods");
}

static void print_hub(const struct rerouting *r, const struct reroute_hub *h, size_t rank,
                      mg_lines *to)
{
    const mg_reroute *x = &h->result;
    char flags[256] = "";

    if (isnan(x->p))
        mg_line_missing(to);
    else
        mg_line_integer(to, (int64_t)rank);
    line_area(to, mg_session_ref(r->session), r->codes[h->area]);
    mg_line_integer(to, (int64_t)x->goods);
    mg_line_number(to, h->to_hub.before);
    mg_line_number(to, h->to_hub.after);
    mg_line_number(to, x->excess);
    mg_line_number(to, h->out.before);
    mg_line_number(to, h->out.after);
    mg_line_number(to, x->sent);
    mg_line_number(to, x->rerouted);
    mg_line_number(to, x->pass_through);
    mg_line_number(to, x->phantom);
    mg_line_number(to, h->phantom_usd);
    mg_line_number(to, x->substitution);
    mg_line_number(to, x->triple);
    mg_line_number(to, x->triple_error);
    mg_line_number(to, x->triple_p);
    mg_line_number(to, x->p);
    mg_line_number(to, h->q);
    find_flags(r, h, flags);
    mg_line_word(to, flags, strlen(flags));
    mg_line_end(to);
}

static void print_good(const struct reroute_answer *a, size_t hub, size_t i, mg_lines *to)
{
    const struct rerouting *r = a->r;
    const struct rerouting_good *good = &r->goods[a->place[i]];
    const mg_reroute_good *g = &a->goods[i];
    const mg_reroute_line *l = &a->lines[i];
    const char *asked = !good->banned ? "0" : good->part ? "part" : "1";

    line_area(to, mg_session_ref(r->session), r->codes[hub]);
    line_code(to, good->name.hs, good->name.star);
    mg_line_word(to, asked, strlen(asked));
    mg_line_number(to, g->to_target.before);
    mg_line_number(to, g->to_target.after);
    mg_line_number(to, g->to_hub.before);
    mg_line_number(to, g->to_hub.after);
    mg_line_number(to, l->growth);
    mg_line_number(to, l->excess);
    mg_line_number(to, g->hub_in.after);
    mg_line_number(to, l->phantom);
    mg_line_number(to, g->hub_out.before);
    mg_line_number(to, g->hub_out.after);
    mg_line_number(to, l->sent);
    mg_line_number(to, l->rerouted);
    mg_line_end(to);
}

static mg_status print_goods(struct reroute_answer *a, const struct reroute_hub *h,
                             mg_output *output, mg_lines *lines, mg_error *err)
{
    mg_status status;

    reroute_fill(a, h->area);
    status = mg_reroute_lines(a->n, a->goods, a->lines, err);
    for (size_t i = 0; status == MG_OK && i < a->n; i++) {
        if (!(a->goods[i].to_hub.before > 0 || a->goods[i].to_hub.after > 0))
            continue;
        print_good(a, h->area, i, lines);
        status = mg_output_step(output, lines, err);
    }
    return status;
}

mg_status reroute_table(struct reroute_answer *a, mg_output *output,
                        mg_reroute_summary *summary, mg_error *err)
{
    const struct rerouting *r = a->r;
    const uint64_t limit = r->options->filter.limit;
    mg_lines lines;
    mg_status status =
        r->options->by_code
            ? mg_output_columns(output, "reroute_goods", good_columns,
                                sizeof good_columns / sizeof *good_columns, err)
            : mg_output_columns(output, "reroute", columns,
                                sizeof columns / sizeof *columns, err);

    if (status == MG_OK)
        status = mg_output_note(output, "data", mg_session_identity(r->session), err);
    if (status == MG_OK)
        status = mg_output_note(output, "route", r->options->route, err);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < a->n_hubs; i++) {
        const struct reroute_hub *h = &a->hubs[i];
        summary->hubs++;
        summary->tested += isnan(h->result.p) ? 0 : 1;
        summary->called += h->q <= 0.1;
        if (limit > 0 && i >= limit)
            continue;
        if (r->options->by_code)
            status = print_goods(a, h, output, &lines, err);
        else
            print_hub(r, h, i + 1, &lines);
        summary->rows = lines.rows;
        if (status == MG_OK)
            status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    return status;
}
