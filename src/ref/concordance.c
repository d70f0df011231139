/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/concordance.h"

#include <stdio.h>
#include <stdlib.h>

#include "mirrorgap/input.h"
#include "mirrorgap/mem.h"
#include "ref/concordance_parts.h"

/* The published tables have 2 MB each at most. */
enum { TEXT_FIRST = 1 << 20, TEXT_MAX = 64 << 20 };

static mg_status read_member(mg_source *source, struct steps *steps, mg_error *err)
{
    char *text = NULL;
    size_t room = 0;
    size_t n = 0;
    size_t got = 1;
    mg_status status = MG_OK;

    while (status == MG_OK && got > 0) {
        status = mg_grow((void **)&text, &room, n + TEXT_FIRST, 1, err);
        if (status == MG_OK)
            status = mg_source_read(source, text + n, room - n, &got, err);
        if (status == MG_OK)
            n += got;
        if (n > TEXT_MAX)
            status = mg_fail(err, MG_E_PARSE, "more than %d bytes: no correlation table",
                             (int)TEXT_MAX);
    }
    if (status == MG_OK)
        status = steps_read_text(steps, text, n, err);
    free(text);
    return status;
}

static mg_status read_file(const char *path, struct steps *steps, mg_error *err)
{
    const mg_source_options options = {0};
    mg_source *source = NULL;
    const char *name = "";
    char where[sizeof((mg_error *)0)->where];
    mg_status status = mg_source_open(path, &options, &source, err);

    snprintf(where, sizeof where, "%s", path);
    while (status == MG_OK) {
        status = mg_source_next(source, &name, err);
        if (status != MG_OK || name == NULL)
            break;
        snprintf(where, sizeof where, "%s%s%s", path, name[0] != '\0' ? ":" : "", name);
        status = read_member(source, steps, err);
    }
    mg_source_close(source);
    if (status != MG_OK)
        mg_error_at(err, where);
    return status;
}

