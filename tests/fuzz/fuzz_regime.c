/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_regime.c - rules.csv of a regime. What is accepted is sound: in order, with days
 * that the calendar has, codes that their edition has, caps that can be reckoned; what is
 * refused says why, and where. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/regime.h"
#include "mirrorgap/screen.h"
#include "reading.h"

struct told {
    size_t faults;
    uint64_t line;
};

static void take_fault(void *self, const char *path, uint64_t line, const char *what)
{
    struct told *told = self;

    MUST(path[0] != '\0' && what[0] != '\0' && line >= 2);
    told->line = told->faults++ == 0 ? line : told->line;
}

static void check_day(mg_date day)
{
    char text[MG_DATE_TEXT];
    mg_date back = 0;

    if (day == 0)
        return;
    mg_date_write(day, text);
    MUST(mg_date_read((mg_cell){text, strlen(text)}, &back) && back == day);
}

static void check_caps(const mg_rule *r)
{
    static const uint32_t periods[] = {1988, 2017, 201712, 202002};

    MUST(isnan(r->cap.amount) || (r->cap.amount > 0 && r->cap.unit != MG_CAP_NONE));
    MUST(r->cap.num > 0 && r->cap.den > 0);
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        mg_cap_share shares[2];
        bool rough;
        const size_t n = mg_cap_years(r, periods[i], shares, &rough);
        double sum = 0;
        MUST(n <= 2);
        for (size_t k = 0; k < n; k++)
            sum += shares[k].share;
        MUST(sum <= 1 + 1e-12);
        MUST((n == 0) == (mg_cap_year(r, periods[i]) == -1));
    }
}

static void check(const mg_regime *g, const mg_hs_map *map)
{
    for (size_t i = 0; i < g->n; i++) {
        const mg_rule *r = &g->rules[i];
        MUST(i == 0 || strcmp(r[-1].rule, r->rule) <= 0);
        MUST(r->rule[0] != '\0' && r->source[0] != '\0');
        MUST(mg_hs_map_has(map, r->edition, r->hs));
        MUST(mg_hs_map_cover(map, r->edition, r->hs, r->edition, r->hs) ==
             MG_COVER_WHOLE);
        MUST(r->direction >= MG_RULE_EXPORT &&
             r->direction <= (MG_RULE_EXPORT | MG_RULE_IMPORT));
        MUST(r->ends == 0 || r->ends >= r->effective);
        MUST(r->wind_down == 0 || r->wind_down >= r->effective);
        check_day(r->effective);
        check_day(r->ends);
        check_day(r->wind_down);
        check_caps(r);
        const size_t end = mg_regime_rule_end(g, i);
        MUST(end > i && end <= g->n);
    }
}

static char folder[512];

static void sweep(void)
{
    rmdir(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[sizeof folder + 16];
    static mg_hs_map *map;
    struct told told = {0};
    const mg_regime_faults faults = {take_fault, &told};
    mg_regime *g = NULL;
    mg_error err = {0};

    if (map == NULL) {
        MUST(mg_hs_map_load(fuzz_ref(), &map, &err) == MG_OK);
        const char *root = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/fuzz_regime.XXXXXX",
                 root != NULL && *root != '\0' ? root : P_tmpdir);
        MUST(mkdtemp(folder) != NULL && atexit(sweep) == 0);
        snprintf(path, sizeof path, "%s/rules.csv", folder);
    }
    FILE *file = fopen(path, "wb");
    MUST(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    mg_status status = mg_regime_load(fuzz_ref(), map, folder, &faults, &g, &err);
    MUST((status == MG_OK) == (g != NULL));
    if (status == MG_OK) {
        MUST(told.faults == 0);
        check(g, map);
    } else {
        MUST(status == MG_E_PARSE && err.what[0] != '\0' && err.where[0] != '\0');
        MUST(told.faults == 0 ||
             err.line >= told.line); /* it may be unreadable further on */
    }
    mg_regime_free(g);
    unlink(path);
    return 0;
}
