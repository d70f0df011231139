/* SPDX-License-Identifier: GPL-3.0-or-later */
/* totals.h - what the verb `totals` gathers from the pairs of a data set, once, and how
 * it estimates from that. Flows are told from the country: TOTALS_X are its exports,
 * filed by its partners as imports and made FOB here. */
#ifndef MG_APP_TOTALS_H
#define MG_APP_TOTALS_H

#include "app/mirror.h"
#include "mirrorgap/completeness.h"
#include "mirrorgap/totals.h"
#include "mirrorgap/totals_calibrate.h"

enum { TOTALS_M, TOTALS_X, TOTALS_FLOWS }; /* in the order of their names */
enum {
    TOTALS_FOLDS = 10,     /* sets of countries whose pairs are left out together */
    TOTALS_CELLS = 128,    /* a partner's pairs that errors are learnt from, a period */
    TOTALS_COVARIATES = 4, /* of the calibrated band */
    TOTALS_ALONE = TOTALS_FOLDS /* as a fold: the country asked about, alone */
};

/* The flow that a partner files: its imports are the country's exports. */
static inline unsigned totals_filed(unsigned flow)
{
    return flow == TOTALS_X ? MG_FLOW_M : MG_FLOW_X;
}

/* What a partner files of a country's flow in a period. */
struct totals_sum {
    uint32_t place; /* of the period */
    uint16_t country, partner;
    uint8_t flow;
    double usd;    /* FOB */
    double spread; /* of its chapters: sum of squares over square of the sum */
};

/* What a country files itself, with partners that report the same flow. */
struct totals_own {
    uint32_t place;
    uint16_t country;
    uint8_t flow;
    double usd;
};

/* ln(partner's figure / its mirror) of a chapter of a pair. */
struct totals_cell {
    uint64_t lot; /* by which cells are chosen */
    uint32_t place;
    uint16_t partner, mirror;
    uint8_t flow;
    double ratio;
};

/* Of the country asked about: what a partner files in a chapter. */
struct totals_part {
    uint32_t place;
    uint32_t hs2; /* 0: nothing finer than the total is filed */
    uint16_t partner;
    uint8_t flow;
    double usd, suspect; /* FOB */
    uint16_t suspect_of; /* the twin, 0: none */
};

/* Of the country asked about: each row that its parts are sums of. */
struct totals_row {
    uint32_t place, hs;
    uint16_t partner;
    uint8_t flow;
    double filed; /* as it was filed */
    double fob;
    mg_sum reporter; /* what the partner files of the code with everybody */
};

struct totals_list {
    void *items;
    size_t n, room, size;
};

struct totals_world {
    struct mirror *mirror;
    const mg_talk *talk;
    unsigned country; /* 0: none is asked about */
    uint64_t seed;
    char freq;
    uint32_t *periods; /* of the frequency */
    size_t *reporting; /* their places in mirror->reporting */
    size_t n_periods;
    /* arrays of the structs above */
    struct totals_list sums, owns, cells, parts, rows;
    /* areas by a dense number, ascending by code */
    uint16_t *codes;
    uint32_t *number; /* by code, UINT32_MAX: none */
    size_t n_codes;
    /* whether there were pairs to learn the errors of a fold from */
    bool learnt[TOTALS_FOLDS + 1][TOTALS_FLOWS];
    mg_totals_error *errors; /* [fold, or TOTALS_FOLDS][flow][code number] */
};

static inline uint64_t totals_mixed(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

/* Room for one more; NULL: none. */
void *totals_add(struct totals_list *list, mg_error *err);
MG_MUST_CHECK mg_status totals_append(struct totals_list *list,
                                      const struct totals_list *more, mg_error *err);

/* Gathers all of the above but errors, codes sorted, lists sorted. */
MG_MUST_CHECK mg_status totals_gather(struct totals_world *world, mg_error *err);
void totals_release(struct totals_world *world);

/* Sorts sums and own totals by flow, country and period. */
void totals_sort(struct totals_world *world);

/* Whether an area counts as a country. */
bool totals_country(const struct totals_world *world, unsigned code);
/* Whether a country's partner reports what would be the flow. */
bool totals_reports(const struct totals_world *world, size_t place, unsigned partner,
                    unsigned flow);

/* The errors of all partners, for each fold and for the country asked about. */
MG_MUST_CHECK mg_status totals_learn(struct totals_world *world, mg_error *err);

/* One partner's part of a total that is estimated. */
struct totals_item {
    double usd, spread;
    uint16_t partner;
};
/* The total of the items and its band by the partners' errors; items are reordered.
 * fold: which errors. Where there are none, the band is NaN. */
MG_MUST_CHECK mg_status totals_estimate(const struct totals_world *world, unsigned fold,
                                        unsigned flow, struct totals_item *items,
                                        size_t n, uint64_t key, mg_totals_estimate *to,
                                        mg_error *err);
unsigned totals_fold(unsigned country);
uint64_t totals_key(unsigned country, unsigned flow, uint32_t period, unsigned partner,
                    uint32_t hs2);

/* The sums of one country's flow, by period. */
struct totals_sum *totals_sums(const struct totals_world *world, unsigned flow,
                               unsigned country, size_t *n);

/* Completeness in each period of the frequency: n_periods results. */
MG_MUST_CHECK mg_status totals_completeness(const struct totals_world *world,
                                            unsigned flow, unsigned country,
                                            mg_completeness *results, uint16_t *silent,
                                            mg_error *err);

/* One country-year in which the country does report. */
struct totals_known {
    uint32_t place;
    uint16_t country;
    uint8_t flow;
    bool counts; /* large and complete enough to learn from and to be judged by */
    double own;
    mg_totals_estimate estimate;
    mg_completeness completeness;
    size_t reporters;
    double x[TOTALS_COVARIATES];
};
/* Covariates of a total (docs/totals.md). */
void totals_covariates(const mg_totals_estimate *estimate, double share, size_t reporters,
                       double x[TOTALS_COVARIATES]);

/* All country-years of countries that report, by flow, country, period. */
MG_MUST_CHECK mg_status totals_known(const struct totals_world *world,
                                     struct totals_list *known, mg_error *err);
/* A calibration that leaves a country out. *made is false where too few countries
 * report. */
MG_MUST_CHECK mg_status totals_calibration(const struct totals_list *known, unsigned flow,
                                           unsigned left_out, uint64_t seed,
                                           mg_totals_calibration *calibration, bool *made,
                                           mg_error *err);
/* The total and its band (low, median, high) as countries that report have it. */
mg_totals_estimate totals_band(const mg_totals_calibration *calibration,
                               const mg_totals_estimate *estimate, double share,
                               size_t reporters);

/* Fills periods and reporting: those of the frequency, ascending. */
MG_MUST_CHECK mg_status totals_periods(struct totals_world *world, mg_error *err);
/* Numbers every country of the table and every partner of the country's rows. */
MG_MUST_CHECK mg_status totals_number_all(struct totals_world *world, mg_error *err);

/* The look-alike test of the country's rows: fills suspect of the parts, and leaves it
 * out of the country's sums, which completeness is told from. evidence: NULL,
 * or a table of all rows that were looked at. */
struct totals_suspects {
    size_t twins, rows, swaps, doubtful;
};
MG_MUST_CHECK mg_status totals_suspect(struct totals_world *world,
                                       const mg_filter *printed, mg_output *evidence,
                                       struct totals_suspects *found, mg_error *err);

#endif
