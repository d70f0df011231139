/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random_rows.h - rows whose keys collide often, and their order once more. */
#ifndef MG_RANDOM_ROWS_H
#define MG_RANDOM_ROWS_H

#include "testing.h"

static inline mg_row random_row(uint64_t *seed)
{
    mg_row row = {
        .period = (uint32_t)(2015 + random_below(seed, 3)),
        .exporter = (uint16_t)(1 + random_below(seed, 4)),
        .importer = (uint16_t)(1 + random_below(seed, 4)),
        .hs = (uint32_t)(40 + random_below(seed, 5)),
        .source = (uint32_t)random_below(seed, 3),
        .edition = (uint8_t)random_below(seed, 3),
        .flow = (uint8_t)(1 + random_below(seed, 4)),
        .unit = -1,
        .value_usd = (double)random_below(seed, 5),
        .kg = random_below(seed, 2) ? NAN : (double)random_below(seed, 3),
        .qty = NAN,
        .cif_usd = NAN,
        .fob_usd = NAN,
    };

    if (random_below(seed, 3) == 0)
        row.partner2 = (uint16_t)(random_below(seed, 3) * 300);
    if (random_below(seed, 3) == 0)
        row.customs = (uint16_t)(random_below(seed, 3) * 20000);
    if (random_below(seed, 3) == 0)
        row.mot = (uint16_t)(random_below(seed, 3) * 1000);
    if (random_below(seed, 5) == 0)
        row.mos = (uint8_t)random_below(seed, 3);
    return row;
}

/* The order as the header words it, key by key. */
static inline int slow_order(const mg_row *a, const mg_row *b)
{
    const uint32_t x[] = {a->period,  a->exporter, a->importer, a->hs,
                          a->edition, a->flow,     a->partner2, a->customs,
                          a->mot,     a->mos,      a->source,   a->seq};
    const uint32_t y[] = {b->period,  b->exporter, b->importer, b->hs,
                          b->edition, b->flow,     b->partner2, b->customs,
                          b->mot,     b->mos,      b->source,   b->seq};

    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static inline int slow_order_void(const void *a, const void *b)
{
    return slow_order(a, b);
}

#endif
