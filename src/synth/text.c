/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "synth/world.h"

void text_add(struct text *t, const char *bytes, size_t n)
{
    if (t->failed || mg_grow((void **)&t->bytes, &t->room, t->n + n, 1, NULL) != MG_OK) {
        t->failed = true;
        return;
    }
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
}

void text_format(struct text *t, const char *fmt, ...)
{
    char line[512];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof line)
        t->failed = true;
    else
        text_add(t, line, (size_t)n);
}

void text_fixed(struct text *t, int64_t value, int digits)
{
    char number[MG_NUMBER_TEXT];
    char part[16] = "";
    int64_t unit = 1;
    int n = digits;

    for (int i = 0; i < digits; i++)
        unit *= 10;
    text_add(t, number, mg_integer_write(value / unit, number));
    value %= unit;
    if (value == 0)
        return;
    for (int i = digits; i > 0; i--) {
        part[i] = (char)('0' + value % 10);
        value /= 10;
    }
    while (part[n] == '0')
        n--;
    part[0] = '.';
    text_add(t, part, (size_t)n + 1);
}
