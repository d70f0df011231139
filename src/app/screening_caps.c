/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen: how much of each cap is used, and the verdicts. A cap is the world's: all
 * reporters that the rule speaks of count, whatever is printed. */
#include <stdlib.h>
#include <string.h>

#include "app/screening.h"
#include "mirrorgap/mem.h"

/* What one line adds to one year of a cap, in its unit. */
struct portion {
    int year;
    uint32_t period;
    double amount, low, high; /* low, high: divided months not at all, and whole */
    double usd, unweighed;
    uint16_t reporter;
    bool weighed, rough;
};

struct portions {
    struct portion *items;
    size_t n, room;
};

static mg_status add_line(struct portions *to, const struct screen_line *line,
                          mg_error *err)
{
    const mg_cap *cap = &line->rule->cap;
    const double usd = mg_sum_value(&line->usd);
    const double weighed = mg_sum_value(&line->usd_weighed);
    const bool in_money = cap->unit == MG_CAP_USD;
    const double amount = mg_cap_amount(cap, mg_sum_value(&line->kg), usd);
    mg_cap_share shares[2];
    bool rough;
    const size_t n = mg_cap_years(line->rule, line->period, shares, &rough);
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < n; i++) {
        status =
            mg_grow((void **)&to->items, &to->room, to->n + 1, sizeof *to->items, err);
        if (status == MG_OK)
            to->items[to->n++] = (struct portion){
                .year = shares[i].year,
                .period = line->period,
                .reporter = line->reporter,
                .amount = amount * shares[i].share,
                .low = shares[i].share < 1 ? 0 : amount,
                .high = amount,
                .usd = usd * shares[i].share,
                .unweighed = in_money ? 0 : (usd - weighed) * shares[i].share,
                .weighed = in_money || weighed > 0,
                .rough = rough};
    }
    return status;
}

static int portion_order(const void *a, const void *b)
{
    const struct portion *x = a;
    const struct portion *y = b;

    if (x->year != y->year)
        return x->year < y->year ? -1 : 1;
    return (x->period > y->period) - (x->period < y->period);
}

static size_t count_reporters(const struct portion *p, size_t n)
{
    size_t reporters = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < i && p[k].reporter != p[i].reporter)
            k++;
        reporters += k == i;
    }
    return reporters;
}

/* One year of a cap: its portions, by period. */
static struct screen_cap sum_year(const struct screen_line *line, const struct portion *p,
                                  size_t n)
{
    struct screen_cap cap = {.regime = line->regime,
                             .rule = line->rule,
                             .year = p[0].year,
                             .first = p[0].period,
                             .last = p[n - 1].period,
                             .reporters = count_reporters(p, n)};
    mg_sum amount = {0};
    mg_sum low = {0};
    mg_sum high = {0};
    mg_sum usd = {0};
    mg_sum unweighed = {0};

    for (size_t i = 0; i < n; i++) {
        mg_sum_add(&amount, p[i].amount);
        mg_sum_add(&low, p[i].low);
        mg_sum_add(&high, p[i].high);
        mg_sum_add(&usd, p[i].usd);
        mg_sum_add(&unweighed, p[i].unweighed);
        cap.weighed = cap.weighed || p[i].weighed;
        cap.rough = cap.rough || p[i].rough;
        if (cap.passed == 0 && mg_sum_value(&amount) > line->rule->cap.amount)
            cap.passed = p[i].period;
    }
    cap.amount = cap.weighed ? mg_sum_value(&amount) : NAN;
    cap.low = cap.weighed ? mg_sum_value(&low) : NAN;
    cap.high = cap.weighed ? mg_sum_value(&high) : NAN;
    cap.usd = mg_sum_value(&usd);
    cap.unweighed = mg_sum_value(&unweighed) / cap.usd;
    return cap;
}

static void tell_lines(struct screen_line *lines, size_t n, const struct screen_cap *cap)
{
    for (size_t i = 0; i < n; i++) {
        struct screen_line *line = &lines[i];
        const double amount = line->rule->cap.amount;
        if (mg_cap_year(line->rule, line->period) != cap->year)
            continue;
        line->cap_used = cap->amount / amount;
        line->cap_low = cap->low / amount;
        line->cap_high = cap->high / amount;
        line->unweighed = cap->unweighed;
        line->rough = cap->rough;
        line->passed = cap->passed;
    }
}

/* The lines of one rule that caps. */
static mg_status tell_rule(struct screening *s, struct screen_line *lines, size_t n,
                           struct portions *portions, mg_error *err)
{
    mg_status status = MG_OK;

    portions->n = 0;
    for (size_t i = 0; status == MG_OK && i < n; i++)
        if (screening_counts(&lines[i]))
            status = add_line(portions, &lines[i], err);
    if (status != MG_OK || portions->n == 0)
        return status;
    qsort(portions->items, portions->n, sizeof *portions->items, portion_order);
    for (size_t i = 0; i < portions->n;) {
        size_t end = i + 1;
        while (end < portions->n && portions->items[end].year == portions->items[i].year)
            end++;
        status = mg_grow((void **)&s->caps, &s->room_caps, s->n_caps + 1, sizeof *s->caps,
                         err);
        if (status != MG_OK)
            return status;
        s->caps[s->n_caps] = sum_year(&lines[0], portions->items + i, end - i);
        tell_lines(lines, n, &s->caps[s->n_caps++]);
        i = end;
    }
    return MG_OK;
}

double screening_lookalike(const struct screen_line *line)
{
    return mg_sum_value(&line->swapped) / mg_sum_value(&line->judged);
}

bool screening_counts(const struct screen_line *line)
{
    return !line->exempt && !(screening_lookalike(line) >= MG_LOOKALIKE_SWAP);
}

size_t screening_rule_end(const struct screening *s, size_t first)
{
    const struct screen_line *line = &s->lines[first];
    size_t end = first + 1;

    while (end < s->n_lines && s->lines[end].regime_at == line->regime_at &&
           strcmp(s->lines[end].rule->rule, line->rule->rule) == 0)
        end++;
    return end;
}

mg_status screening_judge(struct screening *s, mg_error *err)
{
    struct portions portions = {0};
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < s->n_lines;) {
        const size_t end = screening_rule_end(s, i);
        if (!isnan(s->lines[i].rule->cap.amount))
            status = tell_rule(s, s->lines + i, end - i, &portions, err);
        i = end;
    }
    free(portions.items);
    for (size_t i = 0; i < s->n_lines; i++) {
        struct screen_line *line = &s->lines[i];
        const mg_screen_case c = {.period = line->period,
                                  .exempt = line->exempt,
                                  .watch = line->rule->watch,
                                  .lookalike = screening_lookalike(line),
                                  .cap_used = line->cap_used};
        line->verdict = mg_screen_verdict(line->rule, &c);
    }
    return status;
}
