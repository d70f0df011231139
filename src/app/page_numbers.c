/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/page_numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *page_money(double usd, char text[PAGE_NUMBER])
{
    char plain[32];
    size_t n;
    size_t k = 0;

    if (isnan(usd))
        return strcpy(text, "-");
    snprintf(plain, sizeof plain, "%.0f", fabs(usd));
    n = strlen(plain);
    if (usd <= -0.5)
        text[k++] = '-';
    for (size_t i = 0; i < n && k + 2 < PAGE_NUMBER; i++) {
        text[k++] = plain[i];
        if ((n - i - 1) % 3 == 0 && i + 1 < n)
            text[k++] = ',';
    }
    text[k] = '\0';
    return text;
}

const char *page_fixed(int decimals, double value, char text[PAGE_NUMBER])
{
    if (isnan(value))
        return strcpy(text, "-");
    snprintf(text, PAGE_NUMBER, "%.*f", decimals, value);
    return text;
}

const char *page_digits(int digits, double value, char text[PAGE_NUMBER])
{
    if (isnan(value))
        return strcpy(text, "-");
    snprintf(text, PAGE_NUMBER, "%.*g", digits, value);
    return text;
}
