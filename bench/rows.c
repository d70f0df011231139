/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c - one year of made-up trade reports, as many rows as wanted.
 *
 *   rows -r ROWS [-f full|compact] [-y YEAR] [-n YEARS] [-s SEED]
 *
 * ROWS rows a year, by reporter, flow, partner and commodity, in the 47-column or
 * the 31-column layout. Whether a country sends a commodity to another depends on
 * SEED alone, so that series run through the years; which side files it, and the
 * figures, on the year too. Needs no memory to speak of: the world is walked, not
 * kept. Countries and figures are random; for worlds with a meaning see synth. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FLOW_X, FLOW_M, QUANTILES = 4096, CODE_STEP = 193, COMMODITIES_MAX = 5000 };

static const int countries[] = {
    4,   8,   12,  24,  31,  32,  36,  40,  44,  48,  50,  51,  52,  56,  60,  64,  68,
    70,  72,  76,  84,  90,  96,  100, 104, 108, 112, 116, 120, 124, 132, 140, 144, 148,
    152, 156, 170, 174, 178, 180, 188, 191, 192, 196, 203, 204, 208, 212, 214, 218, 222,
    226, 231, 232, 233, 242, 246, 251, 258, 262, 266, 268, 270, 275, 276, 288, 300, 308,
    320, 324, 328, 332, 340, 344, 348, 352, 360, 364, 368, 372, 376, 381, 384, 388, 392,
    398, 400, 404, 408, 410, 414, 417, 418, 422, 426, 428, 430, 434, 440, 442, 446, 450,
    454, 458, 462, 466, 470, 478, 480, 484, 496, 498, 499, 504, 508, 512, 516, 524, 528,
    540, 554, 558, 562, 566, 579, 586, 591, 598, 600, 604, 608, 616, 620, 624, 634, 642,
};
enum { COUNTRIES = sizeof countries / sizeof *countries };

struct world {
    uint64_t seed, threshold; /* a series exists where its hash is below */
    long rows;                /* wanted each year */
    int commodities;
    int year;
    int full;
    long done;
    double quantile[QUANTILES]; /* of a flow's value, in USD */
};

/* SplitMix64's mixing function (Steele, Lea and Flood, 2014). */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

static uint64_t series(const struct world *w, int exporter, int importer, int commodity)
{
    uint64_t key =
        ((uint64_t)exporter * COUNTRIES + (uint64_t)importer) * COMMODITIES_MAX +
        (uint64_t)commodity;

    return mix(w->seed + (key + 1) * 0x9e3779b97f4a7c15U);
}

/* What a side files: the flow's size, that year's change, and its own error. */
static double figure(const struct world *w, uint64_t id, int flow)
{
    uint64_t year = mix(id + (uint64_t)w->year);
    uint64_t own = mix(year + 1 + (uint64_t)flow);
    double base = w->quantile[(id >> 7) % QUANTILES];
    double change = 0.6 + 0.8 * (double)(year >> 11) * 0x1p-53;
    double error = 0.85 + 0.3 * (double)(own >> 11) * 0x1p-53;

    if (own % 199 == 0)
        error *= own % 2 == 0 ? 20.0 : 0.05;
    return base * change * error * (flow == FLOW_M ? 1.06 : 1.0);
}

/* A partner of -1 is the World. */
static void print_row(struct world *w, int reporter, int flow, int partner, int commodity,
                      int mot, double usd)
{
    int code = 10100 + commodity * CODE_STEP;
    int partner_code = partner < 0 ? 0 : countries[partner];
    int y = w->year;
    char flow_code = flow == FLOW_X ? 'X' : 'M';
    char cif[32] = "";
    char fob[32] = "";
    double kg = usd * (0.1 + 0.01 * (commodity % 97));

    if (w->done++ >= w->rows)
        return;
    snprintf(flow == FLOW_X ? fob : cif, sizeof fob, "%.3f", usd);
    if (!w->full) {
        printf(
            "C,A,%d0101,%d,52,%d,%d,%c,%d,0,H5,%06d,C00,0,%d,8,%.3f,false,-1,,false,%.3f,"
            "false,0,false,%s,%s,%.3f,0,true,false\n",
            y, y, y, countries[reporter], flow_code, partner_code, code, mot, kg, kg, cif,
            fob, usd);
        return;
    }
    printf(
        "C,A,%d0101,%d,52,%d,%d,R%02d,Country %d,%c,%s,%d,P%02d,\"Country, "
        "%d\",0,W00,World,"
        "H5,HS,true,%06d,\"Goods of heading %04d; whether or not assembled, not "
        "elsewhere "
        "classified, of industrial use\",6,true,C00,TOTAL CPC,0,%d,%s,8,kg,%.3f,false,-1,"
        "N/A,,false,%.3f,false,0,false,%s,%s,%.3f,0,true,false\n",
        y, y, y, countries[reporter], reporter, reporter, flow_code,
        flow == FLOW_X ? "Export" : "Import", partner_code, partner, partner, code,
        code / 100, mot, mot == 0 ? "TOTAL MOT" : "Sea", kg, kg, cif, fob, usd);
}

