/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "score/solve.h"

#include <math.h>

static bool factor(size_t k, size_t stride, double *h)
{
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++) {
            const double whole = h[a * stride + a];
            double sum = h[a * stride + b];
            for (size_t c = 0; c < b; c++)
                sum -= h[a * stride + c] * h[b * stride + c];
            if (a == b && !(sum > 1e-12 * whole))
                return false;
            h[a * stride + b] = a == b ? sqrt(sum) : sum / h[b * stride + b];
        }
    return true;
}

bool solve_positive(size_t k, size_t stride, double *h, double *g)
{
    if (!factor(k, stride, h))
        return false;
    for (size_t a = 0; a < k; a++) {
        for (size_t c = 0; c < a; c++)
            g[a] -= h[a * stride + c] * g[c];
        g[a] /= h[a * stride + a];
    }
    for (size_t a = k; a-- > 0;) {
        for (size_t c = a + 1; c < k; c++)
            g[a] -= h[c * stride + a] * g[c];
        g[a] /= h[a * stride + a];
    }
    return true;
}
