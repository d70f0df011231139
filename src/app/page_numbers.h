/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_numbers.h - numbers as a page of text has them; "-" is a missing one. */
#ifndef MG_APP_PAGE_NUMBERS_H
#define MG_APP_PAGE_NUMBERS_H

enum { PAGE_NUMBER = 40 };

/* "1,234,567" */
const char *page_money(double usd, char text[PAGE_NUMBER]);
/* So many decimals; so many digits. */
const char *page_fixed(int decimals, double value, char text[PAGE_NUMBER]);
const char *page_digits(int digits, double value, char text[PAGE_NUMBER]);

#endif