/* Both sides file six flows of ten, either one two. */
static int is_filed(const struct world *w, uint64_t id, int flow)
{
    uint64_t who = mix(id ^ ((uint64_t)w->year << 32)) % 10;

    return who < 6 || (flow == FLOW_X ? who < 8 : who >= 8);
}

static void print_partner(struct world *w, int reporter, int flow, int partner)
{
    for (int c = 0; c < w->commodities && w->done < w->rows; c++) {
        uint64_t id = flow == FLOW_X ? series(w, reporter, partner, c)
                                     : series(w, partner, reporter, c);
        if (id > w->threshold || !is_filed(w, id, flow))
            continue;
        double usd = figure(w, id, flow);
        print_row(w, reporter, flow, partner, c, 0, usd);
        if (id % 32 == 0) /* rows that the rule sets aside */
            print_row(w, reporter, flow, partner, c, 2100, usd / 2);
    }
}

static void print_year(struct world *w)
{
    w->done = 0;
    for (int r = 0; r < COUNTRIES; r++)
        for (int flow = FLOW_X; flow <= FLOW_M; flow++)
            for (int p = 0; p < COUNTRIES; p++)
                if (p != r)
                    print_partner(w, r, flow, p);
}

static void print_header(int full)
{
    puts(full ? "TypeCode,FreqCode,RefPeriodId,RefYear,RefMonth,Period,ReporterCode,"
                "ReporterISO,ReporterDesc,FlowCode,FlowDesc,PartnerCode,PartnerISO,"
                "PartnerDesc,Partner2Code,Partner2ISO,Partner2Desc,ClassificationCode,"
                "ClassificationSearchCode,IsOriginalClassification,CmdCode,CmdDesc,"
                "AggrLevel,IsLeaf,CustomsCode,CustomsDesc,MosCode,MotCode,MotDesc,"
                "QtyUnitCode,QtyUnitAbbr,Qty,IsQtyEstimated,AltQtyUnitCode,"
                "AltQtyUnitAbbr,AltQty,IsAltQtyEstimated,NetWgt,IsNetWgtEstimated,"
                "GrossWgt,IsGrossWgtEstimated,Cifvalue,Fobvalue,PrimaryValue,"
                "LegacyEstimationFlag,IsReported,IsAggregate"
              : "TypeCode,FreqCode,RefPeriodId,RefYear,RefMonth,Period,ReporterCode,"
                "FlowCode,PartnerCode,Partner2Code,ClassificationCode,CmdCode,"
                "CustomsCode,MosCode,MotCode,QtyUnitCode,Qty,IsQtyEstimated,"
                "AltQtyUnitCode,AltQty,IsAltQtyEstimated,NetWgt,IsNetWgtEstimated,"
                "GrossWgt,IsGrossWgtEstimated,Cifvalue,Fobvalue,PrimaryValue,"
                "LegacyEstimationFlag,IsReported,IsAggregate");
}

/* A world in which a year has a little more than the rows wanted. */
static void make_world(struct world *w)
{
    const double pairs = (double)COUNTRIES * (COUNTRIES - 1);
    const double filed = 1.6 * 33 / 32; /* rows a series */
    double share;

    w->commodities = (int)((double)w->rows / (pairs * filed * 0.25)) + 1;
    if (w->commodities < 20)
        w->commodities = 20;
    if (w->commodities > COMMODITIES_MAX)
        w->commodities = COMMODITIES_MAX;
    share = 1.05 * ((double)w->rows + 200) / (pairs * filed * w->commodities);
    w->threshold = share < 1.0 ? (uint64_t)(share * 0x1p64) : UINT64_MAX;
    for (int q = 0; q < QUANTILES; q++) { /* log-logistic: heavy at both ends */
        double u = (q + 0.5) / QUANTILES;
        w->quantile[q] = 30000.0 * pow(u / (1.0 - u), 1.3);
    }
}

int main(int argc, char **argv)
{
    struct world w = {.seed = 1, .year = 2022};
    int years = 1;

    for (int option; (option = getopt(argc, argv, "r:f:y:n:s:")) != -1;)
        switch (option) {
        case 'r':
            w.rows = atol(optarg);
            break;
        case 'f':
            w.full = strcmp(optarg, "full") == 0;
            break;
        case 'y':
            w.year = atoi(optarg);
            break;
        case 'n':
            years = atoi(optarg);
            break;
        case 's':
            w.seed = mix((uint64_t)atoll(optarg));
            break;
        default:
            return 2;
        }
    if (w.rows < 1 || optind != argc) {
        fputs("usage: rows -r ROWS [-f full|compact] [-y YEAR] [-n YEARS] [-s SEED]\n",
              stderr);
        return 2;
    }
    make_world(&w);
    print_header(w.full);
    for (int last = w.year + years; w.year < last; w.year++) {
        print_year(&w);
        if (w.done < w.rows) {
            fprintf(stderr, "rows: the world has no more than %ld rows a year\n", w.done);
            return 1;
        }
    }
    return fflush(stdout) != 0 || ferror(stdout) != 0;
}
