/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen: the table. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/filter.h"
#include "app/names.h"
#include "app/screening.h"

static const mg_output_column columns[] = {
    RULE_COLUMNS,
    {"hs", "code", "HS prefix of the rule"},
    {"edition", "code", "HS edition of that prefix"},
    {"effective", "date", "first day in force; empty: a watch-list"},
    {"wind_down", "date", "last day of grace"},
    {"period", "period", "year, or year and month"},
    {"reporter", "code", "the partner that filed the trade"},
    {"reporter_iso3", "code", "its ISO 3166 alpha-3 code"},
    {"flow", "code", "M: the reporter imports from the target, X: it exports to it"},
    {"value_usd", "USD", "as filed: imports mostly CIF, exports FOB"},
    {"kg", "kg", "net weight of rows that have one"},
    {"unit_value", "USD/kg", "value of the rows that have a weight over it"},
    {"cap", "cap_unit", "of the cap's own year, all reporters together"},
    {"cap_unit", "code", "t, bbl or USD"},
    {"cap_used", "share", "of the cap, by all reporters in its own year"},
    {"lookalike", "share", "chance that the trade is that of the target's look-alike"},
    {"verdict", "text",
     "exempt, before, straddles, wind_down, lookalike, watch, within_cap, over_cap, "
     "cap_unknown, after_ban"},
    {"confidence", "text", "in the rule as the table has it: high, medium, low"},
    {"note", "text", "what to know, separated by semicolons"},
    {"code", "code", "the code that was filed"},
    {"code_edition", "code", "its HS edition"},
};
enum { COLUMNS = sizeof columns / sizeof *columns, CODE_COLUMNS = 2 };

enum { CUT = 4 }; /* "..." and a NUL */

struct note {
    char text[2048];
    size_t n;
};

static void add(struct note *note, const char *fmt, ...) MG_PRINTF(2, 3);
static void add(struct note *note, const char *fmt, ...)
{
    const size_t room = sizeof note->text - CUT;
    va_list args;

    if (note->n >= room)
        return;
    if (note->n > 0)
        note->text[note->n++] = ';';
    va_start(args, fmt);
    int n = vsnprintf(note->text + note->n, room - note->n, fmt, args);
    va_end(args);
    note->n += n > 0 ? (size_t)n : 0;
    if (note->n < room)
        return;
    /* what does not fit is cut before a letter, not within one */
    note->n = room - 1;
    while (note->n > 0 && ((unsigned char)note->text[note->n - 1] & 0xc0U) == 0x80)
        note->n--;
    if (note->n > 0 && ((unsigned char)note->text[note->n - 1] & 0x80U) != 0)
        note->n--;
    memcpy(note->text + note->n, "...", CUT);
    note->n = room;
}

/* The other prefixes of the rule that the figure may be of. */
static void note_also(const struct screen_line *line, struct note *note)
{
    const mg_regime *g = line->regime;
    size_t first = (size_t)(line->rule - g->rules);
    char list[64 * MG_HS_TEXT] = "";
    char hs[MG_HS_TEXT];

    while (first > 0 && strcmp(g->rules[first - 1].rule, line->rule->rule) == 0)
        first--;
    for (uint64_t bits = line->also; bits != 0; bits &= bits - 1) {
        mg_hs_text(g->rules[first + (size_t)__builtin_ctzll(bits)].hs, hs);
        strcat(list, list[0] != '\0' ? "," : "");
        strcat(list, hs);
    }
    if (list[0] != '\0')
        add(note, "or_in=%s", list);
}

static void note_codes(const struct screen_line *line, struct note *note)
{
    const mg_rule *r = line->rule;
    const uint8_t other =
        (uint8_t)(line->editions & ~(1U << (r->edition - MG_EDITION_H0)) & 0x7fU);
    char editions[32] = "";

    if (line->usd_part.fixed > 0) {
        add(note, "coverage=part");
        if (line->usd_part.fixed != line->usd.fixed)
            add(note, "part_usd=%.0f", mg_sum_value(&line->usd_part));
    }
    note_also(line, note);
    if (r->scope_part)
        add(note, "scope=part");
    for (unsigned e = 0; e < 7; e++)
        if ((other >> e & 1) != 0) {
            strcat(editions, editions[0] != '\0' ? "," : "");
            strcat(editions, mg_edition_name(MG_EDITION_H0 + e));
        }
    if (editions[0] != '\0')
        add(note, "filed_in=%s", editions);
    if ((line->editions & 0x80) != 0)
        add(note, "filed_in=unknown");
}

