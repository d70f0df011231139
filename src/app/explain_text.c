/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of one flow as text. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "app/page_numbers.h"
#include "mirrorgap/concordance.h"
#include "mirrorgap/number.h"

struct page {
    const struct explained *e;
    const struct full *f;
    const struct full_cell *c;
    const mg_ref *ref;
    FILE *to;
};

static const char *name_of(const struct page *p, unsigned code)
{
    const mg_area *area = mg_ref_area(p->ref, code);

    return area != NULL ? area->name : mg_ref_iso3(p->ref, code);
}

static const char *code_of(const struct full_cell *c, char text[MG_HS_CLASS_TEXT])
{
    mg_hs_class_text(
        (mg_hs_class){.hs = full_hs(c), .star = (c->notes & MG_PAIR_COMPONENT) != 0},
        text);
    return text;
}

static void head(const struct page *p)
{
    char code[MG_HS_CLASS_TEXT];
    char hs[MG_HS_TEXT];

    mg_hs_text(full_hs(p->c), hs);
    fprintf(p->to, "%" PRIu32 ", %s to %s, %s (%s)\n",
            p->f->mirror->periods[p->c->period], name_of(p, full_exporter(p->c)),
            name_of(p, full_importer(p->c)), code_of(p->c, code),
            full_hs(p->c) == MG_HS_TOTAL ? "all commodities"
                                         : mg_ref_chapter(p->ref, hs));
    if (p->e->alike > 0)
        fprintf(
            p->to,
            "%zu flows can be called so, as a country has several codes; this has most "
            "at stake.\n",
            p->e->alike + 1);
    if (p->e->finer > 0)
        fprintf(p->to,
                "The code that was asked for is not filed by itself. Of %zu finer ones "
                "this has most at stake.\n",
                p->e->finer);
}

static void verdict(const struct page *p)
{
    const size_t i = p->e->cell;
    struct full_words flags;
    char a[PAGE_NUMBER];
    char b[PAGE_NUMBER];
    char c[PAGE_NUMBER];

    fprintf(p->to, "\nVERDICT\n  ");
    if (p->f->excuses[i] != 0)
        fprintf(p->to, "Explained. ");
    if (isnan(p->f->p[i]))
        fprintf(p->to, "Not scored: %s.\n",
                p->c->status == MG_MATCHED
                    ? "a figure is 0"
                    : "the silence of the other side says nothing about this flow");
    else
        fprintf(p->to, "Rank %zu of %zu, p %s, q %s, %s USD at stake; strongest: %s.\n",
                p->e->rank, p->f->n, page_digits(2, p->f->p[i], a),
                page_digits(2, p->f->q[i], b), page_money(full_at_stake(p->c), c),
                full_channel_name(p->f->channel[i]));
    full_flag_words(p->f, i, &flags);
    if (flags.n > 0)
        fprintf(p->to, "  Flags: %s\n", flags.text);
    for (int s = 0; s < 2; s++)
        if (p->f->p_round[s][i] <= 0.001)
            fprintf(
                p->to,
                "  The %s's figure is rounder than what it files elsewhere (p %.1g).\n",
                s == 0 ? "exporter" : "importer", p->f->p_round[s][i]);
}

static void side(const struct page *p, const char *who, const mg_side *s)
{
    char value[PAGE_NUMBER];
    char kg[PAGE_NUMBER];
    char qty[PAGE_NUMBER];

    if (isnan(s->value_usd)) {
        fprintf(p->to, "  %-10s nothing (%s)\n", who,
                p->c->silence != 0 ? mg_silence_name(p->c->silence) : "silent");
        return;
    }
    fprintf(p->to, "  %-10s %s USD, %s kg%s", who, page_money(s->value_usd, value),
            page_money(s->kg, kg),
            (s->flags & MG_FLAG_KG_ESTIMATED) != 0 ? " (estimated)" : "");
    if (!isnan(s->qty) && s->unit > 1 && s->qty != s->kg)
        fprintf(p->to, ", %s of unit %d%s", page_money(s->qty, qty), s->unit,
                (s->flags & MG_FLAG_QTY_ESTIMATED) != 0 ? " (estimated)" : "");
    fprintf(p->to, ", edition %s\n", mg_edition_name(s->edition));
}

