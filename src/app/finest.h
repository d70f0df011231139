/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finest.h - a verb that looks at codes of one length takes the one asked for, else the
 * longest that it meets. */
#ifndef MG_APP_FINEST_H
#define MG_APP_FINEST_H

#include "mirrorgap/table.h"

enum finest {
    FINEST_PASS, /* not this code */
    FINEST_TAKE,
    FINEST_ANEW, /* take it; what was gathered so far is of a coarser level */
};

/* `level` is that of what was gathered, 0 or the asked one at first; `asked` is -1 where
 * none is. */
static inline enum finest finest_of(int *level, int asked, uint32_t hs)
{
    const int here = mg_hs_level(hs);

    if (here < *level || (asked >= 0 && here != asked))
        return FINEST_PASS;
    if (here == *level)
        return FINEST_TAKE;
    *level = here;
    return FINEST_ANEW;
}

#endif
