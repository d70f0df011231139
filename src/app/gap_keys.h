/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gap_keys.h - what sums of gaps are told by: exporter, period, HS2 and so on. */
#ifndef MG_APP_GAP_KEYS_H
#define MG_APP_GAP_KEYS_H

#include "mirrorgap/output.h"
#include "mirrorgap/pair.h"
#include "mirrorgap/rollup.h"

enum gap_key {
    KEY_EXPORTER,
    KEY_IMPORTER,
    KEY_PAIR,
    KEY_COUNTRY, /* each pair stands under both its sides */
    KEY_PERIOD,
    KEY_YEAR,
    KEY_HS2,
    KEY_HS4,
    KEY_HS6,
    KEY_SECTION,
    KEY_EXPORTER_REGION,
    KEY_IMPORTER_REGION,
    KEY_REGION,
    GAP_KEYS
};

struct gap_keys {
    enum gap_key items[GAP_KEYS];
    size_t n;
    bool by_country;
    const mg_ref *ref;
    uint8_t *region_of; /* by area: 1 + its region, 0: none; NULL: not asked for */
    const char *regions[64];
    size_t n_regions;
};

/* Reads "exporter,hs2,period". Release in any case. Errors: MG_E_RANGE, which is the
 * asker's. */
MG_MUST_CHECK mg_status gap_keys_read(struct gap_keys *keys, const char *by,
                                      const mg_ref *ref, mg_error *err);
void gap_keys_release(struct gap_keys *keys);

/* The level that the keys need: 0, 2, 4 or 6. */
int gap_keys_level(const struct gap_keys *keys);

/* The key of a pair; country: of its side, where keys are by country. */
mg_rollup_key gap_key_of(const struct gap_keys *keys, const mg_pair *pair,
                         uint32_t period, unsigned country);

/* Their columns, at most GAP_KEYS * 4; returns how many. */
size_t gap_key_columns(const struct gap_keys *keys, mg_output_column *columns);
void gap_key_print(const struct gap_keys *keys, mg_rollup_key key, mg_lines *to);

#endif
