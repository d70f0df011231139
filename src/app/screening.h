/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screening.h - what `screen` gathers: rows of partners that name a country, the rules
 * that they fall under, and how much of each cap is used. */
#ifndef MG_APP_SCREENING_H
#define MG_APP_SCREENING_H

#include "app/lookalikes.h"
#include "mirrorgap/app_screen.h"
#include "mirrorgap/screen.h"
#include "mirrorgap/sum.h"

/* A figure that a partner filed. */
struct screen_row {
    uint32_t period, hs;
    uint16_t reporter, partner; /* partner: the target's code that it named */
    uint8_t flow, edition;      /* MG_FLOW_M: the reporter imports, the target exports */
    int8_t unit;
    double usd, kg, qty; /* kg and qty: NaN, not filed */
    double posterior;    /* that it is a look-alike's; NaN: not judged */
    uint16_t twin;
};

/* Rows of one reporter and period that fall under one line of a regime. */
struct screen_line {
    const mg_regime *regime;
    const mg_rule *rule;
    uint32_t period, code; /* code: 0 unless told by code */
    uint16_t reporter, twin;
    uint16_t regime_at; /* its place among the regimes */
    uint8_t flow, code_edition;
    bool exempt;
    bool likelier; /* of rows that are likelier the look-alike's: they have lines apart */
    bool hidden;   /* of codes that --hs does not ask for: they count in caps only */
    mg_sum usd, kg, swapped; /* swapped: usd times posterior */
    mg_sum usd_weighed;      /* of rows that have a weight */
    mg_sum usd_part;         /* of rows of which only a part may fall under it */
    mg_sum judged;           /* of rows that the look-alike test looked at */
    uint64_t also;           /* lines of the rule that have a part too: by place in it */
    uint8_t editions;        /* bit e: rows of H0 + e; bit 7: edition unknown */
    double cap_used, cap_low, cap_high; /* NaN: no cap, or not known */
    double unweighed; /* share of the value under the cap that has no weight */
    bool rough;       /* years of trade against a cap whose year is another */
    uint32_t passed;  /* first period with which the cap was passed, 0: none */
    mg_verdict verdict;
};

/* One year of one cap. */
struct screen_cap {
    const mg_regime *regime;
    const mg_rule *rule;                      /* any line of it */
    int year;                                 /* in which it begins; 0: one span */
    double amount, low, high, usd, unweighed; /* in the cap's unit; usd: value */
    bool weighed, rough;
    uint32_t passed, first, last; /* periods */
    size_t reporters;
};

struct screening {
    const mg_session *session;
    const mg_screen_options *options;
    const mg_talk *talk;
    uint8_t *targets; /* by area code */
    mg_hs_map *map;
    mg_regime **regimes;
    size_t n_regimes;
    char freq;
    struct screen_row *rows; /* by period, reporter, flow, hs */
    size_t n_rows, room_rows;
    struct lookalikes lookalikes;
    struct screen_line *lines; /* by regime, rule line, period, reporter, flow */
    size_t n_lines, room_lines;
    struct screen_cap *caps; /* by regime, rule, year */
    size_t n_caps, room_caps;
};

/* Loads regimes and reads rows, of all periods and reporters. Release in any case. */
MG_MUST_CHECK mg_status screening_open(struct screening *screening,
                                       const mg_session *session,
                                       const mg_screen_options *options,
                                       const mg_talk *talk, mg_error *err);
void screening_release(struct screening *screening);

/* Fills lines: rows by rule; then their caps and verdicts. */
MG_MUST_CHECK mg_status screening_match(struct screening *screening, mg_error *err);
MG_MUST_CHECK mg_status screening_judge(struct screening *screening, mg_error *err);

/* Chance that a line's trade is another country's, by value; NaN: no row was judged. */
double screening_lookalike(const struct screen_line *line);
/* Whether it is the rule's trade: not exempt, and not likelier another country's. */
bool screening_counts(const struct screen_line *line);
/* One behind the last line of the rule that line `first` is of. */
size_t screening_rule_end(const struct screening *screening, size_t first);

/* The lines, those that the options' filter asks for. */
MG_MUST_CHECK mg_status screening_print(const struct screening *screening,
                                        mg_output *output, mg_screen_summary *summary,
                                        mg_error *err);

/* The years of caps, instead. */
MG_MUST_CHECK mg_status screening_print_caps(const struct screening *screening,
                                             mg_output *output,
                                             mg_screen_summary *summary, mg_error *err);
/* What each rule changed, instead. */
MG_MUST_CHECK mg_status screening_events(const struct screening *screening,
                                         mg_output *output, mg_screen_summary *summary,
                                         mg_error *err);

/* Notes data, target and regimes with their hashes in the companion of a table. */
MG_MUST_CHECK mg_status screening_note(const struct screening *screening,
                                       mg_output *output, mg_error *err);

/* Whether the filter asks for a reporter and period, and for a code as it was filed. */
bool screening_wants(const struct screening *screening, uint32_t period,
                     unsigned reporter);
bool screening_wants_code(const struct screening *screening, uint32_t hs);

/* Whether a rule speaks of a reporter, and of trade with the target. */
bool screening_applies(const struct screening *screening, const mg_rule *rule,
                       unsigned reporter, unsigned flow);
/* The codes of a line's rule: how much of a code falls under it. */
mg_cover screening_cover(const struct screening *screening, const mg_rule *rule,
                         unsigned edition, uint32_t hs);

/* What a line speaks of, as the tables of lines, caps and events begin. */
/* clang-format off */
#define RULE_COLUMNS                                                                  \
    {"regime", "text", "folder of datasets/regimes"},                                 \
    {"rule", "text", "rule of the regime"},                                           \
    {"instrument", "text", "legal act and paragraph"},                                \
    {"direction", "code", "seen from the target: its export or its import"},          \
    {"good", "text", "what the rule is about"}
/* clang-format on */

#endif
