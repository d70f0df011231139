/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/each.h"

#include "mirrorgap/threads.h"

mg_status mg_each(size_t n, const mg_talk *talk, mg_piece piece, void *self,
                  mg_error *err)
{
    mg_status status = MG_OK;
    mg_error first = {0};
    size_t failed = n; /* the lowest piece that did */

#pragma omp parallel for schedule(dynamic, 1) num_threads(mg_threads())
    for (size_t i = 0; i < n; i++) {
        mg_error here = {0};
        mg_status got;
        size_t known;
#pragma omp atomic read
        known = failed;
        if (known < i)
            continue;
        got = mg_check_stop(talk, &here);
        if (got == MG_OK)
            got = piece(self, i, &here);
        if (got == MG_OK)
            continue;
#pragma omp critical(mg_each_failed)
        if (i < failed) {
            status = got;
            first = here;
#pragma omp atomic write
            failed = i;
        }
    }
    if (status != MG_OK && err != NULL)
        *err = first;
    return status;
}
