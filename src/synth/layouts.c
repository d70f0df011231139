/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of UN Comtrade's files, as its own downloads write them. */
#include <string.h>

#include "synth/world.h"

static const char plus_header[] =
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,"
    "reporterDesc,flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,"
    "partner2ISO,partner2Desc,classificationCode,classificationSearchCode,"
    "isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,"
    "mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,"
    "altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,"
    "isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,legacyEstimationFlag,isReported,"
    "isAggregate\n";

static const char bulk_header[] =
    "datasetCode\ttypeCode\tfreqCode\trefPeriodId\trefYear\trefMonth\tperiod\t"
    "reporterCode\tflowCode\tpartnerCode\tpartner2Code\tclassificationSearchCode\t"
    "classificationCode\tisOriginalClassification\tcmdCode\tcustomsCode\tmosCode\t"
    "motCode\tqtyUnitCode\tqty\tisQtyEstimated\taltQtyUnitCode\taltQty\t"
    "isAltQtyEstimated\tnetWgt\tisNetWgtEstimated\tgrossWgt\tisGrossWgtEstimated\t"
    "CIFValue\tFOBValue\tprimaryValue\tlegacyEstimationFlag\tisReported\tisAggregate\n";

static const char legacy_header[] =
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow "
    "Code,Trade Flow,Reporter Code,Reporter,Reporter ISO,Partner Code,Partner,Partner "
    "ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,Customs Proc. Code,Customs,Mode of "
    "Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit Code,Qty "
    "Unit,Qty,Alt Qty Unit Code,Alt Qty Unit,Alt Qty,Netweight (kg),Gross weight "
    "(kg),Trade Value (US$),CIF Trade Value (US$),FOB Trade Value (US$),Flag\n";

void row_header(const struct row_writer *writer, struct text *t)
{
    const char *header = writer->layout == MG_LAYOUT_PLUS        ? plus_header
                         : writer->layout == MG_LAYOUT_PLUS_BULK ? bulk_header
                                                                 : legacy_header;
    text_add(t, header, strlen(header));
}

/* Text between commas; quoted where it must be. */
static void add_text(struct text *t, const char *text)
{
    bool quoted = strpbrk(text, ",\"") != NULL;

    if (quoted)
        text_add(t, "\"", 1);
    for (const char *c = text; *c != '\0'; c++)
        text_add(t, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    text_add(t, quoted ? "\"," : ",", quoted ? 2 : 1);
}

static void add_amount(struct text *t, int64_t value, int digits, char end)
{
    if (value != NONE)
        text_fixed(t, value, digits);
    text_add(t, &end, 1);
}

static const char *area_name(const struct row_writer *w, unsigned code)
{
    const mg_area *a = mg_ref_area(w->ref, code);

    return a != NULL ? a->name : "";
}

static const char *commodity_name(const struct row_writer *w, const struct row *r)
{
    char chapter[3] = {(char)('0' + r->chapter / 10), (char)('0' + r->chapter % 10), 0};

    return r->level == 0 ? "All Commodities" : mg_ref_chapter(w->ref, chapter);
}

static const char *flow_name(char flow)
{
    return flow == 'M' ? "Import" : flow == 'X' ? "Export" : "Re-export";
}

static const char *flow_code(char flow)
{
    return flow == 'M' ? "M" : flow == 'X' ? "X" : "RX";
}

static const char *mode_name(unsigned mode)
{
    return mode == 1000   ? "Air"
           : mode == 2100 ? "Sea"
           : mode == 3200 ? "Road"
                          : "TOTAL MOT";
}

static int estimation(const struct row *r)
{
    return 2 * r->qty_estimated + 4 * r->kg_estimated;
}

static const char *word(bool yes)
{
    return yes ? "true" : "false";
}

/* The short names of the unit, as Comtrade prints them. */
static const char *unit_name(int unit)
{
    switch (unit) {
    case 2:
        return "m²";
    case 5:
        return "u";
    case 6:
        return "2u";
    case 7:
        return "l";
    case 8:
        return "kg";
    case 9:
        return "1000u";
    case 12:
        return "m³";
    case 13:
        return "carat";
    default:
        return "N/A";
    }
}

static const char *month_name(unsigned month)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    return names[(month + 11) % 12];
}

/* freqCode, refPeriodId, refYear, refMonth, period as Comtrade+ writes them. */
static void add_period(struct text *t, unsigned period, char between)
{
    unsigned year = period_year(period);
    bool monthly = period != year;

    text_format(t, "%c%c%u%s%c%u%c%u%c%u%c", monthly ? 'M' : 'A', between, period,
                monthly ? "01" : "0101", between, year, between,
                monthly ? period % 100 : 52, between, period, between);
}

