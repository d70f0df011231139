/* SPDX-License-Identifier: GPL-3.0-or-later */
/* concordance_members.h - the members of a class of HS codes as text. */
#ifndef MG_CONCORDANCE_MEMBERS_H
#define MG_CONCORDANCE_MEMBERS_H

#include "mirrorgap/concordance.h"
#include "testing.h"

enum { H0 = MG_EDITION_H0, H1, H2, H3, H4, H5, H6 };

/* As "H3:030613 H4:030616 ". */
static inline void list_members(const mg_concordance *c, unsigned low, unsigned high,
                                const char *name, char *text, size_t room)
{
    mg_hs_member m[32];
    mg_hs_class class;
    char code[MG_HS_TEXT];
    size_t at = 0;

    assert_true(mg_hs_class_read(cell_of(name), &class));
    size_t n = mg_concordance_members(c, low, high, class.hs, class.star, m, 32);
    assert_true(n <= 32);
    text[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        mg_hs_text(m[i].hs, code);
        at += (size_t)snprintf(text + at, room - at, "%s:%s ",
                               mg_edition_name(m[i].edition), code);
        assert_true(at < room);
    }
    m[0].hs = 77; /* no more than there is room for */
    assert_int_equal(mg_concordance_members(c, low, high, class.hs, class.star, m, 0), n);
    assert_int_equal(m[0].hs, 77);
}

#endif
