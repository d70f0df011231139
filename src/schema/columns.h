/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns.h - the names of columns, family by family. */
#ifndef MG_SCHEMA_COLUMNS_H
#define MG_SCHEMA_COLUMNS_H

#include "mirrorgap/schema.h"

/* Layouts that share column names. */
enum family {
    FAMILY_LEGACY,
    FAMILY_API,
    FAMILY_AUTH,
    FAMILY_PLUS,
    FAMILY_WITS,
    FAMILY_BACI,
    FAMILIES
};

struct column {
    const char *folded; /* as mg_text_fold() makes it */
    uint8_t field;      /* mg_field, or COLUMN_IGNORED */
    const char *shown;  /* as the layout spells it */
};

enum { COLUMN_IGNORED = MG_FIELDS };

struct family_columns {
    const char *name; /* of the family's main layout */
    const struct column *columns;
    size_t n;
};

extern const struct family_columns families[FAMILIES];

#endif