static void reports(const struct page *p)
{
    const struct measure *m = &p->e->measure;
    char a[PAGE_NUMBER];
    char b[PAGE_NUMBER];
    char c[PAGE_NUMBER];

    fprintf(p->to, "\nBOTH REPORTS\n");
    side(p, "exporter", &p->e->pair.x);
    side(p, "importer", &p->e->pair.m);
    if (!isnan(m->m.usd))
        fprintf(p->to, "  importer's figure made FOB: %s USD (margin %s, %s)\n",
                page_money(m->m.usd, a), page_fixed(3, m->m.margin, b),
                mg_margin_source_name(m->m.source));
    if (p->c->status == MG_MATCHED)
        fprintf(p->to, "  gap: %s USD (%s to %s within the margin's band)\n",
                page_money(m->gap, a), page_money(m->gap_low, b),
                page_money(m->gap_high, c));
    if (!isnan(m->qty.log_gap))
        fprintf(
            p->to,
            "  the importer's quantity is %s times the exporter's, its price %s times "
            "(%s)\n",
            page_digits(3, exp(m->qty.log_gap), a),
            page_digits(3, exp(m->log_price_gap), b), mg_qty_basis_name(m->qty.basis));
}

static void reasons(const struct page *p)
{
    struct full_reason list[FULL_REASONS];
    const size_t n = full_reasons(p->f, p->e->cell, list);
    const mg_null_score *s = &p->f->value[p->e->cell];
    double sum = 0;

    if (n == 0)
        return;
    if (p->c->status != MG_MATCHED) {
        fprintf(p->to,
                "\nREASONS\n  A flow like this one is told by one side alone with "
                "probability %.2g\n  (%zu of the %zu other periods of it are one-sided). "
                "Surprise, -ln of it:\n",
                p->f->probability[p->e->cell], p->e->one_sided, p->e->others);
        for (size_t k = 0; k < n; k++)
            fprintf(p->to, "  %-16s %7.3f\n", list[k].name, list[k].share);
        return;
    }
    fprintf(p->to, "\nREASONS (ln of importer's over exporter's figure, %.3f in all)\n",
            p->c->log_gap);
    for (size_t k = 0; k < n; k++) {
        sum += list[k].share;
        fprintf(p->to, "  %-16s %7.3f   x %.3g\n", list[k].name, list[k].share,
                exp(list[k].share));
    }
    fprintf(p->to, "  %-16s %7.3f\n", "sum", sum);
    fprintf(p->to,
            "  Usual here is %.3f, give or take %.3f: %.3f is %.1f deviations off.\n",
            s->expected, s->scale, p->c->log_gap, s->z);
}

static void line(const struct page *p, size_t i, const char *label)
{
    const struct full_cell *c = &p->f->cells[i];
    const mg_null_score *s = &p->f->value[i];
    char x[PAGE_NUMBER];
    char m[PAGE_NUMBER];
    char gap[PAGE_NUMBER];
    char usual[PAGE_NUMBER];
    char z[PAGE_NUMBER];
    char chance[PAGE_NUMBER];

    fprintf(p->to, "  %-24.24s %16s %16s %8s %8s %7s %8s%s\n", label,
            page_money(c->x_usd, x), page_money(c->m_usd, m),
            page_fixed(3, c->log_gap, gap), page_fixed(3, s->expected, usual),
            page_fixed(1, s->z, z), page_digits(2, p->f->p[i], chance),
            i == p->e->cell ? "  <" : "");
}

static void table_head(const struct page *p, const char *title, const char *label)
{
    fprintf(p->to, "\n%s\n  %-24s %16s %16s %8s %8s %7s %8s\n", title, label,
            "exporter USD", "importer FOB", "ln gap", "usual", "z", "p");
}

