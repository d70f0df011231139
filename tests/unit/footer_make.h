/* SPDX-License-Identifier: GPL-3.0-or-later */
/* footer_make.h - a segment's index with anything in it. */
#ifndef MG_FOOTER_MAKE_H
#define MG_FOOTER_MAKE_H

#include "store/footer.h"
#include "testing.h"

static inline bool table_make(struct table_index *t, mg_table table, uint64_t rows,
                              uint64_t limit, uint64_t *seed)
{
    const uint32_t columns = mg_table_columns(table);

    *t = (struct table_index){.rows = rows};
    if (rows == 0)
        return true;
    t->chunk_rows = rows < MG_BLOCK_ROWS ? (uint32_t)rows : MG_BLOCK_ROWS;
    t->n_chunks = (uint32_t)((rows + t->chunk_rows - 1) / t->chunk_rows);
    t->chunks = calloc((size_t)t->n_chunks * MG_COLUMNS, sizeof *t->chunks);
    t->ranges = calloc(t->n_chunks, sizeof *t->ranges);
    if (t->chunks == NULL || t->ranges == NULL)
        return false;
    for (int c = 0; c < MG_COLUMNS; c++)
        if ((columns & MG_BIT(c)) != 0)
            t->forms[c] = column_default_form((mg_column)c, (uint32_t)random_bits(seed),
                                              (uint32_t)random_bits(seed));
    for (uint32_t k = 0; k < t->n_chunks; k++) {
        t->ranges[k].first = (uint32_t)random_bits(seed) >> 8;
        t->ranges[k].last = t->ranges[k].first + (uint32_t)random_below(seed, 1000);
        for (unsigned c = 0; c < MG_COLUMNS; c++) {
            struct chunk_place *p = &t->chunks[k * MG_COLUMNS + c];
            if (t->forms[c].type == 0)
                continue;
            p->offset = random_below(seed, limit);
            p->n = (uint32_t)random_below(seed, limit - p->offset + 1);
            p->check = random_bits(seed);
        }
    }
    return true;
}

static inline bool footer_make(const uint64_t rows[MG_TABLES], size_t codes,
                               size_t coverage, size_t fates, uint64_t limit,
                               uint64_t *seed, struct footer *f)
{
    bool ok = true;

    *f = (struct footer){.period = 201607, .editions = 0x31};
    for (int t = 0; t < MG_TABLES; t++)
        ok &= table_make(&f->tables[t], (mg_table)t, rows[t], limit, seed);
    f->codes = calloc(codes + 1, sizeof *f->codes);
    f->coverage = calloc(coverage + 1, sizeof *f->coverage);
    f->fates = calloc(fates + 1, sizeof *f->fates);
    if (!ok || f->codes == NULL || f->coverage == NULL || f->fates == NULL)
        return false;
    f->n_codes = codes;
    f->n_coverage = coverage;
    f->n_fates = fates;
    for (size_t i = 0; i < codes; i++)
        f->codes[i] = (uint32_t)random_bits(seed);
    for (size_t i = 0; i < coverage; i++)
        f->coverage[i] = (mg_coverage){
            (uint16_t)random_bits(seed), (uint8_t)(1 + random_below(seed, 4)),
            (uint32_t)random_bits(seed), (uint32_t)random_bits(seed)};
    for (size_t i = 0; i < fates; i++) {
        f->fates[i] =
            (struct source_fate){.source = (uint32_t)i,
                                 .fate = (uint8_t)random_below(seed, MG_FATE_COUNT),
                                 .rows = random_bits(seed) >> 20};
        mg_sum_add(&f->fates[i].value, -(double)(random_bits(seed) >> 20) / 8);
    }
    return true;
}

#endif
