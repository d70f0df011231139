/* SPDX-License-Identifier: GPL-3.0-or-later */
/* schema.h - from a header to columns, from a record's cells to a typed row.
 *
 * Knows every layout of CONTRACT 2 by the names of its columns; no file is
 * opened here. A schema is read-only once made; a decoder belongs to one
 * thread. */
#ifndef MG_SCHEMA_H
#define MG_SCHEMA_H

#include "mirrorgap/ref.h"

/* What a column means to us. */
typedef enum mg_field {
    MG_F_VALUE = 0,
    MG_F_PERIOD,
    MG_F_YEAR,
    MG_F_MONTH,
    MG_F_TYPE,
    MG_F_FREQ,
    MG_F_CLASS,
    MG_F_REPORTER,
    MG_F_REPORTER_ISO,
    MG_F_REPORTER_NAME,
    MG_F_PARTNER,
    MG_F_PARTNER_ISO,
    MG_F_PARTNER_NAME,
    MG_F_PARTNER2,
    MG_F_PARTNER2_ISO,
    MG_F_FLOW,
    MG_F_FLOW_NAME,
    MG_F_CODE,
    MG_F_CUSTOMS,
    MG_F_MOT,
    MG_F_MOS,
    MG_F_UNIT,
    MG_F_QTY,
    MG_F_QTY_ESTIMATED,
    MG_F_KG,
    MG_F_KG_ESTIMATED,
    MG_F_CIF,
    MG_F_FOB,
    MG_F_ESTIMATION, /* 2 quantity, 4 net weight, 6 both */
    MG_F_REPORTED,
    MG_F_AGGREGATE,
    MG_F_VINTAGE,
    MG_F_FIRST, /* whatever stands first in the record */
    MG_FIELDS
} mg_field;

typedef enum mg_layout {
    MG_LAYOUT_LEGACY_WEB,
    MG_LAYOUT_LEGACY_BULK,
    MG_LAYOUT_LEGACY_API,
    MG_LAYOUT_LEGACY_AUTH,
    MG_LAYOUT_TRANSITIONAL,
    MG_LAYOUT_PLUS,
    MG_LAYOUT_PLUS_BULK,
    MG_LAYOUT_PLUS_JSON,
    MG_LAYOUT_WITS,
    MG_LAYOUT_BACI,
    MG_LAYOUTS
} mg_layout;

const char *mg_layout_name(mg_layout layout);
/* The layout called `name`, or -1. */
int mg_layout_find(const char *name);

enum { MG_COLUMNS_MAX = 4096 };

typedef struct mg_schema {
    mg_layout layout;
    size_t n_columns;
    int column_of[MG_FIELDS];    /* file column, or -1 */
    char name_of[MG_FIELDS][40]; /* the header's own name of it */
    size_t n_unknown;            /* columns that we have no use for */
    size_t n_needed;             /* fields present */
    /* Those fields and their columns, by file column: first n_main that every row
     * is decoded by, then those that stand in where a code is missing. */
    uint8_t needed[MG_FIELDS];
    uint16_t needed_column[MG_FIELDS];
    size_t n_main;
    int value_shift; /* WITS, BACI: value is in 1000 USD */
    int qty_shift;   /* BACI: quantity is in tonnes */
} mg_schema;

/* Recognises a header of n cells. forced: a layout, or -1 for any.
 * Errors: MG_E_PARSE: no layout fits (names what the nearest one misses), or a
 * known column stands twice. */
MG_MUST_CHECK mg_status mg_schema_recognise(const mg_cell *header, size_t n, int forced,
                                            mg_schema *schema, mg_error *err);

/* Whether the record's codes are such that the fields after n_main may be asked
 * for; the cells of those before n_main must be there. */
bool mg_schema_wants_rest(const mg_schema *schema, const mg_cell cells[MG_FIELDS]);

/* Takes the field for missing in every record, so that nobody looks for it. */
void mg_schema_leave_out(mg_schema *schema, mg_field field);

/* How many columns of the header any layout knows: tells delimiters apart. */
size_t mg_schema_known(const mg_cell *header, size_t n);

/* transitional has legacy-web's header: a first row tells them apart. */
void mg_schema_look_at_row(mg_schema *schema, const mg_cell cells[MG_FIELDS]);

typedef struct mg_decode_options {
    const mg_ref *ref;
    int classification; /* edition number asked for; 0: HS in any edition */
    bool strict_codes;  /* a code that lost its zero is malformed */
    uint32_t vintage;   /* of the whole source; 0: unknown */
} mg_decode_options;

/* What was noticed on the way. Sums over decoders do not depend on order. */
typedef struct mg_notes {
    uint64_t codes_restored;
    uint64_t optional_unreadable;       /* quantities, weights, CIF, FOB, unit, flags */
    uint32_t editions;                  /* bit e: rows of edition e were seen */
    uint32_t classifications;           /* bit e: any row of classification e */
    uint64_t unknown_areas[65536 / 64]; /* bit c: code c is not in the table */
} mg_notes;

void mg_notes_merge(mg_notes *notes, const mg_notes *more);

typedef struct mg_decoder mg_decoder;
mg_decoder *mg_decoder_new(const mg_decode_options *options); /* NULL: no memory */
void mg_decoder_free(mg_decoder *decoder);
mg_notes *mg_decoder_notes(mg_decoder *decoder);

/* Why a row is malformed. */
typedef struct mg_refusal {
    mg_field field;
    const char *why; /* constant text */
} mg_refusal;

/* Decodes one record. cells[f] is the text of field f, n = 0 where there is no
 * such column or it is blank. Returns what the row-wise rule makes of it:
 * MG_KEPT for a candidate, MG_AGGREGATE_PARTNER with row->fate 1 for a World
 * row that is to be kept as a control. *value is the primary value where it is
 * readable, else NaN. `row` is filled where it is to be kept. */
mg_fate mg_decode(const mg_schema *schema, mg_decoder *decoder,
                  const mg_cell cells[MG_FIELDS], mg_row *row, double *value,
                  mg_refusal *why);

/* The date in the name of a bulk file: COMTRADE-FINAL…[2023-05-01]…, as
 * 20230501; 0: none. */
uint32_t mg_vintage_of_name(const char *path);
/* A date written 2023-05-01 or 20230501 (more may follow); 0: none. */
uint32_t mg_vintage_read(mg_cell text);

#endif
