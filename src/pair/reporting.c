/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/pair.h"

enum { CODES = 65536, WORDS = CODES / 64, MONTHS = 12 };

/* Below this, older Comtrade leaves flows out (METHODS 1.1). */
static const double threshold_usd = 1000;

struct mg_reporting {
    const mg_ref *ref;
    uint64_t ever[WORDS];
    uint32_t *periods;
    size_t n, room;
    uint64_t (*in)[MG_FLOW_COUNT][WORDS]; /* by period */
};

static void set_bit(uint64_t *words, unsigned bit)
{
    words[bit / 64] |= 1ULL << bit % 64;
}

static bool has_bit(const uint64_t *words, unsigned bit)
{
    return (words[bit / 64] >> bit % 64 & 1) != 0;
}

mg_status mg_reporting_monthly_only(const mg_dataset *data, uint32_t year,
                                    uint8_t *reporters, bool *any, mg_error *err)
{
    uint8_t(*months)[MG_FLOW_COUNT] = mg_alloc_zero(CODES, sizeof *months);

    *any = false;
    if (months == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list who files months");
    for (size_t p = 0; p < data->n_periods; p++) {
        const mg_period_info *info = &data->periods[p];
        for (size_t i = 0; i < info->n_coverage; i++) {
            const mg_coverage *c = &info->coverage[i];
            uint8_t *seen = &months[c->reporter][c->flow];
            if (info->period == year)
                *seen = UINT8_MAX; /* annual figures stand */
            else if (info->period / 100 == year && *seen != UINT8_MAX &&
                     c->observations > 0)
                ++*seen;
        }
    }
    for (unsigned r = 0; r < CODES; r++)
        for (unsigned f = 0; f < MG_FLOW_BACI; f++)
            if (months[r][f] == MONTHS) {
                reporters[r] |= (uint8_t)(1U << f);
                *any = true;
            }
    free(months);
    return MG_OK;
}

static int by_value(const void *a, const void *b)
{
    const uint32_t *x = a;
    const uint32_t *y = b;

    return (*x > *y) - (*x < *y);
}

/* The periods of the data, and with months the years of all monthly ones. */
static mg_status list_periods(mg_reporting *r, const mg_dataset *data, bool months,
                              mg_error *err)
{
    mg_status status = mg_grow((void **)&r->periods, &r->room, 2 * data->n_periods + 1,
                               sizeof *r->periods, err);
    size_t n = 0;

    if (status != MG_OK)
        return status;
    for (size_t p = 0; p < data->n_periods; p++) {
        r->periods[r->n++] = data->periods[p].period;
        if (months && mg_period_monthly(data->periods[p].period))
            r->periods[r->n++] = data->periods[p].period / 100;
    }
    qsort(r->periods, r->n, sizeof *r->periods, by_value);
    for (size_t i = 0; i < r->n; i++)
        if (n == 0 || r->periods[n - 1] != r->periods[i])
            r->periods[n++] = r->periods[i];
    r->n = n;
    r->in = mg_alloc_zero(r->n, sizeof *r->in);
    return r->in != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot list who reports");
}

/* What a code stands under in a period. */
static unsigned stands_under(const mg_unions *unions, unsigned code, uint32_t period)
{
    return unions == NULL
               ? code
               : mg_union_of(unions, code,
                             mg_period_monthly(period) ? period / 100 : period);
}

static mg_status add_months(mg_reporting *r, const mg_dataset *data,
                            const mg_unions *unions, mg_error *err)
{
    uint8_t *reporters = mg_alloc(CODES, 1);
    mg_status status = MG_OK;

    if (reporters == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list who reports");
    for (size_t p = 0; status == MG_OK && p < r->n; p++) {
        bool any = false;
        if (mg_period_monthly(r->periods[p]))
            continue;
        memset(reporters, 0, CODES);
        status = mg_reporting_monthly_only(data, r->periods[p], reporters, &any, err);
        for (unsigned code = 0; any && code < CODES; code++)
            for (unsigned f = 0; reporters[code] != 0 && f < MG_FLOW_BACI; f++)
                if ((reporters[code] >> f & 1) != 0)
                    set_bit(r->in[p][f], stands_under(unions, code, r->periods[p]));
    }
    free(reporters);
    return status;
}

mg_status mg_reporting_new(const mg_dataset *data, const mg_ref *ref,
                           const mg_unions *unions, bool months, mg_reporting **out,
                           mg_error *err)
{
    mg_reporting *r = mg_alloc_zero(1, sizeof *r);
    mg_status status;

    *out = NULL;
    if (r == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot list who reports");
    r->ref = ref;
    status = list_periods(r, data, months, err);
    for (size_t p = 0; status == MG_OK && p < data->n_periods; p++) {
        const mg_period_info *info = &data->periods[p];
        size_t place = mg_reporting_place(r, info->period);
        for (size_t i = 0; i < info->n_coverage; i++) {
            const mg_coverage *c = &info->coverage[i];
            unsigned code = stands_under(unions, c->reporter, info->period);
            set_bit(r->ever, c->reporter);
            set_bit(r->ever, code);
            set_bit(r->in[place][c->flow], code);
        }
    }
    if (status == MG_OK && months)
        status = add_months(r, data, unions, err);
    if (status != MG_OK) {
        mg_reporting_free(r);
        return status;
    }
    *out = r;
    return MG_OK;
}

void mg_reporting_free(mg_reporting *r)
{
    if (r == NULL)
        return;
    free(r->in);
    free(r->periods);
    free(r);
}

const uint32_t *mg_reporting_periods(const mg_reporting *r, size_t *n)
{
    *n = r->n;
    return r->periods;
}

size_t mg_reporting_place(const mg_reporting *r, uint32_t period)
{
    const uint32_t *found =
        r->n > 0 ? bsearch(&period, r->periods, r->n, sizeof *r->periods, by_value)
                 : NULL;

    return found != NULL ? (size_t)(found - r->periods) : SIZE_MAX;
}

bool mg_reporting_in(const mg_reporting *r, size_t place, unsigned country, unsigned flow)
{
    return place != SIZE_MAX && has_bit(r->in[place][flow], country);
}

mg_silence mg_reporting_silence(const mg_reporting *r, size_t place, const mg_pair *pair,
                                double secret_usd)
{
    bool exporter_silent = pair->status == MG_IMPORTER_ONLY;
    unsigned silent = exporter_silent ? pair->exporter : pair->importer;
    const mg_side *filed = exporter_silent ? &pair->m : &pair->x;

    if (pair->status == MG_MATCHED)
        return MG_SILENCE_NONE;
    if (mg_ref_kind(r->ref, silent) == MG_AREA_NES)
        return MG_SILENCE_NES;
    if (!has_bit(r->ever, silent))
        return MG_SILENCE_NEVER_REPORTS;
    if (!mg_reporting_in(r, place, silent, exporter_silent ? MG_FLOW_X : MG_FLOW_M))
        return MG_SILENCE_NOT_REPORTING;
    if (filed->value_usd > 0 && filed->value_usd <= secret_usd)
        return MG_SILENCE_SECRET;
    if (filed->value_usd < threshold_usd)
        return MG_SILENCE_BELOW_THRESHOLD;
    return MG_SILENCE_REPORTED_ZERO;
}

const char *mg_pair_status_name(unsigned status)
{
    static const char *const names[] = {"matched", "exporter_only", "importer_only"};
    return names[status];
}

const char *mg_silence_name(unsigned silence)
{
    static const char *const names[MG_SILENCES] = {"",
                                                   "nes",
                                                   "never_reports",
                                                   "not_reporting",
                                                   "secret",
                                                   "below_threshold",
                                                   "reported_zero"};
    return names[silence];
}
