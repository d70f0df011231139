/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of rules.csv. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "ref/regime_load.h"

enum column {
    RULE,
    KIND,
    INSTRUMENT,
    TARGET,
    REPORTERS,
    DIRECTION,
    GOOD,
    HS,
    EDITION,
    EFFECTIVE,
    ENDS,
    WIND_DOWN,
    CAP,
    CAP_UNIT,
    CAP_PER_TONNE,
    CAP_YEAR,
    EXEMPT_BELOW,
    EXEMPTION,
    SCOPE,
    SOURCE,
    CHECKED,
    CONFIDENCE,
    LINE,
    COLUMNS
};

const char *const regime_columns[] = {
    "rule",      "kind",         "instrument", "target",   "reporters",
    "direction", "good",         "hs",         "edition",  "effective",
    "ends",      "wind_down",    "cap",        "cap_unit", "cap_per_tonne",
    "cap_year",  "exempt_below", "exemption",  "scope",    "source",
    "checked",   "confidence",   "#",          NULL};
_Static_assert(sizeof regime_columns / sizeof *regime_columns == COLUMNS + 1,
               "one name a column");

/* The place of a word in a list that ends with NULL; a fault where it has none. */
static unsigned word(struct regime_load *load, enum column column, const char *text,
                     const char *const *words)
{
    unsigned i = 0;
    char all[200] = "";

    while (words[i] != NULL && strcmp(words[i], text) != 0)
        i++;
    if (words[i] != NULL)
        return i;
    for (i = 0; words[i] != NULL; i++) {
        strncat(all, i > 0 ? ", " : "", sizeof all - strlen(all) - 1);
        strncat(all, words[i][0] != '\0' ? words[i] : "nothing",
                sizeof all - strlen(all) - 1);
    }
    regime_fault(load, load->line, "column '%s': '%s' is none of %s",
                 regime_columns[column], text, all);
    return 0;
}

static mg_date date(struct regime_load *load, enum column column, const char *text)
{
    mg_date day = 0;

    if (text[0] != '\0' && !mg_date_read((mg_cell){text, strlen(text)}, &day))
        regime_fault(load, load->line, "column '%s': '%s' is no day like 2017-08-05",
                     regime_columns[column], text);
    return day;
}

static double number(struct regime_load *load, enum column column, const char *text,
                     size_t n)
{
    double value = NAN;

    if (n > 0 && (!mg_number_read(text, n, 0, &value) || value < 0)) {
        regime_fault(load, load->line, "column '%s': '%.*s' is no number from 0",
                     regime_columns[column], (int)n, text);
        value = NAN;
    }
    return value;
}

static int by_code(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* "PRK|RUS" as codes of all areas that are called so. */
static mg_status areas(struct regime_load *load, enum column column, const char *text,
                       const uint16_t **codes, size_t *n, mg_error *err)
{
    uint16_t found[64];
    size_t all = 0;

    *codes = NULL;
    *n = 0;
    for (const char *at = text; *at != '\0';) {
        const size_t length = strcspn(at, "|");
        const size_t room = sizeof found / sizeof *found - all;
        size_t got =
            mg_ref_find_areas(load->ref, (mg_cell){at, length}, found + all, room);
        if (got == 0 || got > room)
            regime_fault(load, load->line,
                         "column '%s': '%.*s' is no country, or too many",
                         regime_columns[column], (int)length, at);
        else
            all += got;
        at += length + (at[length] == '|');
    }
    if (all == 0)
        return MG_OK;
    qsort(found, all, sizeof *found, by_code); /* as a set */
    *codes = regime_keep(load, found, all * sizeof *found, err);
    *n = all;
    return *codes != NULL ? MG_OK : MG_E_NOMEM;
}

static mg_status text_of(struct regime_load *load, const char *text, const char **to,
                         mg_error *err)
{
    *to = regime_keep(load, text, strlen(text) + 1, err);
    return *to != NULL ? MG_OK : MG_E_NOMEM;
}

static mg_status texts(struct regime_load *load, const char *const *f, mg_rule *r,
                       mg_error *err)
{
    const struct {
        enum column column;
        const char **to;
        bool needed;
    } list[] = {{RULE, &r->rule, true},     {INSTRUMENT, &r->instrument, true},
                {GOOD, &r->good, true},     {EXEMPTION, &r->exemption, false},
                {SOURCE, &r->source, true}, {CHECKED, &r->checked, true}};
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < sizeof list / sizeof *list; i++) {
        if (list[i].needed && f[list[i].column][0] == '\0')
            regime_fault(load, load->line, "column '%s' is empty",
                         regime_columns[list[i].column]);
        status = text_of(load, f[list[i].column], list[i].to, err);
    }
    /* names go into tables and options, where a blank or a comma parts them */
    for (const char *c = f[RULE]; *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && strchr("-._", *c) == NULL) {
            regime_fault(load, load->line,
                         "column 'rule': '%s' has something else than letters, digits "
                         "and -._",
                         f[RULE]);
            break;
        }
    return status;
}

