/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/filter.h"

#include <stdlib.h>
#include <string.h>

void mg_filter_release(mg_filter *filter)
{
    free(filter->exporters);
    free(filter->importers);
    free(filter->either);
    free(filter->prefixes);
    *filter = (mg_filter){0};
}

/* A bound given as a year speaks of all its months, and the other way round. */
static bool in_range(const mg_filter *f, uint32_t period)
{
    uint32_t year = mg_period_monthly(period) ? period / 100 : period;
    uint32_t low = f->from > 9999 && !mg_period_monthly(period) ? f->from / 100 : f->from;
    uint32_t high = f->to > 9999 && !mg_period_monthly(period) ? f->to / 100 : f->to;

    return (f->from == 0 || (low > 9999 ? period : year) >= low) &&
           (f->to == 0 || (high > 9999 ? period : year) <= high);
}

bool filter_period(const mg_filter *f, uint32_t period)
{
    if (f->freq != 0 && (f->freq == 'M') != mg_period_monthly(period))
        return false;
    return in_range(f, period);
}

char filter_freq(const mg_filter *f, const uint32_t *periods, size_t n, size_t stride,
                 const mg_talk *talk)
{
    bool annual = false;
    bool monthly = false;

    for (size_t p = 0; p < n; p++) {
        const uint32_t period =
            *(const uint32_t *)(const void *)((const char *)periods + p * stride);
        if (filter_period(f, period))
            *(mg_period_monthly(period) ? &monthly : &annual) = true;
    }
    if (annual && monthly)
        mg_say(talk, MG_SAY_INFO,
               "annual and monthly data: the annual ones are taken; --freq M takes the "
               "monthly ones");
    return monthly && !annual ? 'M' : 'A';
}

/* places: how many of a prefix count */
static bool has_prefix(const mg_filter *f, uint32_t hs, size_t places)
{
    char text[MG_HS_TEXT];

    mg_hs_text(hs, text);
    for (size_t i = 0; i < f->n_prefixes; i++)
        if (strncmp(text, f->prefixes[i], strnlen(f->prefixes[i], places)) == 0)
            return true;
    return false;
}

static bool passes(const mg_filter *f, unsigned exporter, unsigned importer, uint32_t hs,
                   size_t places)
{
    if (f->exporters != NULL && f->exporters[exporter] == 0)
        return false;
    if (f->importers != NULL && f->importers[importer] == 0)
        return false;
    if (f->either != NULL && f->either[exporter] == 0 && f->either[importer] == 0)
        return false;
    if (f->level >= 0 && mg_hs_level(hs) != f->level)
        return false;
    return f->n_prefixes == 0 || has_prefix(f, hs, places);
}

bool filter_cell(const mg_filter *f, unsigned exporter, unsigned importer, uint32_t hs)
{
    return passes(f, exporter, importer, hs, MG_HS_TEXT);
}

bool filter_component(const mg_filter *f, unsigned exporter, unsigned importer,
                      uint32_t hs)
{
    enum { HEADING = 4 };
    return passes(f, exporter, importer, hs, HEADING);
}

bool filter_figures(const mg_filter *f, const mg_pair *p)
{
    if (f->statuses != 0 && (f->statuses >> p->status & 1) == 0)
        return false;
    return f->min_value <= 0 || p->x.value_usd >= f->min_value ||
           p->m.value_usd >= f->min_value;
}

static bool any_between(const uint8_t *codes, uint32_t from, uint32_t to)
{
    for (uint32_t code = from; code <= to; code++)
        if (codes[code] != 0)
            return true;
    return false;
}

/* Whether places from `first` to `last` may hold a cell that is asked for: rows are
 * ordered by exporter, and by importer within one. */
static bool may_hold(const void *self, uint32_t first, uint32_t last)
{
    const mg_filter *f = self;
    const uint32_t exporters[2] = {first >> 16, last >> 16};
    const bool one = exporters[0] == exporters[1];
    const uint32_t importers[2] = {one ? first & 0xffff : 0,
                                   one ? last & 0xffff : 0xffff};

    if (f->exporters != NULL && !any_between(f->exporters, exporters[0], exporters[1]))
        return false;
    if (f->importers != NULL && !any_between(f->importers, importers[0], importers[1]))
        return false;
    return f->either == NULL || any_between(f->either, exporters[0], exporters[1]) ||
           any_between(f->either, importers[0], importers[1]);
}

mg_block_choice filter_blocks(const mg_filter *f)
{
    bool any = f->exporters != NULL || f->importers != NULL || f->either != NULL;

    return (mg_block_choice){any ? may_hold : NULL, f};
}

/* An importer that is silent files its secrets as from 839 or 899; an exporter that is
 * may be anyone, unless exporters were asked for. */
static bool may_hold_secrets(const void *self, uint32_t first, uint32_t last)
{
    static const uint32_t unsaid[] = {839, 899};
    const mg_filter *f = self;

    for (size_t i = 0; i < sizeof unsaid / sizeof *unsaid; i++)
        if (first >> 16 <= unsaid[i] && unsaid[i] <= last >> 16)
            return true;
    return any_between(f->exporters, first >> 16, last >> 16);
}

mg_block_choice filter_secret_blocks(const mg_filter *f)
{
    return (mg_block_choice){f->exporters != NULL ? may_hold_secrets : NULL, f};
}
