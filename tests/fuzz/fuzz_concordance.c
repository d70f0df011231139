/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_concordance.c - correlation tables as text. What is accepted gives classes that
 * agree with themselves: a member's class is that which lists it, its name is one of
 * its codes and the lowest, and only a single code goes without star. */
#include <string.h>

#include "ref/concordance_parts.h"
#include "target.h"

enum { MEMBERS = 1 << 14 };

static mg_hs_member members[MEMBERS];

static void check_class(const mg_concordance *c, unsigned low, unsigned high, unsigned e,
                        uint32_t hs)
{
    mg_hs_class name = mg_concordance_class(c, low, high, e, hs);
    size_t n = mg_concordance_members(c, low, high, name.hs, name.star, members, MEMBERS);
    bool several = false;
    bool own = false;
    uint32_t lowest = UINT32_MAX;

    for (size_t i = 0; i < n && i < MEMBERS; i++) {
        const mg_hs_member *m = &members[i];
        MUST(m->edition >= low && m->edition <= high);
        MUST(i == 0 || m->edition > m[-1].edition ||
             (m->edition == m[-1].edition && m->hs > m[-1].hs));
        mg_hs_class again = mg_concordance_class(c, low, high, m->edition, m->hs);
        MUST(again.hs == name.hs && again.star == name.star);
        MUST(!(m->hs == hs && m->edition == e) || again.cut == name.cut);
        several |= m->hs != members[0].hs;
        own |= m->hs == hs && m->edition == e;
        lowest = m->hs < lowest ? m->hs : lowest;
    }
    MUST(!name.star || (own && several));
    MUST(n == 0 || n > MEMBERS || (lowest == name.hs && several == name.star));
    for (unsigned target = low; target <= high; target++) {
        mg_hs_class to = mg_concordance_convert(c, low, high, e, hs, target);
        MUST(to.hs >= name.hs && to.cut == name.cut);
    }
}

static void check(const struct steps *steps, const mg_concordance *c)
{
    for (unsigned from = MG_EDITION_H0; from < EDITIONS; from++)
        for (unsigned to = from + 1; to < EDITIONS; to++) {
            const struct step *step = &steps->between[from][to];
            MUST(!step->given || mg_concordance_covers(c, from, to));
            for (size_t i = 0; i < step->codes.n && i < 64; i++)
                for (unsigned low = MG_EDITION_H0; low <= from; low++) {
                    check_class(c, low, to, from, step->codes.items[i]);
                    check_class(c, low, to, to, step->codes.items[i]);
                    check_class(c, low, MG_EDITION_H6, to, step->codes.items[i]);
                }
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct steps *steps = calloc(1, sizeof *steps);
    mg_concordance *c = NULL;
    mg_error err = {0};

    MUST(steps != NULL);
    mg_status status = steps_read_text(steps, (const char *)data, size, &err);
    MUST(status == MG_OK ||
         (status == MG_E_PARSE && err.what[0] != '\0' && err.line > 0));
    if (status == MG_OK) {
        MUST(steps_cut(steps, &err) == MG_OK);
        status = concordance_make(steps, &c, &err);
        MUST(status == MG_OK || (status == MG_E_PARSE && err.what[0] != '\0'));
        if (status == MG_OK)
            check(steps, c);
    }
    mg_concordance_free(c);
    steps_release(steps);
    free(steps);
    return 0;
}
