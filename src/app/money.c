/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/money.h"

#include <math.h>
#include <stdio.h>

#include "mirrorgap/number.h"

const char *money_words(double usd, char text[MONEY_TEXT])
{
    static const struct {
        double least;
        const char *word;
    } steps[] = {{1e12, " trillion"},
                 {1e9, " billion"},
                 {1e6, " million"},
                 {1e3, " thousand"},
                 {0, ""}};
    size_t i = 0;

    while (fabs(usd) < steps[i].least)
        i++;
    const double value = usd / (steps[i].least > 0 ? steps[i].least : 1);
    const int digits = fabs(value) < 10 ? 2 : fabs(value) < 100 ? 1 : 0;
    const double round = nearbyint(value * pow(10, digits)) / pow(10, digits);
    char number[MG_NUMBER_TEXT];
    snprintf(text, MONEY_TEXT, "US$ %.*s%s", (int)mg_number_write(round, number), number,
             steps[i].word);
    return text;
}
