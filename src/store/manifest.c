/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

void manifest_release(struct manifest *m)
{
    for (size_t i = 0; i < m->n_sources; i++)
        free(m->sources[i].name);
    free(m->sources);
    free(m->segments);
    *m = (struct manifest){0};
}

mg_source_info *manifest_add_source(struct manifest *m)
{
    if (m->n_sources >= UINT32_MAX ||
        mg_grow((void **)&m->sources, &m->room_sources, m->n_sources + 1,
                sizeof *m->sources, NULL) != MG_OK)
        return NULL;
    mg_source_info *source = &m->sources[m->n_sources];
    *source = (mg_source_info){.id = (uint32_t)m->n_sources};
    m->n_sources++;
    return source;
}

struct segment_entry *manifest_segment(const struct manifest *m, uint32_t period)
{
    for (size_t i = 0; i < m->n_segments; i++)
        if (m->segments[i].period == period)
            return &m->segments[i];
    return NULL;
}

mg_status manifest_put_segment(struct manifest *m, const struct segment_entry *entry,
                               mg_error *err)
{
    struct segment_entry *old = manifest_segment(m, entry->period);
    size_t at = 0;

    if (old != NULL) {
        *old = *entry;
        return MG_OK;
    }
    mg_status status = mg_grow((void **)&m->segments, &m->room_segments,
                               m->n_segments + 1, sizeof *m->segments, err);
    if (status != MG_OK)
        return status;
    while (at < m->n_segments && m->segments[at].period < entry->period)
        at++;
    memmove(&m->segments[at + 1], &m->segments[at],
            (m->n_segments - at) * sizeof *m->segments);
    m->segments[at] = *entry;
    m->n_segments++;
    return MG_OK;
}

void manifest_drop_segment(struct manifest *m, uint32_t period)
{
    struct segment_entry *old = manifest_segment(m, period);

    if (old == NULL)
        return;
    size_t at = (size_t)(old - m->segments);
    memmove(old, old + 1, (m->n_segments - at - 1) * sizeof *old);
    m->n_segments--;
}

mg_status manifest_copy(const struct manifest *from, struct manifest *to, mg_error *err)
{
    *to = (struct manifest){.generation = from->generation};
    for (size_t i = 0; i < from->n_segments; i++) {
        mg_status status = manifest_put_segment(to, &from->segments[i], err);
        if (status != MG_OK) {
            manifest_release(to);
            return status;
        }
    }
    for (size_t i = 0; i < from->n_sources; i++) {
        mg_source_info *copy = manifest_add_source(to);
        char *name = from->sources[i].name;
        if (copy != NULL) {
            *copy = from->sources[i];
            copy->name = name != NULL ? mg_copy_text(name) : NULL;
        }
        if (copy == NULL || (name != NULL && copy->name == NULL)) {
            manifest_release(to);
            return mg_fail(err, MG_E_NOMEM, "cannot copy the manifest");
        }
    }
    return MG_OK;
}