static void note_dates(const struct screen_line *line, struct note *note)
{
    const mg_rule *r = line->rule;
    char day[MG_DATE_TEXT];

    if (mg_screen_grace_ends_within(r, line->period))
        add(note, "wind_down_ends_within");
    if (mg_screen_ends_within(r, line->period))
        add(note, "ends=%s", mg_date_write(r->ends, day));
    if (r->exemption[0] != '\0')
        add(note, "exemption=%s", r->exemption);
    if (!isnan(r->exempt_below))
        add(note, "minds_from=%g USD a piece", r->exempt_below);
}

static void note_cap(const struct screen_line *line, struct note *note)
{
    const mg_rule *r = line->rule;
    const int year = mg_cap_year(r, line->period);

    if (isnan(r->cap.amount))
        return;
    if (year > 0 && r->cap.start != 101)
        add(note, "cap_year=%d-%02u-%02u", year, r->cap.start / 100U,
            r->cap.start % 100U);
    if (line->rough)
        add(note, "cap_year_rough");
    if (line->cap_high > line->cap_low)
        add(note, "cap_used_between=%.4g,%.4g", line->cap_low, line->cap_high);
    if (line->passed != 0)
        add(note, "cap_passed=%u", line->passed);
    if (line->unweighed > 0)
        add(note, "without_weight=%.3g", line->unweighed);
}

static void note_lookalike(const struct screen_line *line, double share,
                           struct note *note)
{
    if (!(share >= MG_LOOKALIKE_DOUBT))
        return;
    add(note, share < MG_LOOKALIKE_SWAP ? "lookalike_doubtful=%u" : "lookalike_of=%u",
        (unsigned)line->twin);
}

static void print_line(const struct screening *s, const struct screen_line *line,
                       mg_lines *to)
{
    const mg_rule *r = line->rule;
    const double weighed = mg_sum_value(&line->usd_weighed);
    const double kg = weighed > 0 ? mg_sum_value(&line->kg) : NAN;
    const double share = screening_lookalike(line);
    struct note note = {.n = 0};
    char day[MG_DATE_TEXT];

    mg_line_text(to, line->regime->name);
    line_word(to, r->rule);
    mg_line_text(to, r->instrument);
    line_word(to, mg_rule_direction_name(line->flow == MG_FLOW_M ? MG_RULE_EXPORT
                                                                 : MG_RULE_IMPORT));
    mg_line_text(to, r->good);
    line_code(to, r->hs, false);
    line_word(to, mg_edition_name(r->edition));
    line_word(to, mg_date_write(r->effective, day));
    line_word(to, mg_date_write(r->wind_down, day));
    mg_line_integer(to, line->period);
    line_area(to, mg_session_ref(s->session), line->reporter);
    line_word(to, mg_flow_name(line->flow));
    mg_line_number(to, mg_sum_value(&line->usd));
    mg_line_number(to, kg);
    mg_line_number(to, weighed / kg);
    mg_line_number(to, r->cap.amount);
    line_word(to, isnan(r->cap.amount) ? "" : mg_cap_unit_name(r->cap.unit));
    mg_line_number(to, line->cap_used);
    mg_line_number(to, share);
    line_word(to, mg_verdict_name(line->verdict));
    line_word(to, mg_confidence_name(r->confidence));
    note_codes(line, &note);
    note_dates(line, &note);
    note_cap(line, &note);
    note_lookalike(line, share, &note);
    mg_line_text(to, note.text);
    if (s->options->by_code) {
        line_code(to, line->code, false);
        line_word(to,
                  line->code_edition == 0 ? "HS" : mg_edition_name(line->code_edition));
    }
    mg_line_end(to);
}

mg_status screening_note(const struct screening *s, mg_output *output, mg_error *err)
{
    mg_status status =
        mg_output_note(output, "data", mg_session_identity(s->session), err);

    if (status == MG_OK)
        status = mg_output_note(output, "target", s->options->target, err);
    for (size_t i = 0; status == MG_OK && i < s->n_regimes; i++) {
        char name[512];
        char hash[32];
        snprintf(name, sizeof name, "regime %s", s->regimes[i]->name);
        snprintf(hash, sizeof hash, "%016llx", (unsigned long long)s->regimes[i]->hash);
        status = mg_output_note(output, name, hash, err);
    }
    return status;
}

