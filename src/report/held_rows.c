/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/held_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mirrorgap/number.h"

bool mg_output_is_number(const mg_output_column *column)
{
    static const char *const texts[] = {"text", "code",    "date",
                                        "cell", "version", "XXH3-128"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(column->unit, texts[i]) == 0)
            return false;
    return true;
}

const char *held_field(const char **at, size_t *n, bool *ended)
{
    const char *from = *at;

    *n = strcspn(from, "\t\n");
    *ended = from[*n] == '\n';
    *at = from + *n + 1;
    return from;
}

double held_number(const char *field, size_t n)
{
    double value = NAN;

    return n > 0 && mg_number_read(field, n, 0, &value) ? value : NAN;
}

void held_label(const mg_output_column *column, char *text, size_t room)
{
    snprintf(text, room, "%s (%s)", column->what, column->unit);
}
