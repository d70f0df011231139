/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - the typed row that doors fill and kernels read, and its codes.
 *
 * Pure data; no files, no global state; safe from several threads. */
#ifndef MG_TABLE_H
#define MG_TABLE_H

#include <math.h>

#include "mirrorgap/status.h"
#include "mirrorgap/text.h"

/* Trade flows. The numbers are UN Comtrade's old ones, and part of the store's
 * format. MG_FLOW_BACI is a reconciled figure that neither side filed. */
typedef enum mg_flow {
    MG_FLOW_M = 1,
    MG_FLOW_X = 2,
    MG_FLOW_RX = 3,
    MG_FLOW_RM = 4,
    MG_FLOW_BACI = 5,
    MG_FLOW_COUNT
} mg_flow;

/* HS editions: 0 unknown (classification "HS"), 1..7 = H0..H6; from
 * MG_EDITION_OTHER on, classifications that are not HS (CONTRACT 3.3). */
enum {
    MG_EDITION_UNKNOWN = 0,
    MG_EDITION_H0 = 1,
    MG_EDITION_H6 = 7,
    MG_EDITION_OTHER = 8
};

/* What becomes of a row (CONTRACT 3). The numbers are part of the format. */
typedef enum mg_fate {
    MG_KEPT = 0,
    MG_MALFORMED,
    MG_NO_DATA,
    MG_NOT_GOODS,
    MG_SUBFLOW,
    MG_AGGREGATE_PARTNER,
    MG_SELF_TRADE,
    MG_BREAKDOWN,
    MG_REBUILT,
    MG_DUPLICATE_EXACT,
    MG_DUPLICATE_CONFLICT,
    MG_EDITION_SUPERSEDED,
    MG_FATE_COUNT
} mg_fate;

/* Flag bits of a row. The low 8 come from the file, the others from us. */
enum {
    MG_FLAG_QTY_ESTIMATED = 1 << 0,
    MG_FLAG_KG_ESTIMATED = 1 << 1,
    MG_FLAG_REPORTED = 1 << 2,      /* isReported: filed at this level (METHODS 0.3) */
    MG_FLAG_AGGREGATE = 1 << 3,     /* isAggregate: rolled up by UN Comtrade */
    MG_FLAG_CODE_RESTORED = 1 << 4, /* the HS code had lost a leading zero */
    MG_FLAG_REBUILT = 1 << 8,       /* the total is our sum of detail rows */
    MG_FLAG_CIF_IS_VALUE = 1 << 9,  /* in the store: filed CIF = value */
    MG_FLAG_FOB_IS_VALUE = 1 << 10, /* in the store: filed FOB = value */
    MG_FLAG_QTY_IS_KG = 1 << 11     /* in the store: quantity = net weight */
};

/* One row of a file that passed the row-wise part of the clean-row rule. */
typedef struct mg_row {
    uint32_t period;   /* 2017 (annual) or 201701 (monthly) */
    uint16_t exporter; /* Comtrade area codes; 0 is World (a control row) */
    uint16_t importer;
    uint32_t hs;       /* mg_hs_pack() */
    uint32_t source;   /* number of the source in the store */
    uint32_t seq;      /* record within the source; later wins */
    uint32_t vintage;  /* 20230501, or 0: unknown */
    uint16_t partner2; /* 0: all. These four detail a total row */
    uint16_t customs;  /* 0: C00, else mg_customs_pack() */
    uint16_t mot;      /* mode of transport, 0: all */
    uint16_t flags;
    uint8_t mos; /* mode of supply, 0: all */
    uint8_t edition;
    uint8_t flow;
    int8_t unit; /* quantity unit code, -1: none */
    uint8_t fate;
    uint8_t pad[3];
    double value_usd; /* primary value */
    double kg;        /* net weight; NaN: missing */
    double qty;       /* in `unit`; NaN: missing */
    double cif_usd;   /* as filed; NaN: missing */
    double fob_usd;
} mg_row;

static inline bool mg_period_monthly(uint32_t period)
{
    return period > 9999;
}

/* Whether the row's reporter is its exporter. */
static inline bool mg_flow_by_exporter(unsigned flow)
{
    return flow == MG_FLOW_X || flow == MG_FLOW_RX || flow == MG_FLOW_BACI;
}

static inline uint16_t mg_row_reporter(const mg_row *row)
{
    return mg_flow_by_exporter(row->flow) ? row->exporter : row->importer;
}

static inline bool mg_row_world(const mg_row *row)
{
    return row->exporter == 0 || row->importer == 0;
}

/* Bits 0..3: the row details partner2, customs, transport, supply. */
static inline unsigned mg_row_detail(const mg_row *row)
{
    return (row->partner2 != 0 ? 1U : 0U) | (row->customs != 0 ? 2U : 0U) |
           (row->mot != 0 ? 4U : 0U) | (row->mos != 0 ? 8U : 0U);
}

/* HS codes as one number that sorts by level (TOTAL, 1..6 places), then text. */
enum { MG_HS_TOTAL = 0, MG_HS_TEXT = 8 };

/* False where `code` is not TOTAL or 1 to 6 of 0-9 A-Z. */
bool mg_hs_pack(mg_cell code, uint32_t *hs);
/* The text ("TOTAL", "010121"), terminated; returns its length. */
size_t mg_hs_text(uint32_t hs, char text[MG_HS_TEXT]);
/* 0 for TOTAL, else the number of places. */
int mg_hs_level(uint32_t hs);
/* The code cut to `level` places; `level` must not exceed its own. */
uint32_t mg_hs_cut(uint32_t hs, int level);
/* Whether a code begins with a prefix; TOTAL is the prefix of all. */
static inline bool mg_hs_begins(uint32_t hs, uint32_t prefix)
{
    const int level = mg_hs_level(prefix);

    return mg_hs_level(hs) >= level && mg_hs_cut(hs, level) == prefix;
}
/* The HS chapter, 0 to 99, -1: it has none (TOTAL, letters). */
int mg_hs_chapter(uint32_t hs);

/* Customs procedure codes (C01 ...) of up to 3 places of 0-9 A-Z. */
bool mg_customs_pack(mg_cell code, uint16_t *customs);
size_t mg_customs_text(uint16_t customs, char text[4]);

/* Names as printed: "X", "H4", "duplicate_exact". NULL: no such number. */
const char *mg_flow_name(unsigned flow);
const char *mg_edition_name(unsigned edition);
const char *mg_fate_name(unsigned fate);
/* The number of a classification name, or -1. */
int mg_edition_find(mg_cell name);

/* The order of rows everywhere: period, exporter, importer, hs, edition, flow,
 * then detail dimensions, then source and sequence. <0, 0, >0. */
int mg_row_order(const mg_row *a, const mg_row *b);

/* Whether two rows have the same key up to the detail dimensions. */
bool mg_row_same_key(const mg_row *a, const mg_row *b);
bool mg_row_same_details(const mg_row *a, const mg_row *b);
/* Whether the figures of two rows agree (missing equals missing). */
bool mg_row_same_figures(const mg_row *a, const mg_row *b);

#endif