static void code(struct regime_load *load, const char *const *f, mg_rule *r)
{
    const mg_cell hs = {f[HS], strlen(f[HS])};
    const int edition = mg_edition_find((mg_cell){f[EDITION], strlen(f[EDITION])});

    if (edition < MG_EDITION_H0 || edition > MG_EDITION_H6) {
        regime_fault(load, load->line, "column 'edition': '%s' is none of H0 to H6",
                     f[EDITION]);
        return;
    }
    r->edition = (uint8_t)edition;
    if (!mg_hs_pack(hs, &r->hs) || mg_hs_level(r->hs) % 2 != 0 ||
        mg_hs_level(r->hs) == 0) {
        regime_fault(load, load->line, "column 'hs': '%s' is no code of 2, 4 or 6 places",
                     f[HS]);
        return;
    }
    if (!mg_hs_map_has(load->map, r->edition, r->hs))
        regime_fault(load, load->line, "column 'hs': %s has no code '%s'", f[EDITION],
                     f[HS]);
}

static void dates(struct regime_load *load, const char *const *f, mg_rule *r, bool needed)
{
    r->effective = date(load, EFFECTIVE, f[EFFECTIVE]);
    r->ends = date(load, ENDS, f[ENDS]);
    r->wind_down = date(load, WIND_DOWN, f[WIND_DOWN]);
    if (needed && f[EFFECTIVE][0] == '\0')
        regime_fault(load, load->line,
                     "column 'effective' is empty: only a watch-list has "
                     "no date");
    if (r->effective == 0 && (r->ends != 0 || r->wind_down != 0))
        regime_fault(load, load->line,
                     "column 'effective': an end or a wind-down needs a "
                     "beginning");
    if (r->ends != 0 && r->ends < r->effective)
        regime_fault(load, load->line, "column 'ends': %s is before %s", f[ENDS],
                     f[EFFECTIVE]);
    if (r->wind_down != 0 && r->wind_down < r->effective)
        regime_fault(load, load->line, "column 'wind_down': %s is before %s",
                     f[WIND_DOWN], f[EFFECTIVE]);
    if (r->ends != 0 && r->wind_down > r->ends)
        regime_fault(load, load->line, "column 'wind_down': %s is after the end, %s",
                     f[WIND_DOWN], f[ENDS]);
}

/* "", "calendar", "span", or the day on which it begins: "12-22". */
static void cap_year(struct regime_load *load, const char *text, mg_cap *cap)
{
    char day[11] = "2001-";
    mg_date read = 0;

    if (strcmp(text, "calendar") == 0) {
        cap->start = 101;
        return;
    }
    if (strcmp(text, "span") == 0)
        return;
    if (strlen(text) == 5) {
        memcpy(day + 5, text, 6);
        if (mg_date_read((mg_cell){day, 10}, &read)) {
            cap->start = (uint16_t)(read % 10000);
            return;
        }
    }
    regime_fault(load, load->line,
                 "column 'cap_year': '%s' is none of calendar, span, or a day like 12-22",
                 text);
}