/* Year, Period, Period Desc. */
static void add_legacy_period(struct text *t, unsigned period)
{
    unsigned year = period_year(period);

    if (period == year)
        text_format(t, "%u,%u,%u,", year, year, year);
    else
        text_format(t, "%u,%u,%s %u,", year, period, month_name(period % 100), year);
}

static void write_plus(const struct row_writer *w, const struct row *r, struct text *t)
{
    text_add(t, "C,", 2);
    add_period(t, r->period, ',');
    text_format(t, "%u,%s,", (unsigned)r->reporter, mg_ref_iso3(w->ref, r->reporter));
    add_text(t, area_name(w, r->reporter));
    text_format(t, "%s,%s,%u,%s,", flow_code(r->flow), flow_name(r->flow),
                (unsigned)r->partner, mg_ref_iso3(w->ref, r->partner));
    add_text(t, area_name(w, r->partner));
    text_format(t, "0,W00,World,%s,HS,true,%s,", mg_edition_name(r->edition), r->code);
    add_text(t, commodity_name(w, r));
    text_format(t, "%d,%s,C00,TOTAL CPC,0,%u,%s,%d,%s,", r->level, word(r->level == 6),
                r->mode, mode_name(r->mode), r->unit, unit_name(r->unit));
    add_amount(t, r->milli_units, 3, ',');
    text_format(t, "%s,-1,N/A,0,false,", word(r->qty_estimated));
    add_amount(t, r->grams, 3, ',');
    text_format(t, "%s,0,false,", word(r->kg_estimated));
    add_amount(t, r->cif, 2, ',');
    add_amount(t, r->fob, 2, ',');
    add_amount(t, r->cents, 2, ',');
    text_format(t, "%d,%s,%s\n", estimation(r), word(r->level == 6 && r->partner != 0),
                word(r->level != 6 || r->partner == 0));
}

static void write_bulk(const struct row *r, struct text *t)
{
    const char *edition = mg_edition_name(r->edition);

    text_format(t, "2001%u%03u%s\tC\t", r->period, (unsigned)r->reporter, edition);
    add_period(t, r->period, '\t');
    text_format(t, "%u\t%s\t%u\t0\tHS\t%s\t1\t", (unsigned)r->reporter,
                flow_code(r->flow), (unsigned)r->partner, edition);
    text_format(t, "%s\tC00\t0\t%u\t%d\t", r->code, r->mode, r->unit);
    add_amount(t, r->milli_units, 3, '\t');
    text_format(t, "%d\t-1\t\t0\t", r->qty_estimated);
    add_amount(t, r->grams, 3, '\t');
    text_format(t, "%d\t0\t0\t", r->kg_estimated);
    add_amount(t, r->cif, 2, '\t');
    add_amount(t, r->fob, 2, '\t');
    add_amount(t, r->cents, 2, '\t');
    text_format(t, "%d\t%d\t%d\n", estimation(r), r->level == 6 && r->partner != 0,
                r->level != 6 || r->partner == 0);
}

static void write_legacy(const struct row_writer *w, const struct row *r, struct text *t)
{
    const char *partner_iso = r->partner == 0 ? "WLD" : mg_ref_iso3(w->ref, r->partner);
    int unit = r->unit > 0 ? r->unit : 1;

    text_format(t, "%s,", mg_edition_name(r->edition));
    add_legacy_period(t, r->period);
    text_format(t, "%d,%d,%d,%s,%u,", r->level, r->level == 6,
                r->flow == 'M'   ? 1
                : r->flow == 'X' ? 2
                                 : 3,
                r->flow == 'R' ? "Re-Export" : flow_name(r->flow), (unsigned)r->reporter);
    add_text(t, area_name(w, r->reporter));
    text_format(t, "%s,%u,", mg_ref_iso3(w->ref, r->reporter), (unsigned)r->partner);
    add_text(t, area_name(w, r->partner));
    text_format(t, "%s,,,,,,", partner_iso);
    if (r->mode != 0)
        text_format(t, "%u,%s,", r->mode, mode_name(r->mode));
    else
        text_add(t, ",,", 2);
    text_format(t, "%s,", r->code);
    add_text(t, commodity_name(w, r));
    text_format(t, "%d,", unit);
    add_text(t, unit == 1 ? "No Quantity" : mg_ref_unit(w->ref, unit));
    add_amount(t, r->milli_units, 3, ',');
    text_add(t, ",,,", 3);
    add_amount(t, r->grams, 3, ',');
    text_add(t, ",", 1);
    add_amount(t, r->cents, 2, ',');
    add_amount(t, r->cif, 2, ',');
    add_amount(t, r->fob, 2, ',');
    text_format(t, "%d\n", estimation(r));
}

void row_write(const struct row_writer *w, const struct row *row, struct text *text)
{
    if (w->layout == MG_LAYOUT_PLUS)
        write_plus(w, row, text);
    else if (w->layout == MG_LAYOUT_PLUS_BULK)
        write_bulk(row, text);
    else
        write_legacy(w, row, text);
}
