/* SPDX-License-Identifier: GPL-3.0-or-later */
/* h5types.h - types, names and attributes of a segment's datasets. */
#ifndef MG_STORE_H5TYPES_H
#define MG_STORE_H5TYPES_H

#include <hdf5.h>

#include "store/footer.h"

struct column_text {
    const char *name, *long_name, *units;
};
extern const struct column_text h5_columns[MG_COLUMNS];

/* A type for the caller to H5Tclose(), negative on failure. */
hid_t h5_column_type(mg_column column, column_form form);

/* One value of `type`. Attributes tell 0 or failure. */
int h5_attribute(hid_t object, const char *name, hid_t type, const void *value);
/* Text attribute, variable-length UTF-8 (a str in h5py, a string in R). */
int h5_text_attribute(hid_t object, const char *name, const char *text);
/* Attributes of a column's dataset. */
int h5_column_attributes(hid_t dataset, mg_column column, column_form form);
/* Attributes of the root group. */
int h5_root_attributes(hid_t root, uint32_t period);

#endif
