/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/robust_z.h"

#include <math.h>
#include <stdlib.h>

#include "mirrorgap/median.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/radix.h"
#include "mirrorgap/threads.h"

/* Normal quantile of 3/4: makes the MAD of a normal sample its deviation. */
static const double normal_quartile = 0.6744897501960817;

void mg_robust_z_group(size_t n, const double *v, size_t least, double *work, double *z)
{
    double median = 0;
    double mad = 0;

    if (n >= least && n > 0) {
        for (size_t i = 0; i < n; i++)
            work[i] = v[i];
        median = mg_median(work, n);
        mad = mg_median_distance(work, n, median);
    }
    for (size_t i = 0; i < n; i++)
        z[i] = mad > 0 ? normal_quartile * (v[i] - median) / mad : 0;
}

/* One group of items: its values are gathered, its z spread out again. room: 3 n. */
static void score_group(const mg_radix_item *items, size_t n, const double *v,
                        size_t least, double *room, double *z)
{
    double *own = room + n;
    double *got = room + 2 * n;

    for (size_t i = 0; i < n; i++)
        own[i] = v[items[i].index];
    mg_robust_z_group(n, own, least, room, got);
    for (size_t i = 0; i < n; i++)
        z[items[i].index] = got[i];
}

/* Groups whose first item lies in [from, to). */
static void score_part(const mg_radix_item *items, size_t n, size_t from, size_t to,
                       const double *v, size_t least, double *room, double *z)
{
    size_t i = from;

    while (i > 0 && i < to && items[i].key == items[i - 1].key)
        i++; /* belongs to the part before */
    while (i < to) {
        size_t end = i + 1;
        while (end < n && items[end].key == items[i].key)
            end++;
        score_group(items + i, end - i, v, least, room + 3 * i, z);
        i = end;
    }
}

mg_status mg_robust_z(size_t n, const uint64_t *group, const double *v, size_t least,
                      double *z, mg_error *err)
{
    enum { PARTS = 64 };
    mg_radix_item *items = mg_alloc(n, sizeof *items);
    mg_radix_item *spare = mg_alloc(n, sizeof *spare);
    double *room = mg_alloc(n, 3 * sizeof *room);
    mg_status status = MG_OK;

    if (items == NULL || spare == NULL || room == NULL)
        status = mg_fail(err, MG_E_NOMEM, "cannot score %zu pairs", n);
    else {
        for (size_t i = 0; i < n; i++)
            items[i] = (mg_radix_item){group[i], (uint32_t)i, 0};
        mg_radix_sort(&items, &spare, n);
        size_t step = n / PARTS + 1;
#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
        for (size_t p = 0; p < PARTS; p++) {
            size_t from = p * step < n ? p * step : n;
            size_t to = n - from < step ? n : from + step;
            score_part(items, n, from, to, v, least, room, z);
        }
    }
    free(items);
    free(spare);
    free(room);
    return status;
}
