/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/median.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { FEW = 24 };

/* Sorts few values: most groups are. */
static void sort_few(double *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double moving = v[i];
        size_t at = i;
        for (; at > 0 && v[at - 1] > moving; at--)
            v[at] = v[at - 1];
        v[at] = moving;
    }
}

static void swap(double *a, double *b)
{
    double t = *a;
    *a = *b;
    *b = t;
}

/* Puts the k-th smallest of v[0..n) in its place, smaller ones before it.
 * Hoare's selection; after too many bad pivots the rest is sorted. */
static void select_kth(double *v, size_t n, size_t k)
{
    int patience = 64;

    while (n > FEW && patience-- > 0) {
        size_t middle = n / 2;
        if (v[middle] < v[0])
            swap(&v[middle], &v[0]);
        if (v[n - 1] < v[0])
            swap(&v[n - 1], &v[0]);
        if (v[n - 1] < v[middle])
            swap(&v[n - 1], &v[middle]);
        double pivot = v[middle];
        size_t i = 0;
        size_t j = n - 1;
        for (;;) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i >= j)
                break;
            swap(&v[i++], &v[j--]);
        }
        /* v[0..j] <= pivot <= v[j+1..] */
        if (k <= j)
            n = j + 1;
        else {
            v += j + 1;
            n -= j + 1;
            k -= j + 1;
        }
    }
    if (n <= FEW)
        sort_few(v, n);
    else
        qsort(v, n, sizeof *v, by_value);
}

double mg_median(double *v, size_t n)
{
    if (n == 0)
        return NAN;
    select_kth(v, n, n / 2);
    if (n % 2 == 1)
        return v[n / 2];
    double below = v[0];
    for (size_t i = 1; i < n / 2; i++)
        below = fmax(below, v[i]);
    return (below + v[n / 2]) / 2;
}

double mg_median_distance(double *v, size_t n, double from)
{
    for (size_t i = 0; i < n; i++)
        v[i] = fabs(v[i] - from);
    return mg_median(v, n);
}
