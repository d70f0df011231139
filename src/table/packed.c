/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/packed.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

/* Which figures a row has words for. A figure that is missing has no bit at all;
 * one that repeats another has its second bit alone. */
enum {
    HAS_VINTAGE = 1 << 0,
    HAS_KG = 1 << 1,
    HAS_QTY = 1 << 2,
    HAS_CIF = 1 << 3,
    HAS_FOB = 1 << 4,
    WORD_BITS = 31, /* each of these is one more word */
    QTY_IS_KG = 1 << 5,
    CIF_IS_VALUE = 1 << 6,
    FOB_IS_VALUE = 1 << 7
};

/* words[1] = source, flags, partner2; words[2] = customs, mot, mos, edition and
 * flow, unit, shape: from the highest bits down. */
static unsigned shape_of(const uint64_t *words)
{
    return words[2] & 255;
}

size_t mg_packed_size(const uint64_t *words)
{
    return (size_t)(MG_PACKED_KEYS + 1 + __builtin_popcount(shape_of(words) & WORD_BITS));
}

/* The same bits, so that nothing is lost; zero and minus zero are apart. */
static bool alike(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static uint64_t bits_of(double v)
{
    uint64_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Adds a figure's word where it needs one; its bit. */
static unsigned put_figure(uint64_t *words, size_t *n, double v, unsigned has)
{
    if (isnan(v))
        return 0;
    words[(*n)++] = bits_of(v);
    return has;
}

static unsigned put_repeat(uint64_t *words, size_t *n, double v, unsigned has, double of,
                           unsigned is)
{
    if (!isnan(v) && alike(v, of))
        return is;
    return put_figure(words, n, v, has);
}

static size_t pack(const mg_row *row, uint64_t *words)
{
    size_t n = MG_PACKED_KEYS;
    unsigned shape = 0;

    words[n++] = bits_of(row->value_usd);
    if (row->vintage != 0) {
        words[n++] = row->vintage;
        shape = HAS_VINTAGE;
    }
    shape |= put_figure(words, &n, row->kg, HAS_KG);
    shape |= put_repeat(words, &n, row->qty, HAS_QTY, row->kg, QTY_IS_KG);
    shape |= put_repeat(words, &n, row->cif_usd, HAS_CIF, row->value_usd, CIF_IS_VALUE);
    shape |= put_repeat(words, &n, row->fob_usd, HAS_FOB, row->value_usd, FOB_IS_VALUE);
    words[0] = (uint64_t)row->exporter << 48 | (uint64_t)row->importer << 32 | row->hs;
    words[1] = (uint64_t)row->source << 32 | (uint64_t)row->flags << 16 |
               (uint64_t)row->partner2;
    words[2] = (uint64_t)row->customs << 48 | (uint64_t)row->mot << 32 |
               (uint64_t)row->mos << 24 | (uint64_t)(row->edition & 31) << 19 |
               (uint64_t)(row->flow & 7) << 16 | (uint64_t)(uint8_t)row->unit << 8 |
               shape;
    return n;
}

mg_status mg_packed_add(mg_packed *p, const mg_row *row, mg_error *err)
{
    mg_packed_run *run = p->n_runs > 0 ? &p->runs[p->n_runs - 1] : NULL;
    mg_status status = MG_OK;

    if (p->n_words + MG_PACKED_MAX > p->room_words)
        status = mg_grow((void **)&p->words, &p->room_words, p->n_words + MG_PACKED_MAX,
                         sizeof *p->words, err);
    if (status == MG_OK && (run == NULL || run->period != row->period)) {
        status = mg_grow((void **)&p->runs, &p->room_runs, p->n_runs + 1, sizeof *p->runs,
                         err);
        if (status == MG_OK) {
            run = &p->runs[p->n_runs++];
            *run = (mg_packed_run){row->period, 0, 0};
        }
    }
    if (status != MG_OK)
        return status;
    size_t n = pack(row, p->words + p->n_words);
    p->n_words += n;
    run->n_words += n;
    run->n_rows++;
    return MG_OK;
}

void mg_packed_release(mg_packed *packed)
{
    free(packed->words);
    free(packed->runs);
    *packed = (mg_packed){0};
}

size_t mg_unpack(const uint64_t *words, uint32_t period, mg_row *row)
{
    unsigned shape = shape_of(words);
    size_t n = MG_PACKED_KEYS;
    double value = double_of(words[n++]);

    row->period = period;
    row->exporter = (uint16_t)(words[0] >> 48);
    row->importer = (uint16_t)(words[0] >> 32);
    row->hs = (uint32_t)words[0];
    row->source = (uint32_t)(words[1] >> 32);
    row->seq = 0;
    row->vintage = (shape & HAS_VINTAGE) != 0 ? (uint32_t)words[n++] : 0;
    row->partner2 = (uint16_t)words[1];
    row->customs = (uint16_t)(words[2] >> 48);
    row->mot = (uint16_t)(words[2] >> 32);
    row->flags = (uint16_t)(words[1] >> 16);
    row->mos = (uint8_t)(words[2] >> 24);
    row->edition = (uint8_t)(words[2] >> 19 & 31);
    row->flow = (uint8_t)(words[2] >> 16 & 7);
    row->unit = (int8_t)(uint8_t)(words[2] >> 8);
    row->fate = 0;
    memset(row->pad, 0, sizeof row->pad);
    row->value_usd = value;
    row->kg = (shape & HAS_KG) != 0 ? double_of(words[n++]) : NAN;
    row->qty = (shape & HAS_QTY) != 0     ? double_of(words[n++])
               : (shape & QTY_IS_KG) != 0 ? row->kg
                                          : NAN;
    row->cif_usd = (shape & HAS_CIF) != 0        ? double_of(words[n++])
                   : (shape & CIF_IS_VALUE) != 0 ? value
                                                 : NAN;
    row->fob_usd = (shape & HAS_FOB) != 0        ? double_of(words[n++])
                   : (shape & FOB_IS_VALUE) != 0 ? value
                                                 : NAN;
    return n;
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

int mg_packed_order(const uint64_t *a, const uint64_t *b)
{
    int order = compare(a[2] >> 16 & 255, b[2] >> 16 & 255); /* edition, flow */

    if (order == 0)
        order = compare(a[1] & 0xffff, b[1] & 0xffff); /* partner2 */
    if (order == 0) /* customs, mode of transport, mode of supply */
        order = compare(a[2] >> 24, b[2] >> 24);
    return order;
}
