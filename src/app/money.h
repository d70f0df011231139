/* SPDX-License-Identifier: GPL-3.0-or-later */
/* money.h - amounts as people say them. */
#ifndef MG_APP_MONEY_H
#define MG_APP_MONEY_H

enum { MONEY_TEXT = 48 };

/* "US$ 1.72 billion"; returns text. */
const char *money_words(double usd, char text[MONEY_TEXT]);

/* "1.72bn", for where there is little room. */
const char *money_short(double usd, char text[MONEY_TEXT]);

#endif
