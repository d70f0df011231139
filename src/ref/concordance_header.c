/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which correlation table it is, by the names of its columns. */
#include "ref/concordance_table.h"

enum { FOLDED = 64 };

/* Names of columns, folded. BY_COLUMN has no fixed ones. The order is that of
 * table_take_row(). */
static const struct {
    size_t n;
    const char *columns[TABLE_COLUMNS];
} layouts[TABLE_LAYOUTS] = {
    [BY_STEP] = {3, {"adjustment", "codebefore", "codeafter"}},
    [BY_REVISION] = {4, {"fromrevision", "torevision", "fromcode", "tocode"}},
    [OUR_OWN] = {5, {"from", "to", "before", "after", "cut"}},
};

unsigned edition_called(mg_cell name)
{
    static const char *const years[EDITIONS] = {NULL,   "1992", "1996", "2002",
                                                "2007", "2012", "2017", "2022"};
    char folded[FOLDED];
    const char *at = folded;

    if (mg_text_fold(name, folded, sizeof folded) >= sizeof folded || folded[0] == '\0')
        return 0;
    bool year = folded[0] != 'h';
    at += year ? 0 : 1 + (folded[1] == 's');
    if (!year && (strcmp(at, "198892") == 0 || strcmp(at, "1988") == 0))
        return MG_EDITION_H0;
    if (!year && at[0] >= '0' && at[0] <= '6' && at[1] == '\0')
        return MG_EDITION_H0 + (unsigned)(at[0] - '0');
    for (unsigned e = MG_EDITION_H0; e < EDITIONS; e++)
        if (strcmp(at, years[e]) == 0)
            return e;
    return 0;
}

enum { COMBINED = EDITIONS }; /* codes of all editions in one column, as WITS has them */

/* The edition that a column of codes is named after ("HS 2012 Product Code"), COMBINED,
 * or 0. */
static unsigned edition_of_column(mg_cell name)
{
    static const char *const before[] = {"from", "to"};
    static const char *const after[] = {"productcode", "code"};
    char folded[FOLDED];
    mg_cell rest = {folded, mg_text_fold(name, folded, sizeof folded)};

    if (rest.n >= sizeof folded)
        return 0;
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(before[i]);
        if (rest.n > n && memcmp(rest.text, before[i], n) == 0) {
            rest.text += n;
            rest.n -= n;
            break;
        }
    }
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(after[i]);
        if (rest.n > n && memcmp(rest.text + rest.n - n, after[i], n) == 0) {
            rest.n -= n;
            break;
        }
    }
    return mg_text_is(rest, "hscombined") ? COMBINED : edition_called(rest);
}

static bool has_columns(struct table *t, enum table_layout layout, const mg_cell *cells,
                        size_t n)
{
    char folded[FOLDED];

    t->layout = layout;
    t->n_places = layouts[layout].n;
    for (size_t c = 0; c < layouts[layout].n; c++) {
        size_t i = 0;
        for (; i < n; i++)
            if (mg_text_fold(cells[i], folded, sizeof folded) < sizeof folded &&
                strcmp(folded, layouts[layout].columns[c]) == 0)
                break;
        if (i == n)
            return false;
        t->place[c] = i;
    }
    return true;
}

static bool has_editions(struct table *t, const mg_cell *cells, size_t n)
{
    size_t found = 0;

    t->layout = BY_COLUMN;
    t->n_places = 2;
    for (size_t i = 0; i < n && found < 3; i++) {
        unsigned edition = edition_of_column(cells[i]);
        if (edition != 0 && found < 2) {
            t->place[found] = i;
            t->edition[found] = edition;
        }
        found += edition != 0;
    }
    t->passed_over = t->edition[0] == COMBINED || t->edition[1] == COMBINED;
    return found == 2 && t->edition[0] != t->edition[1];
}

bool table_recognise(struct table *t, const mg_cell *cells, size_t n)
{
    return has_columns(t, OUR_OWN, cells, n) || has_columns(t, BY_REVISION, cells, n) ||
           has_columns(t, BY_STEP, cells, n) || has_editions(t, cells, n);
}