static void cap(struct regime_load *load, const char *const *f, mg_rule *r)
{
    static const char *const units[] = {"", "t", "bbl", "USD", NULL};
    mg_cap *c = &r->cap;
    const char *per = f[CAP_PER_TONNE];
    const char *slash = strchr(per, '/');

    c->amount = number(load, CAP, f[CAP], strlen(f[CAP]));
    c->unit = (uint8_t)word(load, CAP_UNIT, f[CAP_UNIT], units);
    c->num = c->den = 1;
    if (isnan(c->amount)) {
        if (f[CAP_UNIT][0] != '\0' || per[0] != '\0' || f[CAP_YEAR][0] != '\0')
            regime_fault(load, load->line,
                         "column 'cap' is empty, its unit or year is not");
        return;
    }
    if (!(c->amount > 0))
        regime_fault(load, load->line, "column 'cap': 0 is a ban: leave it empty");
    if (c->unit == MG_CAP_NONE && f[CAP_UNIT][0] == '\0')
        regime_fault(load, load->line, "column 'cap_unit' is empty");
    cap_year(load, f[CAP_YEAR], c);
    if (c->start == 0 && strcmp(f[CAP_YEAR], "span") == 0 && r->ends == 0)
        regime_fault(load, load->line, "column 'cap_year': a span needs an end");
    if (slash != NULL) {
        c->num = number(load, CAP_PER_TONNE, per, (size_t)(slash - per));
        c->den = number(load, CAP_PER_TONNE, slash + 1, strlen(slash + 1));
    }
    if ((c->unit == MG_CAP_BARRELS) != (slash != NULL) || !(c->num > 0) || !(c->den > 0))
        regime_fault(load, load->line,
                     "column 'cap_per_tonne': barrels need two numbers like 500000/60000 "
                     "(and only they do): barrels, and the tonnes that they weigh");
}

mg_status regime_take_line(void *self, const char *const *f, mg_error *err)
{
    static const char *const kinds[] = {"rule", "watch", "exempt", "placebo", NULL};
    static const char *const directions[] = {"export", "import", "both", NULL};
    static const char *const scopes[] = {"whole", "part", NULL};
    static const char *const confidences[] = {"low", "medium", "high", NULL};
    struct regime_load *load = self;
    mg_regime *g = load->regime;
    mg_rule r = {0};
    mg_status status;

    (void)mg_integer_read(f[LINE], strlen(f[LINE]), &load->line);
    r.line = load->line;
    const unsigned kind = word(load, KIND, f[KIND], kinds);
    r.exempts = kind == 2;
    r.placebo = kind == 3;
    r.watch = kind == 1 || r.placebo;
    r.direction = (uint8_t)(word(load, DIRECTION, f[DIRECTION], directions) + 1);
    r.scope_part = word(load, SCOPE, f[SCOPE], scopes) == 1;
    r.confidence = (uint8_t)word(load, CONFIDENCE, f[CONFIDENCE], confidences);
    r.exempt_below = number(load, EXEMPT_BELOW, f[EXEMPT_BELOW], strlen(f[EXEMPT_BELOW]));
    code(load, f, &r);
    dates(load, f, &r, kind == 0);
    cap(load, f, &r);
    status = texts(load, f, &r, err);
    if (status == MG_OK)
        status = areas(load, TARGET, f[TARGET], &r.targets, &r.n_targets, err);
    if (status == MG_OK)
        status = areas(load, REPORTERS, f[REPORTERS], &r.reporters, &r.n_reporters, err);
    if (status == MG_OK)
        status =
            mg_grow((void **)&g->rules, &load->room, g->n + 1, sizeof *g->rules, err);
    if (status == MG_OK)
        g->rules[g->n++] = r;
    return status;
}
