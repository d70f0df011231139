/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/threads.h"

#include <omp.h>
#include <stdlib.h>

enum { THREADS_MAX = 256 };

static int threads = 1;

/* A positive number in the environment, or 0. */
static int from_environment(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    long n = text != NULL ? strtol(text, &end, 10) : 0;

    return text != NULL && end != text && *end == '\0' && n > 0 && n < 1000000 ? (int)n
                                                                               : 0;
}

void mg_threads_set(int n)
{
    int machine = omp_get_num_procs();
    int limit = omp_get_thread_limit();

    if (n <= 0)
        n = from_environment("MG_THREADS");
    if (n <= 0)
        n = from_environment("OMP_NUM_THREADS");
    if (n <= 0 || n > 4 * machine)
        n = machine;
    if (n > limit && limit > 0)
        n = limit;
    if (n > THREADS_MAX)
        n = THREADS_MAX;
    threads = n < 1 ? 1 : n;
    omp_set_dynamic(0);
    omp_set_num_threads(threads);
}

int mg_threads(void)
{
    return threads;
}

int mg_thread_here(void)
{
    return omp_get_thread_num();
}