mg_status mg_concordance_read(const char *const *files, size_t n,
                              mg_concordance **concordance, mg_error *err)
{
    struct steps *steps = mg_alloc_zero(1, sizeof *steps);
    mg_status status = MG_OK;

    *concordance = NULL;
    if (steps == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold correlation tables");
    for (size_t i = 0; status == MG_OK && i < n; i++)
        status = read_file(files[i], steps, err);
    if (status == MG_OK)
        status = steps_cut(steps, err);
    if (status == MG_OK)
        status = concordance_make(steps, concordance, err);
    if (status == MG_E_PARSE && n == 1)
        mg_error_at(err, files[0]);
    steps_release(steps);
    free(steps);
    return status;
}

mg_status mg_concordance_load(const mg_ref *ref, mg_concordance **concordance,
                              mg_error *err)
{
    char path[4096];
    const char *const files[] = {path};

    snprintf(path, sizeof path, "%s/hs_components.csv", mg_ref_folder(ref));
    return mg_concordance_read(files, 1, concordance, err);
}

static size_t slot_of(const mg_concordance *c, uint32_t hs)
{
    return (size_t)(hs * UINT32_C(2654435769) >> c->shift); /* 2^32 / golden ratio */
}

static mg_status list_codes(const struct steps *steps, mg_concordance *c, mg_error *err)
{
    mg_status status = MG_OK;

    for (unsigned from = MG_EDITION_H0; from < EDITIONS; from++)
        for (unsigned to = from + 1; to < EDITIONS; to++) {
            const struct step *step = &steps->between[from][to];
            for (size_t i = 0; status == MG_OK && i < step->codes.n; i++)
                status = code_add(&c->codes, step->codes.items[i], err);
        }
    sort_codes(&c->codes);
    if (status == MG_OK && c->codes.n > CODES_MAX)
        return mg_fail(err, MG_E_PARSE, "%zu different codes, where the HS has some 6900",
                       c->codes.n);
    return status;
}

/* The hash of codes: at most a quarter of its slots is used. */
static mg_status index_codes(mg_concordance *c, mg_error *err)
{
    size_t n_slots = 16;

    c->shift = 28;
    for (; n_slots < 4 * c->codes.n; n_slots *= 2)
        c->shift--;
    c->slots = mg_alloc_zero(n_slots, sizeof *c->slots);
    if (c->slots == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the codes of a concordance");
    for (size_t i = 0; i < c->codes.n; i++) {
        size_t slot = slot_of(c, c->codes.items[i]);
        while (c->slots[slot].hs != 0)
            slot = (slot + 1) & (n_slots - 1);
        c->slots[slot] = (struct slot){c->codes.items[i], (uint32_t)i};
    }
    return MG_OK;
}

static mg_status place_codes(struct steps *steps, const mg_concordance *c, mg_error *err)
{
    for (unsigned from = MG_EDITION_H0; from < EDITIONS; from++)
        for (unsigned to = from + 1; to < EDITIONS; to++) {
            struct step *step = &steps->between[from][to];
            free(step->places);
            step->places = mg_alloc(step->codes.n, sizeof *step->places);
            if (step->places == NULL)
                return mg_fail(err, MG_E_NOMEM, "cannot hold the codes of a step");
            for (size_t i = 0; i < step->codes.n; i++)
                step->places[i] = (uint32_t)code_place(&c->codes, step->codes.items[i]);
        }
    return MG_OK;
}

mg_status concordance_make(struct steps *steps, mg_concordance **concordance,
                           mg_error *err)
{
    mg_concordance *c = mg_alloc_zero(1, sizeof *c);
    bool any = false;
    mg_status status;

    *concordance = NULL;
    if (c == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a concordance");
    status = list_codes(steps, c, err);
    if (status == MG_OK)
        status = index_codes(c, err);
    if (status == MG_OK)
        status = place_codes(steps, c, err);
    for (unsigned low = MG_EDITION_H0; low < EDITIONS; low++) {
        c->covers[low][low] = true;
        for (unsigned high = low + 1; status == MG_OK && high < EDITIONS; high++) {
            status = range_make(steps, c, low, high, err);
            any |= c->covers[low][high];
        }
    }
    if (status == MG_OK && !any)
        status =
            mg_fail(err, MG_E_PARSE,
                    "no table between two editions of the HS (one that has all editions "
                    "in a column of its own tells of no step)");
    if (status != MG_OK) {
        mg_concordance_free(c);
        return status;
    }
    *concordance = c;
    return MG_OK;
}

void mg_concordance_free(mg_concordance *c)
{
    if (c == NULL)
        return;
    for (unsigned low = 0; low < EDITIONS; low++)
        for (unsigned high = 0; high < EDITIONS; high++) {
            free(c->ranges[low][high].class_of);
            free(c->ranges[low][high].classes);
            free(c->ranges[low][high].members);
        }
    free(c->codes.items);
    free(c->slots);
    free(c);
}

bool mg_concordance_covers(const mg_concordance *c, unsigned low, unsigned high)
{
    return low < EDITIONS && high < EDITIONS && c->covers[low][high];
}

/* The class of a code, or NULL where it is its own. *unknown: no code of that
 * edition, where tables tell. */
static const struct hs_class *find_class(const mg_concordance *c, unsigned low,
                                         unsigned high, unsigned edition, uint32_t hs,
                                         bool *unknown)
{
    *unknown = false;
    if (low >= high || high >= EDITIONS || edition < low || edition > high)
        return NULL;
    const struct range *range = &c->ranges[low][high];
    if (range->class_of == NULL)
        return NULL;
    size_t mask = ((size_t)1 << (32 - c->shift)) - 1;
    size_t slot = slot_of(c, hs);
    while (c->slots[slot].hs != hs) {
        if (c->slots[slot].hs == 0)
            return NULL;
        slot = (slot + 1) & mask;
    }
    if (hs == MG_HS_TOTAL) /* a free slot */
        return NULL;
    uint32_t class_of =
        range->class_of[(edition - low) * c->codes.n + c->slots[slot].place];
    *unknown = class_of == ABSENT;
    if (class_of == ABSENT || class_of == UNCHANGED)
        return NULL;
    return &range->classes[class_of - 1];
}

mg_hs_class mg_concordance_class(const mg_concordance *c, unsigned low, unsigned high,
                                 unsigned edition, uint32_t hs)
{
    bool unknown;
    const struct hs_class *class = find_class(c, low, high, edition, hs, &unknown);

    return class != NULL ? class->name : (mg_hs_class){hs, false, false};
}

mg_hs_class mg_concordance_convert(const mg_concordance *c, unsigned low, unsigned high,
                                   unsigned edition, uint32_t hs, unsigned target)
{
    bool unknown;
    const struct hs_class *class = find_class(c, low, high, edition, hs, &unknown);

    if (class == NULL)
        return (mg_hs_class){hs, false, false};
    if (target < low || target > high || class->first[target] == class->first[target + 1])
        return class->name;
    uint32_t n = class->first[target + 1] - class->first[target];
    uint32_t lowest = c->ranges[low][high].members[class->first[target]];
    return (mg_hs_class){lowest, n > 1, class->name.cut};
}

static const struct hs_class *class_called(const struct range *range, uint32_t hs,
                                           bool star)
{
    size_t low = 0;
    size_t high = range->n_classes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const mg_hs_class *name = &range->classes[middle].name;
        if (name->hs < hs || (name->hs == hs && !name->star && star))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == range->n_classes || range->classes[low].name.hs != hs ||
        range->classes[low].name.star != star)
        return NULL;
    return &range->classes[low];
}

size_t mg_concordance_members(const mg_concordance *c, unsigned low, unsigned high,
                              uint32_t hs, bool star, mg_hs_member *members, size_t room)
{
    const struct hs_class *class = NULL;
    size_t n = 0;
    bool unknown = false;

    if (low > high || high >= EDITIONS)
        return 0;
    const struct range *range = &c->ranges[low][high];
    if (range->class_of != NULL)
        class = class_called(range, hs, star);
    if (class == NULL && star)
        return 0;
    for (unsigned e = low; e <= high; e++) {
        /* a code that is its own class in one edition is so in all, or is absent */
        uint32_t from = class != NULL ? class->first[e] : 0;
        uint32_t to = class != NULL ? class->first[e + 1] : 1;
        if (class == NULL &&
            (find_class(c, low, high, e, hs, &unknown) != NULL || unknown))
            continue;
        for (; from < to; from++, n++)
            if (n < room)
                members[n] =
                    (mg_hs_member){class != NULL ? range->members[from] : hs, (uint8_t)e};
    }
    return n;
}

size_t mg_hs_class_text(mg_hs_class name, char text[MG_HS_CLASS_TEXT])
{
    size_t n = mg_hs_text(name.hs, text);

    if (name.star) {
        text[n++] = '*';
        text[n] = '\0';
    }
    return n;
}

bool mg_hs_class_read(mg_cell text, mg_hs_class *name)
{
    *name = (mg_hs_class){0};
    name->star = text.n > 0 && text.text[text.n - 1] == '*';
    text.n -= name->star ? 1 : 0;
    return mg_hs_pack(text, &name->hs);
}
