/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals --check: countries that report, as if they did not, beside what they file. */
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/names.h"
#include "app/totals_table.h"
#include "mirrorgap/each.h"
#include "mirrorgap/mem.h"

static const mg_output_column columns[] = {
    {"period", "period", "year, or year and month"},
    {"flow", "code", "the country's own: X its exports, M its imports"},
    {"country", "code", "a country that reports"},
    {"country_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"own_usd", "USD", "what it files with partners that report the flow, made FOB"},
    {"reported_usd", "USD", "what these partners file, made FOB"},
    {"estimate_usd", "USD", "as of a country that does not report"},
    {"low_usd", "USD", "lower end of the 90 % band"},
    {"high_usd", "USD", "upper end of the 90 % band"},
    {"draw_low_usd", "USD", "lower end by the partners' errors alone"},
    {"draw_high_usd", "USD", "upper end by the partners' errors alone"},
    {"completeness", "share", "of usual trade, of the partners that report"},
    {"reporters", "count", "partners that file such trade"},
    {"counts", "code", "1: at least 100,000 USD and a completeness of 0.4"},
    {"inside", "code", "1: low_usd <= own_usd <= high_usd"},
    {"inside_draws", "code", "1: the same by the partners' errors alone"},
};

/* The years of one country and flow. */
struct years {
    const struct totals_known *known;
    size_t n;
    bool made;
    mg_totals_calibration calibration;
};

mg_status totals_check_columns(mg_output *output, mg_error *err)
{
    return mg_output_columns(output, "totals_check", columns,
                             sizeof columns / sizeof *columns, err);
}

static mg_status split(const struct totals_list *known, const uint8_t *countries,
                       struct totals_list *all, mg_error *err)
{
    const struct totals_known *k = known->items;

    for (size_t i = 0; i < known->n;) {
        size_t end = i + 1;
        while (end < known->n && k[end].flow == k[i].flow &&
               k[end].country == k[i].country)
            end++;
        if (countries == NULL || countries[k[i].country] != 0) {
            struct years *y = totals_add(all, err);
            if (y == NULL)
                return MG_E_NOMEM;
            *y = (struct years){.known = k + i, .n = end - i};
        }
        i = end;
    }
    return MG_OK;
}

struct calibrating {
    const struct totals_world *world;
    const struct totals_list *known;
    struct years *years;
};

static mg_status calibrate(void *self, size_t i, mg_error *err)
{
    const struct calibrating *c = self;
    struct years *y = &c->years[i];

    return totals_calibration(c->known, y->known->flow, y->known->country, c->world->seed,
                              &y->calibration, &y->made, err);
}

static mg_status calibrate_all(const struct totals_world *w,
                               const struct totals_list *known, struct years *years,
                               size_t n, mg_error *err)
{
    struct calibrating c = {w, known, years};

    return mg_each(n, w->talk, calibrate, &c, err);
}

static void print_year(const struct totals_world *w, const struct years *y,
                       const struct totals_known *k, mg_lines *to,
                       struct totals_coverage *coverage)
{
    const mg_totals_estimate *e = &k->estimate;
    const double share = k->completeness.share;
    mg_totals_estimate band =
        y->made ? totals_band(&y->calibration, e, share, k->reporters) : *e;
    bool inside = band.low <= k->own && k->own <= band.high;
    bool inside_draws = e->low <= k->own && k->own <= e->high;

    mg_line_integer(to, w->periods[k->place]);
    mg_line_word(to, k->flow == TOTALS_X ? "X" : "M", 1);
    line_area(to, mg_session_ref(w->mirror->session), k->country);
    mg_line_number(to, k->own);
    mg_line_number(to, e->reported);
    mg_line_number(to, band.median);
    mg_line_number(to, y->made ? band.low : NAN);
    mg_line_number(to, y->made ? band.high : NAN);
    mg_line_number(to, e->low);
    mg_line_number(to, e->high);
    mg_line_number(to, share);
    mg_line_integer(to, (int64_t)k->reporters);
    mg_line_integer(to, k->counts);
    if (y->made)
        mg_line_integer(to, inside);
    else
        mg_line_missing(to);
    mg_line_integer(to, inside_draws);
    mg_line_end(to);
    coverage->printed++;
    coverage->counted += k->counts && y->made;
    coverage->inside += k->counts && y->made && inside;
    coverage->inside_draws += k->counts && y->made && inside_draws;
}

struct year {
    const struct years *of;
    const struct totals_known *known;
};

static int by_period(const void *a, const void *b)
{
    const struct totals_known *x = ((const struct year *)a)->known;
    const struct totals_known *y = ((const struct year *)b)->known;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->flow != y->flow)
        return x->flow < y->flow ? -1 : 1;
    return (x->country > y->country) - (x->country < y->country);
}

static mg_status print_years(const struct totals_world *w, const struct totals_list *all,
                             const mg_filter *printing, mg_output *output,
                             struct totals_coverage *coverage, mg_error *err)
{
    struct totals_list years = {.size = sizeof(struct year)};
    const struct years *y = all->items;
    struct year *items;
    mg_status status = MG_OK;
    mg_lines lines;

    for (size_t i = 0; status == MG_OK && i < all->n; i++)
        for (size_t k = 0; status == MG_OK && k < y[i].n; k++) {
            struct year *to;
            if (!filter_period(printing, w->periods[y[i].known[k].place]))
                continue;
            to = totals_add(&years, err);
            if (to == NULL)
                status = MG_E_NOMEM;
            else
                *to = (struct year){&y[i], &y[i].known[k]};
        }
    items = years.items;
    if (years.n > 1)
        qsort(items, years.n, sizeof *items, by_period);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < years.n; i++) {
        if (printing->limit > 0 && i >= printing->limit)
            break;
        print_year(w, items[i].of, items[i].known, &lines, coverage);
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    free(items);
    return status;
}

mg_status totals_check_print(const struct totals_world *w,
                             const struct totals_list *known, const mg_filter *printing,
                             const uint8_t *countries, mg_output *output,
                             struct totals_coverage *coverage, mg_error *err)
{
    struct totals_list all = {.size = sizeof(struct years)};
    mg_status status = split(known, countries, &all, err);

    *coverage = (struct totals_coverage){0};
    if (status == MG_OK)
        status = calibrate_all(w, known, all.items, all.n, err);
    if (status == MG_OK)
        status = print_years(w, &all, printing, output, coverage, err);
    free(all.items);
    return status;
}
