/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mirrorgap/schema.h"

uint32_t mg_vintage_read(mg_cell text)
{
    uint32_t date = 0;
    int digits = 0;

    for (size_t i = 0; i < text.n && digits < 8; i++) {
        unsigned digit = (unsigned)(text.text[i] - '0');
        if (digit <= 9) {
            date = date * 10 + digit;
            digits++;
        } else if (!(text.text[i] == '-' && (digits == 4 || digits == 6)))
            return 0;
    }
    unsigned year = date / 10000;
    unsigned month = date / 100 % 100;
    unsigned day = date % 100;
    return digits == 8 && year >= 1900 && year <= 2200 && month >= 1 && month <= 12 &&
                   day >= 1 && day <= 31
               ? date
               : 0;
}

uint32_t mg_vintage_of_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    if (strncmp(name, "COMTRADE-FINAL", 14) != 0)
        return 0;
    for (const char *at = strchr(name, '['); at != NULL; at = strchr(at + 1, '[')) {
        uint32_t date = mg_vintage_read((mg_cell){at + 1, strlen(at + 1)});
        if (date != 0)
            return date;
    }
    return 0;
}
