/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.h - text to numbers and back, the same in every locale.
 *
 * Pure functions, safe from several threads. */
#ifndef MG_NUMBER_H
#define MG_NUMBER_H

#include "mirrorgap/status.h"

/* Reads the decimal number in text[0..n): sign, digits, one point, exponent;
 * nothing else (no blanks, hexadecimal, infinity or thousands separators).
 * The result is the double nearest to the text times 10^shift: the bits that
 * strtod() gives for shift 0. False, with *value untouched, where the text is
 * no such number or its magnitude is beyond the doubles. */
bool mg_number_read(const char *text, size_t n, int shift, double *value);

/* Reads an unsigned decimal integer of at most 18 digits. */
bool mg_integer_read(const char *text, size_t n, uint64_t *value);

enum { MG_NUMBER_TEXT = 32 };

/* Writes the shortest decimal text that reads back to `value` (Giulietti's
 * Schubfach, 2020) to `text` (at least MG_NUMBER_TEXT bytes, not terminated)
 * and returns its length. Plain notation for magnitudes in [1e-5, 1e21),
 * exponents elsewhere; NaN gives length 0. */
size_t mg_number_write(double value, char *text);

/* Writes an integer in decimal; the same buffer rules. */
size_t mg_integer_write(int64_t value, char *text);

#endif
