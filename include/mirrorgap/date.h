/* SPDX-License-Identifier: GPL-3.0-or-later */
/* date.h - days of the calendar as numbers: 20170805. Pure functions. */
#ifndef MG_DATE_H
#define MG_DATE_H

#include "mirrorgap/text.h"

/* A day as yyyymmdd, 0: none. Such numbers sort as the days do. */
typedef uint32_t mg_date;

/* Days of a month (1 to 12) of the Gregorian calendar. */
unsigned mg_date_month_days(unsigned year, unsigned month);

/* Reads "2017-08-05", a day that the calendar has, from 1900 to 2999. */
bool mg_date_read(mg_cell text, mg_date *date);
/* Writes it back, terminated; "" for 0. Returns `text`. */
enum { MG_DATE_TEXT = 16 };
const char *mg_date_write(mg_date date, char text[MG_DATE_TEXT]);

/* First and last day of a period of table.h: a year (2017) or a month (201708). */
mg_date mg_date_first(uint32_t period);
mg_date mg_date_last(uint32_t period);

#endif
