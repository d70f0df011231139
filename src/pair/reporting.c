/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/pair.h"

enum { CODES = 65536, WORDS = CODES / 64 };

/* Below this, older Comtrade leaves flows out (METHODS 1.1). */
static const double threshold_usd = 1000;

struct mg_reporting {
    const mg_ref *ref;
    uint64_t ever[WORDS];
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

mg_status mg_reporting_new(const mg_dataset *data, const mg_ref *ref, mg_reporting **out,
                           mg_error *err)
{
    mg_reporting *r = mg_alloc_zero(1, sizeof *r);

    *out = NULL;
    if (r != NULL)
        r->in = mg_alloc_zero(data->n_periods, sizeof *r->in);
    if (r == NULL || r->in == NULL) {
        free(r);
        return mg_fail(err, MG_E_NOMEM, "cannot list who reports");
    }
    r->ref = ref;
    for (size_t p = 0; p < data->n_periods; p++)
        for (size_t i = 0; i < data->periods[p].n_coverage; i++) {
            const mg_coverage *c = &data->periods[p].coverage[i];
            set_bit(r->ever, c->reporter);
            set_bit(r->in[p][c->flow], c->reporter);
        }
    *out = r;
    return MG_OK;
}

void mg_reporting_free(mg_reporting *r)
{
    if (r == NULL)
        return;
    free(r->in);
    free(r);
}

bool mg_reporting_in(const mg_reporting *r, size_t period, unsigned country,
                     unsigned flow)
{
    return has_bit(r->in[period][flow], country);
}

mg_silence mg_reporting_silence(const mg_reporting *r, size_t period, const mg_pair *pair)
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
    if (!mg_reporting_in(r, period, silent, exporter_silent ? MG_FLOW_X : MG_FLOW_M))
        return MG_SILENCE_NOT_REPORTING;
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
    static const char *const names[MG_SILENCES] = {
        "", "nes", "never_reports", "not_reporting", "below_threshold", "reported_zero"};
    return names[silence];
}
