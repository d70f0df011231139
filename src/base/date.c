/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/date.h"

#include <stdio.h>

unsigned mg_date_month_days(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

/* n digits as a number; false where one is none. */
static bool digits(const char *text, size_t n, unsigned *value)
{
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *value = *value * 10 + (unsigned)(text[i] - '0');
    }
    return true;
}

bool mg_date_read(mg_cell cell, mg_date *date)
{
    unsigned year;
    unsigned month;
    unsigned day;

    if (cell.n != 10 || cell.text[4] != '-' || cell.text[7] != '-' ||
        !digits(cell.text, 4, &year) || !digits(cell.text + 5, 2, &month) ||
        !digits(cell.text + 8, 2, &day))
        return false;
    if (year < 1900 || year > 2999 || month < 1 || month > 12 || day < 1 ||
        day > mg_date_month_days(year, month))
        return false;
    *date = year * 10000 + month * 100 + day;
    return true;
}

const char *mg_date_write(mg_date date, char text[MG_DATE_TEXT])
{
    text[0] = '\0';
    if (date != 0)
        snprintf(text, MG_DATE_TEXT, "%04u-%02u-%02u", date / 10000 % 10000,
                 date / 100 % 100, date % 100);
    return text;
}

mg_date mg_date_first(uint32_t period)
{
    return period > 9999 ? period * 100 + 1 : period * 10000 + 101;
}

mg_date mg_date_last(uint32_t period)
{
    return period > 9999 ? period * 100 + mg_date_month_days(period / 100, period % 100)
                         : period * 10000 + 1231;
}