/* The last period of the cell's stretch of periods. */
static uint32_t until(const struct page *p)
{
    size_t last = p->e->cell;

    while (last + 1 < p->e->to && p->f->since[last + 1] == p->f->since[p->e->cell])
        last++;
    return p->f->mirror->periods[p->f->cells[last].period];
}

static uint32_t period_of(const struct page *p, size_t cell)
{
    return p->f->mirror->periods[p->f->cells[cell].period];
}

static void changes_of_level(const struct page *p)
{
    const uint32_t since = p->f->since[p->e->cell];

    if (since != UINT32_MAX)
        fprintf(p->to,
                "  Another level than the flow's longest from %" PRIu32 " to %" PRIu32
                ".\n",
                p->f->mirror->periods[since], until(p));
    if (p->e->drift != SIZE_MAX)
        fprintf(p->to,
                "  CUSUM: the gap drifts from %" PRIu32 " on; alarm in %" PRIu32 ".\n",
                period_of(p, p->e->drift_from), period_of(p, p->e->drift));
}

static void history(const struct page *p)
{
    enum { MOST = 36 };
    /* what is long is told around the cell */
    const size_t before = p->e->cell - p->e->from;
    const size_t from = before > MOST / 2 ? p->e->cell - MOST / 2 : p->e->from;

    table_head(p, "HISTORY OF THE FLOW", "period");
    for (size_t i = from; i < p->e->to && i < from + MOST; i++) {
        char label[16];
        snprintf(label, sizeof label, "%" PRIu32,
                 p->f->mirror->periods[p->f->cells[i].period]);
        line(p, i, label);
    }
    if (p->e->to - p->e->from > MOST)
        fprintf(p->to, "  (%d of %zu periods)\n", (int)MOST, p->e->to - p->e->from);
    changes_of_level(p);
}

static void price_line(const struct page *p, const char *who, const struct unit_value *u)
{
    char a[PAGE_NUMBER];
    char b[PAGE_NUMBER];
    char c[PAGE_NUMBER];

    if (isnan(u->here))
        return;
    fprintf(p->to, "  %-10s %s USD a kg", who, page_digits(4, u->here, a));
    if (!isnan(u->fair)) {
        fprintf(p->to, "; %s by %zu other periods, %s times that",
                page_digits(4, u->fair, b), u->periods,
                page_digits(3, u->here / u->fair, c));
        if (u->scale > 0)
            fprintf(p->to, " (%s deviations)",
                    page_fixed(1, log(u->here / u->fair) / u->scale, a));
    }
    fprintf(p->to, "\n");
}

static void prices(const struct page *p)
{
    const struct explained *e = p->e;
    char a[PAGE_NUMBER];

    if (isnan(e->price[0].here) && isnan(e->price[1].here))
        return;
    fprintf(p->to, "\nPRICES (weights that nobody estimated)\n");
    price_line(p, "exporter", &e->price[0]);
    price_line(p, "importer", &e->price[1]);
    fprintf(p->to, "  %-10s %s USD a kg, median of %zu reports of the period\n", "world",
            page_digits(4, e->world_price, a), e->world_reports);
}

static void habit(const struct page *p, const char *who, double effect)
{
    fprintf(p->to, "  %-28s the importer's side %s by %.1f %%\n", who,
            effect < 0 ? "lower" : "higher", 100 * fabs(expm1(effect)));
}

static void habits(const struct page *p)
{
    const mg_null_parts *s = &p->f->parts[p->e->cell];

    if (isnan(s->base))
        return;
    fprintf(p->to, "\nHABITS (beside all flows, each with the others known)\n");
    habit(p, name_of(p, full_exporter(p->c)), s->effect[MG_NULL_EXPORTER]);
    habit(p, name_of(p, full_importer(p->c)), s->effect[MG_NULL_IMPORTER]);
    habit(p, "the commodity", s->effect[MG_NULL_COMMODITY]);
    habit(p, "the flow's other periods", s->series);
}

