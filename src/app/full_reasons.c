/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a cell is scored as it is, in parts that add up, and what to know about it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/full.h"
#include "mirrorgap/concordance.h"
#include "mirrorgap/number.h"

/* A figure so round is worth a word. */
static const double rounder = 0.001;

const char *full_channel_name(unsigned channel)
{
    static const char *const names[] = {"",      "value",     "quantity",
                                        "price", "one_sided", "series"};

    return names[channel];
}

static void unit_name(const struct full_cell *c, char *name, size_t room)
{
    snprintf(name, room, "unit_10^%d", c->unit_k);
}

static void add(struct full_reason *reasons, size_t *n, const char *name, double share)
{
    struct full_reason *r = &reasons[*n];

    share = round(share * 1000) / 1000; /* as it is printed, so that parts add up */
    if (isnan(share) || share == 0)
        return;
    memcpy(r->name, name, strlen(name) + 1);
    r->share = share;
    ++*n;
}

/* log_gap in parts. What all flows of a period share is put down to the margin: it is
 * what the margin that was taken leaves over. */
static size_t gap_reasons(const struct full *f, size_t i, struct full_reason *reasons)
{
    const struct full_cell *c = &f->cells[i];
    const mg_null_parts *s = &f->parts[i];
    size_t n = 0;

    if (isnan(s->base))
        return 0;
    add(reasons, &n, "margin", s->base + s->effect[MG_NULL_PERIOD]);
    add(reasons, &n, "exporter_habit", s->effect[MG_NULL_EXPORTER]);
    add(reasons, &n, "importer_habit", s->effect[MG_NULL_IMPORTER]);
    add(reasons, &n, "product", s->effect[MG_NULL_COMMODITY]);
    add(reasons, &n, "pair_habit", s->series);
    if (c->unit_on_value) {
        char name[24];
        unit_name(c, name, sizeof name);
        add(reasons, &n, name, c->unit_k * M_LN10);
    }
    add(reasons, &n, "timing", f->timing[i]);
    double left = c->log_gap;
    for (size_t k = 0; k < n; k++)
        left -= reasons[k].share;
    add(reasons, &n, "unexplained", left);
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
    const double surprise = -log(fmax(f->probability[i], 1e-300));
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

/* A word that has no room is left out. */
static void add_word(struct full_words *w, const char *word)
{
    const size_t n = strlen(word);

    if (w->n + n + 2 > sizeof w->text)
        return;
    if (w->n > 0)
        w->text[w->n++] = ';';
    memcpy(w->text + w->n, word, n + 1);
    w->n += n;
}

/* name=share to three decimals: there are many, and printf is slow. */
static void add_share(struct full_words *w, const struct full_reason *r)
{
    char word[sizeof r->name + 40];
    char digits[24];
    const size_t n = strlen(r->name);
    double thousandths = floor(fabs(r->share) * 1000 + 0.5);
    size_t k = n;

    memcpy(word, r->name, n);
    word[k++] = '=';
    if (r->share < 0)
        word[k++] = '-';
    const size_t m = mg_integer_write((int64_t)fmin(thousandths / 1000, 1e15), digits);
    memcpy(word + k, digits, m);
    k += m;
    const unsigned rest = (unsigned)fmod(thousandths, 1000);
    word[k++] = '.';
    word[k++] = (char)('0' + rest / 100);
    word[k++] = (char)('0' + rest / 10 % 10);
    word[k++] = (char)('0' + rest % 10);
    word[k] = '\0';
    add_word(w, word);
}

void full_reason_words(const struct full *f, size_t i, struct full_words *w)
{
    struct full_reason reasons[FULL_REASONS];
    const size_t n = full_reasons(f, i, reasons);

    *w = (struct full_words){.n = 0};
    for (size_t k = 0; k < n; k++)
        add_share(w, &reasons[k]);
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
    if (c->unit_k != 0) {
        unit_name(c, text, sizeof text);
        add_word(w, text);
    }
    if (c->estimated)
        add_word(w, "estimated_quantity");
    if (f->p_round[0][i] <= rounder)
        add_word(w, "rounded_x");
    if (f->p_round[1][i] <= rounder)
        add_word(w, "rounded_m");
    if (f->since[i] != UINT32_MAX) {
        snprintf(text, sizeof text, "shift:%u", f->mirror->periods[f->since[i]]);
        add_word(w, text);
    }
    if (f->sibling[i] != 0) {
        char hs[MG_HS_CLASS_TEXT];
        mg_hs_class_text((mg_hs_class){.hs = f->sibling[i] & ~SIBLING_STAR,
                                       .star = (f->sibling[i] & SIBLING_STAR) != 0},
                         hs);
        snprintf(text, sizeof text, "relabel:%s", hs);
        add_word(w, text);
    }
}
