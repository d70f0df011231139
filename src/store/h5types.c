/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/h5types.h"

#include <stdio.h>
#include <string.h>

#include "mirrorgap/version.h"

const struct column_text h5_columns[MG_COLUMNS] = {
    [MG_C_EXPORTER] = {"exporter", "exporting country, UN Comtrade area code", "1"},
    [MG_C_IMPORTER] = {"importer", "importing country, UN Comtrade area code", "1"},
    [MG_C_HS] = {"hs", "commodity: index into /codes/hs", "1"},
    [MG_C_EDITION] = {"edition", "HS edition as filed", "1"},
    [MG_C_FLOW] = {"flow", "trade flow; X and RX are filed by the exporter", "1"},
    [MG_C_VALUE] = {"value_usd", "primary value, current US dollars", "USD"},
    [MG_C_KG] = {"kg", "net weight", "kg"},
    [MG_C_QTY] = {"qty",
                  "quantity in the column unit; equal to kg where flags has bit 11",
                  "see column unit"},
    [MG_C_UNIT] = {"unit", "quantity unit, UN Comtrade code, -1 none", "1"},
    [MG_C_CIF] = {"cif_usd", "filed CIF value; equal to value_usd where flags has bit 9",
                  "USD"},
    [MG_C_FOB] = {"fob_usd", "filed FOB value; equal to value_usd where flags has bit 10",
                  "USD"},
    [MG_C_FLAGS] = {"flags",
                    "bits: 0 quantity estimated, 1 weight estimated, 2 isReported, 3 "
                    "isAggregate, 4 code restored, 8 rebuilt total, 9 to 11 repeats",
                    "1"},
    [MG_C_SOURCE] = {"source", "number of the source in MANIFEST.json", "1"},
    [MG_C_VINTAGE] = {"vintage", "publication date as yyyymmdd, 0 unknown", "1"},
    [MG_C_PARTNER2] = {"partner2", "second partner, 0 all", "1"},
    [MG_C_CUSTOMS] = {"customs", "customs procedure, base-36 number of its code, 0 all",
                      "1"},
    [MG_C_MOT] = {"mot", "mode of transport, 0 all", "1"},
    [MG_C_MOS] = {"mos", "mode of supply, 0 all", "1"},
    [MG_C_FATE] = {"fate", "what the clean-row rule makes of the row", "1"},
};

/* An enumeration of u8 from names by number. */
static hid_t name_type(const char *(*name)(unsigned))
{
    hid_t type = H5Tenum_create(H5T_STD_U8LE);

    for (unsigned v = 0; type >= 0 && v < 32; v++) {
        const char *text = name(v);
        uint8_t value = (uint8_t)v;
        if (text != NULL && H5Tenum_insert(type, text, &value) < 0) {
            H5Tclose(type);
            return H5I_INVALID_HID;
        }
    }
    return type;
}

hid_t h5_column_type(mg_column column, column_form form)
{
    switch (column) {
    case MG_C_FLOW:
        return name_type(mg_flow_name);
    case MG_C_EDITION:
        return name_type(mg_edition_name);
    case MG_C_FATE:
        return name_type(mg_fate_name);
    default:
        break;
    }
    switch ((stored_type)form.type) {
    case STORED_U8:
        return H5Tcopy(H5T_STD_U8LE);
    case STORED_I8:
        return H5Tcopy(H5T_STD_I8LE);
    case STORED_U16:
        return H5Tcopy(H5T_STD_U16LE);
    case STORED_U32:
        return H5Tcopy(H5T_STD_U32LE);
    case STORED_I64:
        return H5Tcopy(H5T_STD_I64LE);
    case STORED_F64:
        return H5Tcopy(H5T_IEEE_F64LE);
    }
    return H5I_INVALID_HID;
}

int h5_attribute(hid_t object, const char *name, hid_t type, const void *value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = space >= 0 && type >= 0 ? H5Acreate2(object, name, type, space,
                                                           H5P_DEFAULT, H5P_DEFAULT)
                                              : H5I_INVALID_HID;
    int failed = attribute < 0 || H5Awrite(attribute, type, value) < 0;

    if (attribute >= 0)
        failed |= H5Aclose(attribute) < 0;
    if (space >= 0)
        H5Sclose(space);
    return failed;
}

int h5_text_attribute(hid_t object, const char *name, const char *text)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    int failed = type < 0 || H5Tset_size(type, H5T_VARIABLE) < 0 ||
                 H5Tset_cset(type, H5T_CSET_UTF8) < 0 ||
                 h5_attribute(object, name, type, &text) != 0;

    if (type >= 0)
        H5Tclose(type);
    return failed;
}

int h5_column_attributes(hid_t dataset, mg_column column, column_form form)
{
    const struct column_text *text = &h5_columns[column];
    int failed = h5_text_attribute(dataset, "long_name", text->long_name) |
                 h5_text_attribute(dataset, "units", text->units);

    if (form.type == STORED_I64) {
        static const int64_t missing = INT64_MIN;
        int32_t scale = form.scale;
        failed |= h5_text_attribute(dataset, "encoding",
                                    "stored integer divided by the attribute scale; "
                                    "_FillValue is missing");
        failed |= h5_attribute(dataset, "scale", H5T_NATIVE_INT32, &scale);
        failed |= h5_attribute(dataset, "_FillValue", H5T_NATIVE_INT64, &missing);
    } else if (form.type == STORED_F64) {
        static const double missing = NAN;
        failed |= h5_attribute(dataset, "_FillValue", H5T_NATIVE_DOUBLE, &missing);
    }
    return failed;
}

int h5_root_attributes(hid_t root, uint32_t period)
{
    char text[64];

    snprintf(text, sizeof text, "mirrorgap segment %s-%u",
             mg_period_monthly(period) ? "M" : "A", (unsigned)period);
    return h5_text_attribute(root, "title", text) |
           h5_text_attribute(root, "Conventions", "mirrorgap-1, one dataset a column") |
           h5_text_attribute(
               root, "source",
               "UN Comtrade reports as ingested; sources and their hashes stand "
               "in MANIFEST.json") |
           h5_text_attribute(root, "licence_note",
                             "UN Comtrade's terms restrict bulk re-dissemination") |
           h5_text_attribute(root, "generator", "mirrorgap " MG_VERSION) |
           h5_attribute(root, "period", H5T_NATIVE_UINT32, &period);
}
