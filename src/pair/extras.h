/* SPDX-License-Identifier: GPL-3.0-or-later */
/* extras.h - rows that a period is given beside its own: those of unions of countries,
 * of months that make up a year, and of a hub's re-exports that are moved. */
#ifndef MG_PAIR_EXTRAS_H
#define MG_PAIR_EXTRAS_H

#include "pair/group.h"
#include "pair/secrecy.h"

struct extra {
    uint16_t exporter, importer;
    uint8_t flow;
    struct entry entry;
};

struct extras {
    struct extra *items; /* by exporter, importer, flow, code */
    size_t n, room;
    size_t at;     /* the next to be taken */
    uint16_t *map; /* of areas to unions, 65,536; NULL: none changes */
};

/* Gathers them; release in any case. period: number in the data set, or SIZE_MAX for a
 * year that only months speak of. counts: what is left out or moved is counted. */
MG_MUST_CHECK mg_status extras_gather(struct extras *extras, const mg_dataset *data,
                                      size_t period, uint32_t name,
                                      const mg_pair_plan *plan, const mg_pair_sink *sink,
                                      bool counts, mg_error *err);
void extras_release(struct extras *extras);

/* As cursor_place() and cursor_take(). */
uint64_t extras_place(const struct extras *extras);
MG_MUST_CHECK mg_status extras_take(struct extras *extras, unsigned wanted,
                                    struct group *group, const mg_pair_sink *sink,
                                    mg_error *err);
/* What reporters that filed months only keep secret. */
MG_MUST_CHECK mg_status extras_secrets(const struct extras *extras,
                                       struct secrecy *secrecy, mg_error *err);

#endif
