/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/text.h"

#include <stdio.h>
#include <string.h>

/* Bytes in the UTF-8 character at `at`, or 0 where it is not valid. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    unsigned first = at[0];
    size_t n = first < 0x80   ? 1
               : first < 0xc2 ? 0
               : first < 0xe0 ? 2
               : first < 0xf0 ? 3
               : first < 0xf5 ? 4
                              : 0;

    if (n == 0 || n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if (n == 3 && ((first == 0xe0 && at[1] < 0xa0) || (first == 0xed && at[1] > 0x9f)))
        return 0;
    if (n == 4 && ((first == 0xf0 && at[1] < 0x90) || (first == 0xf4 && at[1] > 0x8f)))
        return 0;
    return n;
}

bool mg_text_utf8(mg_cell cell)
{
    const unsigned char *at = (const unsigned char *)cell.text;

    for (size_t i = 0; i < cell.n;) {
        size_t n = utf8_length(at + i, cell.n - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

size_t mg_text_fold(mg_cell cell, char *folded, size_t room)
{
    const bool utf8 = mg_text_utf8(cell);
    size_t n = 0;

    for (size_t i = 0; i < cell.n; i++) {
        unsigned char c = (unsigned char)cell.text[i];
        if (n + 3 > room)
            return room;
        if (c >= 'A' && c <= 'Z')
            folded[n++] = (char)(c - 'A' + 'a');
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c > 127 && utf8))
            folded[n++] = (char)c;
        else if (c > 127) {
            folded[n++] = (char)(0xc0 | c >> 6);
            folded[n++] = (char)(0x80 | (c & 0x3f));
        }
    }
    folded[n] = '\0';
    return n;
}

const char *mg_text_show(mg_cell cell, char *shown, size_t room)
{
    const unsigned char *at = (const unsigned char *)cell.text;
    size_t n = 0;

    for (size_t i = 0; i < cell.n;) {
        size_t length = utf8_length(at + i, cell.n - i);
        /* C1 controls (U+0080..9F) move terminals too */
        bool plain = length > 1 ? !(at[i] == 0xc2 && at[i + 1] < 0xa0)
                                : length == 1 && at[i] >= 0x20 && at[i] != 0x7f;
        if (n + 8 > room) {
            memcpy(shown + n, "...", 3);
            n += 3;
            break;
        }
        if (plain) {
            memcpy(shown + n, at + i, length);
            n += length;
            i += length;
        } else {
            n += (size_t)snprintf(shown + n, room - n, "\\x%02x", at[i]);
            i++;
        }
    }
    shown[n] = '\0';
    return shown;
}

int mg_text_distance(const char *a, const char *b, int limit)
{
    enum { LONGEST = 64 };
    int row[LONGEST + 1];
    size_t na = strlen(a);
    size_t nb = strlen(b);

    if (na > LONGEST || nb > LONGEST)
        return limit + 1;
    for (size_t j = 0; j <= nb; j++)
        row[j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[nb] <= limit ? row[nb] : limit + 1;
}

const char *mg_text_valid(const char *text, char *shown, size_t room)
{
    const mg_cell cell = {text, strlen(text)};

    return mg_text_utf8(cell) ? text : mg_text_show(cell, shown, room);
}

void mg_text_cut(char *text, size_t room)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t n = room - sizeof ellipsis;

    if (strlen(text) < n)
        return;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    memcpy(text + n, ellipsis, sizeof ellipsis);
}
