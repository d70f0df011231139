/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "store/encode.h"

static size_t slot_of(const hs_codes *codes, uint32_t hs)
{
    size_t slot = (hs * 2654435761U) & (codes->n_slots - 1); /* Knuth's multiplier */

    while (codes->slots[slot] != 0 && codes->codes[codes->slots[slot] - 1] != hs)
        slot = (slot + 1) & (codes->n_slots - 1);
    return slot;
}

static mg_status widen(hs_codes *codes, mg_error *err)
{
    size_t n = codes->n_slots > 0 ? 2 * codes->n_slots : 1024;
    uint32_t *slots = mg_alloc_zero(n, sizeof *slots);

    if (slots == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the commodity codes");
    free(codes->slots);
    codes->slots = slots;
    codes->n_slots = n;
    for (size_t i = 0; i < codes->n; i++)
        codes->slots[slot_of(codes, codes->codes[i])] = (uint32_t)i + 1;
    return MG_OK;
}

mg_status hs_codes_index(hs_codes *codes, uint32_t hs, uint32_t *index, mg_error *err)
{
    mg_status status = MG_OK;

    if (2 * (codes->n + 1) > codes->n_slots)
        status = widen(codes, err);
    if (status != MG_OK)
        return status;
    size_t slot = slot_of(codes, hs);
    if (codes->slots[slot] == 0) {
        status = mg_grow((void **)&codes->codes, &codes->room, codes->n + 1,
                         sizeof *codes->codes, err);
        if (status != MG_OK)
            return status;
        codes->codes[codes->n++] = hs;
        codes->slots[slot] = (uint32_t)codes->n;
    }
    *index = codes->slots[slot] - 1;
    return MG_OK;
}

void hs_codes_release(hs_codes *codes)
{
    free(codes->codes);
    free(codes->slots);
    *codes = (hs_codes){0};
}
