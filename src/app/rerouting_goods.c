/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which good a code of an edition is, and whether the regimes are about it. */
#include <stdlib.h>
#include <string.h>

#include "app/rerouting.h"
#include "mirrorgap/mem.h"

static mg_status grow_flows(struct rerouting *r, mg_error *err)
{
    const size_t need = r->n_goods * r->n_areas * 2;

    for (size_t role = 0; role < REROUTING_ROLES; role++) {
        struct rerouting_flows *f = &r->flows[role];
        const size_t had = f->room;
        if (mg_grow((void **)&f->usd, &f->room, need, sizeof *f->usd, err) != MG_OK)
            return MG_E_NOMEM;
        memset(f->usd + had, 0, (f->room - had) * sizeof *f->usd);
    }
    return MG_OK;
}

/* Whether some rule of the regimes is about a country of the route's end. */
bool rerouting_about(const struct rerouting *r, const mg_rule *rule)
{
    for (size_t i = 0; i < rule->n_targets; i++)
        if (r->targets[rule->targets[i]] != 0)
            return true;
    return rule->n_targets == 0;
}

/* Whether goods of a code fall under a rule about the target's imports. */
static void ask_regimes(const struct rerouting *r, unsigned edition, uint32_t hs,
                        struct rerouting_good *good)
{
    good->banned = good->banned || r->n_regimes == 0;
    for (size_t g = 0; g < r->n_regimes; g++) {
        const mg_regime *regime = r->regimes[g];
        for (size_t i = 0; i < regime->n; i = mg_regime_rule_end(regime, i)) {
            const unsigned written = mg_regime_edition(regime, i, edition);
            for (size_t k = i; k < mg_regime_rule_end(regime, i); k++) {
                const mg_rule *rule = &regime->rules[k];
                if (rule->edition != written || rule->exempts || rule->placebo ||
                    (rule->direction & MG_RULE_IMPORT) == 0 || !rerouting_about(r, rule))
                    continue;
                const mg_cover cover =
                    mg_hs_map_cover(r->map, rule->edition, rule->hs, edition, hs);
                good->banned = good->banned || cover != MG_COVER_NONE;
                good->part = good->part || cover == MG_COVER_PART;
            }
        }
    }
}

static mg_status new_good(struct rerouting *r, mg_hs_class name, uint32_t *at,
                          mg_error *err)
{
    for (size_t i = 0; i < r->n_goods; i++)
        if (r->goods[i].name.hs == name.hs && r->goods[i].name.star == name.star) {
            *at = (uint32_t)i;
            return MG_OK;
        }
    if (mg_grow((void **)&r->goods, &r->room_goods, r->n_goods + 1, sizeof *r->goods,
                err) != MG_OK)
        return MG_E_NOMEM;
    r->goods[r->n_goods] = (struct rerouting_good){.name = name};
    *at = (uint32_t)r->n_goods++;
    return grow_flows(r, err);
}

static size_t slot_of(const struct rerouting *r, uint64_t key)
{
    uint64_t x = key * 0x9e3779b97f4a7c15U;
    size_t slot = (size_t)(x >> 40) & (r->slots - 1);

    while (r->keys[slot] != 0 && r->keys[slot] != key)
        slot = (slot + 1) & (r->slots - 1);
    return slot;
}

static mg_status more_slots(struct rerouting *r, mg_error *err)
{
    struct rerouting old = *r;

    r->slots = old.slots == 0 ? 1 << 14 : 2 * old.slots;
    r->keys = mg_alloc_zero(r->slots, sizeof *r->keys);
    r->good_of = mg_alloc_zero(r->slots, sizeof *r->good_of);
    if (r->keys == NULL || r->good_of == NULL) {
        free(r->keys);
        free(r->good_of);
        r->keys = old.keys;
        r->good_of = old.good_of;
        r->slots = old.slots;
        return mg_fail(err, MG_E_NOMEM, "cannot hold the codes");
    }
    for (size_t i = 0; i < old.slots; i++)
        if (old.keys[i] != 0) {
            const size_t slot = slot_of(r, old.keys[i]);
            r->keys[slot] = old.keys[i];
            r->good_of[slot] = old.good_of[i];
        }
    free(old.keys);
    free(old.good_of);
    return MG_OK;
}

mg_status rerouting_good_of(struct rerouting *r, unsigned edition, uint32_t hs,
                            size_t *good, mg_error *err)
{
    const uint64_t key = (uint64_t)(edition + 1) << 32 | hs;
    mg_status status = MG_OK;

    if (2 * (r->n_keys + 1) > r->slots)
        status = more_slots(r, err);
    if (status != MG_OK)
        return status;
    const size_t slot = slot_of(r, key);
    if (r->keys[slot] == 0) {
        uint32_t at = 0;
        status = new_good(
            r, mg_concordance_class(r->concordance, r->low, r->high, edition, hs), &at,
            err);
        if (status != MG_OK)
            return status;
        ask_regimes(r, edition, hs, &r->goods[at]);
        r->keys[slot] = key;
        r->good_of[slot] = at;
        r->n_keys++;
    }
    *good = r->good_of[slot];
    return MG_OK;
}