static void beside(const struct page *p, const char *title, const struct neighbours *n,
                   int by)
{
    if (n->n == 0)
        return;
    table_head(p, title, by == 2 ? "code" : "country");
    for (size_t k = 0; k < n->n; k++) {
        const struct full_cell *c = &p->f->cells[n->cells[k]];
        char code[MG_HS_CLASS_TEXT];
        line(p, n->cells[k],
             by == 2   ? code_of(c, code)
             : by == 1 ? name_of(p, full_importer(c))
                       : name_of(p, full_exporter(c)));
    }
    if (n->all > n->n)
        fprintf(p->to, "  (%zu of %zu, by money at stake)\n", n->n, n->all);
}

/* Whether what a side is short of fits in what it files under areas not specified. */
static void unspecified(const struct page *p)
{
    const struct explained *e = p->e;
    const double more =
        (isnan(p->c->m_usd) ? 0 : p->c->m_usd) - (isnan(p->c->x_usd) ? 0 : p->c->x_usd);
    const bool short_x = more > 0;
    const double nes = short_x ? e->nes_x : e->nes_m;
    char a[PAGE_NUMBER];

    if (!(nes >= fabs(more)) || more == 0)
        return;
    fprintf(p->to,
            "  The %s files %s USD of it under areas not specified: what is missing here "
            "fits in there%s.\n",
            short_x ? "exporter" : "importer", page_money(nes, a),
            short_x ? " (--reallocate-nes)" : "");
}

static void changes(const struct page *p)
{
    const struct explained *e = p->e;
    char a[PAGE_NUMBER];
    char b[PAGE_NUMBER];
    char c[PAGE_NUMBER];

    fprintf(p->to, "\nWHAT WOULD CHANGE THE VERDICT\n");
    unspecified(p);
    if (p->c->status != MG_MATCHED) {
        if (isnan(p->f->p[e->cell]))
            fprintf(
                p->to,
                "  A report of the silent side for the period, of this or any flow.\n");
        else
            fprintf(p->to,
                    "  A report of the silent side: a late one, one under another code "
                    "(siblings above),\n  or under another partner (countries above).\n");
        return;
    }
    if (isnan(e->usual_x)) {
        fprintf(p->to, "  A figure above 0 on both sides.\n");
        return;
    }
    fprintf(p->to,
            "  An exporter's figure of %s USD would be as usual beside the importer's;\n"
            "  from %s to %s would be within two deviations.\n",
            page_money(e->usual_x, a), page_money(e->low_x, b), page_money(e->high_x, c));
    if (e->usual_margin > -0.05 && e->usual_margin < 0.6)
        fprintf(p->to, "  So would a margin of %.1f %% instead of %.1f %%.\n",
                100 * e->usual_margin, 100 * e->measure.m.margin);
    else
        fprintf(p->to, "  No margin between CIF and FOB explains it.\n");
}

char *explain_text(const struct explained *e, size_t *n)
{
    char *text = NULL;
    struct page p = {.e = e,
                     .f = e->full,
                     .c = &e->full->cells[e->cell],
                     .ref = mg_session_ref(e->full->mirror->session),
                     .to = open_memstream(&text, n)};

    if (p.to == NULL)
        return NULL;
    head(&p);
    verdict(&p);
    reports(&p);
    reasons(&p);
    prices(&p);
    history(&p);
    habits(&p);
    beside(&p, "SAME COMMODITY, THE EXPORTER'S OTHER PARTNERS", &e->importers, 1);
    beside(&p, "SAME COMMODITY, THE IMPORTER'S OTHER SOURCES", &e->exporters, 0);
    beside(&p, "SAME COUNTRIES, SIBLING CODES", &e->siblings, 2);
    changes(&p);
    const bool bad = ferror(p.to) != 0;
    if (fclose(p.to) != 0 || bad) {
        free(text);
        return NULL;
    }
    return text;
}
