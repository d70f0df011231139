/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a cell is scored as it is, in parts that add up, and what to know about it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/full.h"

/* A figure so round is worth a word. */
static const double rounder = 0.001;
/* ln: less is no reason */
static const double least_share = 0.0005;

const char *full_channel_name(unsigned channel)
{
    static const char *const names[] = {"",      "value",     "quantity",
                                        "price", "one_sided", "series"};

    return names[channel];
}

static void unit_name(const struct full_cell *c, char *name, size_t room)
{
    if (c->unit_k != 0)
        snprintf(name, room, "unit_10^%d", c->unit_k);
    else
        snprintf(name, room, "unit");
}

static void add(struct full_reason *reasons, size_t *n, const char *name, double share)
{
    struct full_reason *r = &reasons[*n];

    if (isnan(share) || fabs(share) < least_share)
        return;
    snprintf(r->name, sizeof r->name, "%s", name);
    r->share = share;
    ++*n;
}

/* log_gap in parts. What all flows of a period share is put down to the margin: it is
 * what the margin that was taken leaves over. */
static size_t gap_reasons(const struct full *f, size_t i, struct full_reason *reasons)
{
    const struct full_cell *c = &f->cells[i];
    const mg_null_score *s = &f->value[i];
    size_t n = 0;
    double left = c->log_gap - mg_null_expected(s);

    if (isnan(s->z))
        return 0;
    add(reasons, &n, "margin", s->base + s->effect[MG_NULL_PERIOD]);
    add(reasons, &n, "exporter_habit", s->effect[MG_NULL_EXPORTER]);
    add(reasons, &n, "importer_habit", s->effect[MG_NULL_IMPORTER]);
    add(reasons, &n, "product", s->effect[MG_NULL_COMMODITY]);
    add(reasons, &n, "pair_habit", s->series);
    if (c->unit_called && c->unit_on_value && c->unit_k != 0) {
        char name[24];
        unit_name(c, name, sizeof name);
        add(reasons, &n, name, c->unit_k * M_LN10);
        left -= c->unit_k * M_LN10;
    }
    add(reasons, &n, "timing", f->timing[i]);
    add(reasons, &n, "unexplained", left - f->timing[i]);
    return n;
}

/* What the data know a cell by that needs no guilty explanation. */
static const struct {
    unsigned bit;
    const char *name;
} excuses[] = {{EXCUSE_TIMING, "timing"},
               {EXCUSE_SECRECY, "secrecy"},
               {EXCUSE_EDITION, "edition"},
               {EXCUSE_NES, "nes"},
               {EXCUSE_NEW_REPORTER, "new_reporter"},
               {EXCUSE_SUCCESSION, "succession"}};
enum { EXCUSES = sizeof excuses / sizeof *excuses };

/* The surprise of a missing side, all of it or none excused. */
static size_t one_sided_reasons(const struct full *f, size_t i,
                                struct full_reason *reasons)
{
    const double surprise = -log(f->probability[i]);
    size_t n = 0;

    for (size_t e = 0; e < EXCUSES; e++)
        if ((f->excuses[i] & excuses[e].bit) != 0) {
            add(reasons, &n, excuses[e].name, surprise);
            return n;
        }
    add(reasons, &n, "unexplained", surprise);
    return n;
}

size_t full_reasons(const struct full *f, size_t i,
                    struct full_reason reasons[FULL_REASONS])
{
    if (f->cells[i].status == MG_MATCHED)
        return gap_reasons(f, i, reasons);
    return isnan(f->p[i]) ? 0 : one_sided_reasons(f, i, reasons);
}

static void add_word(struct full_words *w, const char *word)
{
    int n = snprintf(w->text + w->n, sizeof w->text - w->n, "%s%s", w->n > 0 ? ";" : "",
                     word);

    if (n > 0 && w->n + (size_t)n < sizeof w->text)
        w->n += (size_t)n;
}

void full_reason_words(const struct full *f, size_t i, struct full_words *w)
{
    struct full_reason reasons[FULL_REASONS];
    const size_t n = full_reasons(f, i, reasons);

    *w = (struct full_words){.n = 0};
    for (size_t k = 0; k < n; k++) {
        char word[400];
        snprintf(word, sizeof word, "%s=%.3f", reasons[k].name, reasons[k].share);
        add_word(w, word);
    }
}

void full_flag_words(const struct full *f, size_t i, struct full_words *w)
{
    const struct full_cell *c = &f->cells[i];
    char text[48];

    *w = (struct full_words){.n = 0};
    if (f->excuses[i] != 0)
        add_word(w, "explained");
    for (size_t e = 0; e < EXCUSES; e++)
        if ((f->excuses[i] & excuses[e].bit) != 0)
            add_word(w, excuses[e].name);
    if (c->unit_called) {
        unit_name(c, text, sizeof text);
        add_word(w, text);
    }
    if (c->estimated)
        add_word(w, "estimated_quantity");
    if (f->p_round[0][i] <= rounder)
        add_word(w, "rounded_x");
    if (f->p_round[1][i] <= rounder)
        add_word(w, "rounded_m");
    if (f->sibling[i] != 0) {
        char hs[MG_HS_TEXT];
        mg_hs_text(f->sibling[i], hs);
        snprintf(text, sizeof text, "relabel:%s", hs);
        add_word(w, text);
    }
}
