/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits_count.h - commas and line ends outside quotes, as fast as they can be
 * counted: the least work a reader of CSV must do.
 *
 * A part of a text does not know whether it starts inside quotes, so both
 * counts are kept and count_join() picks the right one. */
#ifndef LIMITS_COUNT_H
#define LIMITS_COUNT_H

#include <stddef.h>
#include <stdint.h>

struct count {
    uint64_t total; /* bytes, newlines or delimiters, inside quotes or not */
    uint64_t even;  /* delimiters outside quotes, if the part starts outside */
    uint64_t quotes;
};

/* Two neighbouring parts as one. */
struct count count_join(struct count first, struct count second);

/* Byte by byte, for the answer. */
struct count count_plain(const char *text, size_t n);

/* AVX2 and carry-less multiplication where the processor has them, else the
 * portable way; count_way() names which. */
struct count count_best(const char *text, size_t n);
const char *count_way(void);

#endif