bool screening_wants(const struct screening *s, uint32_t period, unsigned reporter)
{
    const mg_filter *f = &s->options->mirror.filter;

    return filter_period(f, period) && (f->either == NULL || f->either[reporter] != 0);
}

bool screening_wants_code(const struct screening *s, uint32_t hs)
{
    const mg_filter *f = &s->options->mirror.filter;

    return f->n_prefixes == 0 || filter_cell(&(mg_filter){.prefixes = f->prefixes,
                                                          .n_prefixes = f->n_prefixes,
                                                          .level = -1},
                                             0, 0, hs);
}

struct tally {
    mg_sum usd[MG_VERDICTS], in_part, lookalike;
};

static void count(const struct screen_line *line, mg_screen_summary *summary,
                  struct tally *t)
{
    const bool banned =
        line->verdict == MG_VERDICT_AFTER_BAN || line->verdict == MG_VERDICT_OVER_CAP;

    summary->by_verdict[line->verdict]++;
    mg_sum_merge(&t->usd[line->verdict], &line->usd);
    if (banned && (line->rule->scope_part || line->usd_part.fixed > 0)) {
        summary->in_part++;
        mg_sum_merge(&t->in_part, &line->usd);
    }
    if (screening_lookalike(line) >= MG_LOOKALIKE_SWAP) {
        summary->lookalike++;
        mg_sum_merge(&t->lookalike, &line->usd);
    }
}

static void end_tally(const struct tally *t, mg_screen_summary *summary)
{
    for (unsigned v = 0; v < MG_VERDICTS; v++)
        summary->usd[v] = mg_sum_value(&t->usd[v]);
    summary->in_part_usd = mg_sum_value(&t->in_part);
    summary->lookalike_usd = mg_sum_value(&t->lookalike);
}

static bool asked_for(const struct screening *s, const struct screen_line *line)
{
    const unsigned verdicts = s->options->verdicts;

    return !line->hidden && !(line->rule->placebo && s->options->no_placebo) &&
           screening_wants(s, line->period, line->reporter) &&
           (verdicts == 0 || (verdicts >> line->verdict & 1) != 0);
}

mg_status screening_print(const struct screening *s, mg_output *output,
                          mg_screen_summary *summary, mg_error *err)
{
    const uint64_t limit = s->options->mirror.filter.limit;
    struct tally tally = {0};
    mg_lines lines;
    mg_status status =
        mg_output_columns(output, "screen", columns,
                          COLUMNS - (s->options->by_code ? 0 : CODE_COLUMNS), err);

    if (status == MG_OK)
        status = screening_note(s, output, err);
    mg_lines_start(&lines, output);
    for (size_t i = 0; status == MG_OK && i < s->n_lines; i++) {
        const struct screen_line *line = &s->lines[i];
        if (!asked_for(s, line))
            continue;
        count(line, summary, &tally);
        if (limit > 0 && summary->lines == limit)
            continue;
        print_line(s, line, &lines);
        summary->lines++;
        status = mg_output_step(output, &lines, err);
    }
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    end_tally(&tally, summary);
    return status;
}

mg_status mg_screen_print(const mg_session *session, const mg_screen_options *options,
                          mg_output *output, const mg_talk *talk,
                          mg_screen_summary *summary, mg_error *err)
{
    struct screening s;
    mg_status status;

    _Static_assert(sizeof summary->usd / sizeof *summary->usd == MG_VERDICTS,
                   "one sum a verdict");
    *summary = (mg_screen_summary){0};
    status = screening_open(&s, session, options, talk, err);
    if (status == MG_OK)
        status = screening_match(&s, err);
    if (status == MG_OK)
        status = screening_judge(&s, err);
    if (status == MG_OK)
        status = options->events ? screening_events(&s, output, summary, err)
                 : options->caps ? screening_print_caps(&s, output, summary, err)
                                 : screening_print(&s, output, summary, err);
    summary->rows = s.n_rows;
    summary->freq = s.freq;
    screening_release(&s);
    return status;
}
