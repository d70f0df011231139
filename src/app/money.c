/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/money.h"

#include <math.h>
#include <stdio.h>

#include "mirrorgap/number.h"

static const struct {
    double least;
    const char *word, *letters;
} steps[] = {{1e12, " trillion", "tn"},
             {1e9, " billion", "bn"},
             {1e6, " million", "m"},
             {1e3, " thousand", "k"},
             {0, "", ""}};

/* Three digits of the amount, in its step; returns the step. */
static size_t three_digits(double usd, char number[MG_NUMBER_TEXT + 1])
{
    size_t i = 0;

    while (fabs(usd) < steps[i].least)
        i++;
    const double value = usd / (steps[i].least > 0 ? steps[i].least : 1);
    const int digits = fabs(value) < 10 ? 2 : fabs(value) < 100 ? 1 : 0;
    const double round = nearbyint(value * pow(10, digits)) / pow(10, digits);
    number[mg_number_write(round, number)] = '\0';
    return i;
}

const char *money_words(double usd, char text[MONEY_TEXT])
{
    char number[MG_NUMBER_TEXT + 1];
    const size_t step = three_digits(usd, number);

    snprintf(text, MONEY_TEXT, "US$ %s%s", number, steps[step].word);
    return text;
}

const char *money_short(double usd, char text[MONEY_TEXT])
{
    char number[MG_NUMBER_TEXT + 1];
    const size_t step = three_digits(usd, number);

    snprintf(text, MONEY_TEXT, "%s%s", number, steps[step].letters);
    return text;
}
