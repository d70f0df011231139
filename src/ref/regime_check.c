/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the lines of a regime say together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ref/regime_load.h"

static bool same_areas(const uint16_t *a, size_t n, const uint16_t *b, size_t m)
{
    return n == m && (n == 0 || memcmp(a, b, n * sizeof *a) == 0);
}

static bool same_amount(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Lines of one rule that must agree. Returns the column that does not, NULL: all do. */
static const char *disagree(const mg_rule *a, const mg_rule *b)
{
    if (a->effective != b->effective)
        return "effective";
    if (a->ends != b->ends)
        return "ends";
    if (a->wind_down != b->wind_down)
        return "wind_down";
    if (a->direction != b->direction)
        return "direction";
    if (strcmp(a->instrument, b->instrument) != 0)
        return "instrument";
    if (a->placebo != b->placebo || a->watch != b->watch)
        return "kind";
    if (!same_areas(a->targets, a->n_targets, b->targets, b->n_targets))
        return "target";
    if (!same_areas(a->reporters, a->n_reporters, b->reporters, b->n_reporters))
        return "reporters";
    if (a->exempts || b->exempts)
        return NULL;
    if (!same_amount(a->cap.amount, b->cap.amount) || a->cap.unit != b->cap.unit ||
        a->cap.start != b->cap.start)
        return "cap";
    return a->cap.num != b->cap.num || a->cap.den != b->cap.den ? "cap_per_tonne" : NULL;
}

/* Tells the later of two lines that they clash. */
static void clash(struct regime_load *load, const mg_rule *a, const mg_rule *b,
                  const char *column)
{
    const mg_rule *later = a->line > b->line ? a : b;
    const unsigned long long other =
        (unsigned long long)(a->line > b->line ? b->line : a->line);

    if (column != NULL)
        regime_fault(load, later->line,
                     "column '%s': rule '%s' says otherwise on line %llu", column,
                     a->rule, other);
    else
        regime_fault(load, later->line,
                     "column 'hs': rule '%s' has these goods on line %llu too", a->rule,
                     other);
}

static int code_order(const void *a, const void *b)
{
    const mg_rule *x = a;
    const mg_rule *y = b;

    if (x->edition != y->edition)
        return x->edition < y->edition ? -1 : 1;
    return (x->hs > y->hs) - (x->hs < y->hs);
}

/* Another line of the rule with the same edition and kind that has all of the line's
 * goods: the same code, or one that it begins with. */
static const mg_rule *holder(const mg_rule *rules, size_t n, const mg_rule *line)
{
    for (int level = 2; level <= mg_hs_level(line->hs); level += 2) {
        mg_rule key = *line;
        key.hs = mg_hs_cut(line->hs, level);
        const mg_rule *found = bsearch(&key, rules, n, sizeof key, code_order);
        while (found != NULL && found > rules && code_order(found - 1, &key) == 0)
            found--;
        for (; found != NULL && found < rules + n && code_order(found, &key) == 0;
             found++)
            if (found != line && found->exempts == line->exempts &&
                (found->hs != line->hs || found->line < line->line))
                return found;
    }
    return NULL;
}

void regime_check(struct regime_load *load)
{
    const mg_regime *g = load->regime;

    for (size_t i = 0; i < g->n;) {
        const size_t end = mg_regime_rule_end(g, i);
        const mg_rule *cap = NULL; /* the first line that does not exempt */
        for (size_t k = i; k < end; k++) {
            const mg_rule *line = &g->rules[k];
            const mg_rule *first = line->exempts || cap == NULL ? &g->rules[i] : cap;
            const char *column = first != line ? disagree(first, line) : NULL;
            const mg_rule *same = holder(g->rules + i, end - i, line);
            if (column != NULL)
                clash(load, first, line, column);
            if (same != NULL)
                clash(load, same, line, NULL);
            cap = cap == NULL && !line->exempts ? line : cap;
        }
        i = end;
    }
}
