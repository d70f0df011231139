/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "mirrorgap/table.h"

enum { BASE = 36, PLACES = 6 };

/* hs_first[n]: number of the first code with n places; 0 is TOTAL. */
static const uint32_t hs_first[PLACES + 2] = {0,
                                              1,
                                              1 + 36,
                                              1 + 36 + 1296,
                                              1 + 36 + 1296 + 46656,
                                              1 + 36 + 1296 + 46656 + 1679616,
                                              1 + 36 + 1296 + 46656 + 1679616 + 60466176,
                                              1U + 36 + 1296 + 46656 + 1679616 +
                                                  60466176 + 2176782336U};

/* 1 + the place of a letter or digit of a code, 0 for others. Lower case is none. */
static const uint8_t place_of[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
    ['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12,
    ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16, ['G'] = 17, ['H'] = 18,
    ['I'] = 19, ['J'] = 20, ['K'] = 21, ['L'] = 22, ['M'] = 23, ['N'] = 24,
    ['O'] = 25, ['P'] = 26, ['Q'] = 27, ['R'] = 28, ['S'] = 29, ['T'] = 30,
    ['U'] = 31, ['V'] = 32, ['W'] = 33, ['X'] = 34, ['Y'] = 35, ['Z'] = 36};

/* A code of 1 to `places` places as a number in base 36. */
static bool read_places(mg_cell code, size_t places, uint32_t *number)
{
    *number = 0;
    for (size_t i = 0; i < code.n && i < places; i++) {
        uint32_t p = place_of[(unsigned char)code.text[i]];
        if (p == 0)
            return false;
        *number = *number * BASE + (p - 1);
    }
    return code.n > 0 && code.n <= places;
}

/* Six digits, which nearly all codes are, at once; false: others. */
static bool read_six_digits(const char *text, uint32_t *number)
{
    const uint64_t high = 0xf0f0f0f0f0f0ULL;
    const uint64_t even = 0x00ff00ff00ffULL;
    uint64_t x = 0;

    memcpy(&x, text, PLACES); /* the first one lowest */
    if (((x & high) | ((x + 0x060606060606ULL) & high) >> 4) != 0x333333333333ULL)
        return false;
    x &= 0x0f0f0f0f0f0fULL;
    x = (x & even) * BASE + (x >> 8 & even); /* pairs of 16 bits */
    *number = (uint32_t)(((x & 0xffff) * BASE * BASE + (x >> 16 & 0xffff)) * BASE * BASE +
                         (x >> 32));
    return true;
}

bool mg_hs_pack(mg_cell code, uint32_t *hs)
{
    uint32_t number;

    if (code.n == PLACES && read_six_digits(code.text, &number)) {
        *hs = hs_first[PLACES] + number;
        return true;
    }
    if (code.n == 5 && mg_text_is(code, "TOTAL")) {
        *hs = MG_HS_TOTAL;
        return true;
    }
    if (!read_places(code, PLACES, &number))
        return false;
    *hs = hs_first[code.n] + number;
    return true;
}

int mg_hs_level(uint32_t hs)
{
    int level = 0;

    while (level < PLACES && hs >= hs_first[level + 1])
        level++;
    return level;
}

size_t mg_hs_text(uint32_t hs, char text[MG_HS_TEXT])
{
    int level = mg_hs_level(hs);
    uint32_t number = hs - hs_first[level];

    if (level == 0) {
        memcpy(text, "TOTAL", 6);
        return 5;
    }
    text[level] = '\0';
    for (int i = level - 1; i >= 0; i--) {
        uint32_t p = number % BASE;
        text[i] = (char)(p < 10 ? '0' + p : 'A' + (p - 10));
        number /= BASE;
    }
    return (size_t)level;
}

int mg_hs_chapter(uint32_t hs)
{
    char text[MG_HS_TEXT];

    if (mg_hs_level(hs) < 2)
        return -1;
    mg_hs_text(hs, text);
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    return (text[0] - '0') * 10 + (text[1] - '0');
}

uint32_t mg_hs_cut(uint32_t hs, int level)
{
    int own = mg_hs_level(hs);
    uint32_t number = hs - hs_first[own];

    if (level <= 0)
        return MG_HS_TOTAL;
    for (; own > level; own--)
        number /= BASE;
    return hs_first[own] + number;
}

bool mg_customs_pack(mg_cell code, uint16_t *customs)
{
    uint32_t number;

    if (!read_places(code, 3, &number))
        return false;
    *customs = (uint16_t)number;
    return true;
}

size_t mg_customs_text(uint16_t customs, char text[4])
{
    uint32_t number = customs;

    for (int i = 2; i >= 0; i--) {
        uint32_t p = number % BASE;
        text[i] = (char)(p < 10 ? '0' + p : 'A' + (p - 10));
        number /= BASE;
    }
    text[3] = '\0';
    return 3;
}

const char *mg_flow_name(unsigned flow)
{
    static const char *const names[MG_FLOW_COUNT] = {NULL, "M", "X", "RX", "RM", "BACI"};
    return flow < MG_FLOW_COUNT ? names[flow] : NULL;
}

static const char *const edition_names[] = {"HS", "H0", "H1", "H2", "H3",   "H4",
                                            "H5", "H6", "S1", "S2", "S3",   "S4",
                                            "BE", "B4", "B5", "EB", "EB02", "EB10"};
enum { EDITIONS = sizeof edition_names / sizeof *edition_names };

const char *mg_edition_name(unsigned edition)
{
    return edition < EDITIONS ? edition_names[edition] : NULL;
}

int mg_edition_find(mg_cell name)
{
    for (int i = 0; i < EDITIONS; i++)
        if (mg_text_is(name, edition_names[i]))
            return i;
    return -1;
}

const char *mg_fate_name(unsigned fate)
{
    static const char *const names[MG_FATE_COUNT] = {"kept",
                                                     "malformed",
                                                     "no_data",
                                                     "not_goods",
                                                     "subflow",
                                                     "aggregate_partner",
                                                     "self_trade",
                                                     "breakdown",
                                                     "rebuilt",
                                                     "duplicate_exact",
                                                     "duplicate_conflict",
                                                     "edition_superseded"};
    return fate < MG_FATE_COUNT ? names[fate] : NULL;
}
