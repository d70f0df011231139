/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/regime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/csv_table.h"
#include "mirrorgap/hash.h"
#include "mirrorgap/mem.h"
#include "ref/regime_load.h"

enum { PATH = 4096 };

const char *mg_rule_direction_name(unsigned direction)
{
    static const char *const names[] = {"", "export", "import", "both"};

    return direction < 4 ? names[direction] : "";
}

const char *mg_confidence_name(unsigned confidence)
{
    static const char *const names[] = {"low", "medium", "high"};

    return confidence < MG_CONFIDENCES ? names[confidence] : "";
}

const char *mg_cap_unit_name(unsigned unit)
{
    static const char *const names[] = {"", "t", "bbl", "USD"};

    return unit < 4 ? names[unit] : "";
}

void regime_fault(struct regime_load *load, uint64_t line, const char *fmt, ...)
{
    char what[sizeof load->first];
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    if (load->n_faults++ == 0) {
        load->first_line = line;
        memcpy(load->first, what, sizeof what);
    }
    if (load->faults != NULL)
        load->faults->fault(load->faults->self, load->path, line, what);
}

const void *regime_keep(struct regime_load *load, const void *bytes, size_t n,
                        mg_error *err)
{
    struct mg_regime_texts *t = load->regime->texts;
    void *copy;

    if (mg_grow((void **)&t->items, &t->room, t->n + 1, sizeof *t->items, err) != MG_OK)
        return NULL;
    copy = mg_alloc(n, 1);
    if (copy == NULL) {
        (void)mg_fail(err, MG_E_NOMEM, "cannot hold a regime");
        return NULL;
    }
    memcpy(copy, bytes, n);
    t->items[t->n++] = copy;
    return copy;
}

static int rule_order(const void *a, const void *b)
{
    const mg_rule *x = a;
    const mg_rule *y = b;
    const int names = strcmp(x->rule, y->rule);

    if (names != 0)
        return names;
    if (x->edition != y->edition)
        return x->edition < y->edition ? -1 : 1;
    if (x->hs != y->hs)
        return x->hs < y->hs ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void folder_of(const mg_ref *ref, char path[PATH])
{
    snprintf(path, PATH, "%s/../regimes", mg_ref_folder(ref));
}

mg_status mg_regime_names(const mg_ref *ref, char ***names, size_t *n, mg_error *err)
{
    char folder[PATH];
    size_t room = 0;
    mg_status status = MG_OK;

    *names = NULL;
    *n = 0;
    folder_of(ref, folder);
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        status = mg_fail(err, MG_E_IO, "cannot open the folder of regimes: %s",
                         strerror(errno));
        mg_error_at(err, folder);
        return status;
    }
    for (struct dirent *e; status == MG_OK && (e = readdir(dir)) != NULL;) {
        char path[PATH + 300];
        snprintf(path, sizeof path, "%s/%s/rules.csv", folder, e->d_name);
        if (e->d_name[0] == '.' || access(path, R_OK) != 0)
            continue;
        char *name = mg_copy_text(e->d_name);
        status = mg_grow((void **)names, &room, *n + 1, sizeof **names, err);
        if (status == MG_OK && name == NULL)
            status = mg_fail(err, MG_E_NOMEM, "cannot list regimes");
        if (status == MG_OK)
            (*names)[(*n)++] = name;
        else
            free(name);
    }
    closedir(dir);
    if (status != MG_OK) {
        mg_regime_names_free(*names, *n);
        *names = NULL;
        *n = 0;
    } else if (*n > 1) {
        qsort(*names, *n, sizeof **names, by_text);
    }
    return status;
}

void mg_regime_names_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

/* "there is no regime 'x'; there are: a, b". */
static mg_status unknown(const mg_ref *ref, const char *name, mg_error *err)
{
    char list[sizeof err->what] = "";
    char **names;
    size_t n;
    mg_status status = mg_regime_names(ref, &names, &n, err);

    if (status != MG_OK)
        return status;
    for (size_t i = 0; i < n; i++) {
        strncat(list, i > 0 ? ", " : "", sizeof list - strlen(list) - 1);
        strncat(list, names[i], sizeof list - strlen(list) - 1);
    }
    mg_regime_names_free(names, n);
    return mg_fail(err, MG_E_IO,
                   "there is no regime '%s' (a folder of one's own is named with a "
                   "slash: ./%s); there are: %s",
                   name, name, list);
}

static const char *last_part(const char *path, size_t *n)
{
    size_t end = strlen(path);

    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin > 0 && path[begin - 1] != '/')
        begin--;
    *n = end - begin;
    return path + begin;
}

static mg_status start(mg_regime **out, const char *name, mg_error *err)
{
    mg_regime *g = mg_alloc_zero(1, sizeof *g);
    size_t n;
    const char *part = last_part(name, &n);

    *out = g;
    if (g != NULL)
        g->texts = mg_alloc_zero(1, sizeof *g->texts);
    if (g != NULL && g->texts != NULL)
        g->texts->name = mg_alloc_zero(n + 1, 1);
    if (g == NULL || g->texts == NULL || g->texts->name == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a regime");
    memcpy(g->texts->name, part, n);
    g->name = g->texts->name;
    return MG_OK;
}

static mg_status hash_rules(struct regime_load *load, mg_error *err)
{
    const int fd = open(load->path, O_RDONLY | O_CLOEXEC);
    mg_hash hash = {0};
    uint64_t size = 0;
    mg_status status = fd < 0
                           ? mg_fail(err, MG_E_IO, "cannot open it: %s", strerror(errno))
                           : mg_hash_file(fd, &hash, &size, err);

    if (fd >= 0)
        close(fd);
    if (status != MG_OK)
        mg_error_at(err, load->path);
    load->regime->hash = hash.low;
    return status;
}

static mg_status read_rules(struct regime_load *load, mg_error *err)
{
    mg_regime *g = load->regime;
    mg_status status =
        mg_table_read(load->path, regime_columns, regime_take_line, load, err);

    if (status != MG_OK)
        return status;
    if (g->n > 1)
        qsort(g->rules, g->n, sizeof *g->rules, rule_order);
    if (load->n_faults == 0) /* else lines lack what is compared */
        regime_check(load);
    if (load->n_faults == 0)
        return MG_OK;
    status = load->n_faults == 1
                 ? mg_fail(err, MG_E_PARSE, "%s", load->first)
                 : mg_fail(err, MG_E_PARSE, "%s (the first of %llu faults)", load->first,
                           (unsigned long long)load->n_faults);
    if (err != NULL)
        err->line = load->first_line;
    mg_error_at(err, load->path);
    return status;
}

mg_status mg_regime_load(const mg_ref *ref, const mg_hs_map *map, const char *name,
                         const mg_regime_faults *faults, mg_regime **out, mg_error *err)
{
    char folder[PATH];
    char path[2 * PATH];
    const bool own = strchr(name, '/') != NULL;
    mg_status status;

    *out = NULL;
    folder_of(ref, folder);
    if (own)
        snprintf(path, sizeof path, "%.4000s/rules.csv", name);
    else
        snprintf(path, sizeof path, "%s/%.3000s/rules.csv", folder, name);
    if (!own && (name[0] == '\0' || name[0] == '.' || access(path, R_OK) != 0))
        return unknown(ref, name, err);
    struct regime_load load = {.ref = ref, .map = map, .faults = faults, .path = path};
    status = start(&load.regime, name, err);
    if (status == MG_OK)
        status = hash_rules(&load, err);
    if (status == MG_OK)
        status = read_rules(&load, err);
    if (status != MG_OK) {
        mg_regime_free(load.regime);
        return status;
    }
    *out = load.regime;
    return MG_OK;
}

void mg_regime_free(mg_regime *g)
{
    if (g == NULL)
        return;
    if (g->texts != NULL) {
        for (size_t i = 0; i < g->texts->n; i++)
            free(g->texts->items[i]);
        free(g->texts->items);
        free(g->texts->name);
        free(g->texts);
    }
    free(g->rules);
    free(g);
}

size_t mg_regime_rule_end(const mg_regime *g, size_t first)
{
    size_t end = first + 1;

    while (end < g->n && strcmp(g->rules[end].rule, g->rules[first].rule) == 0)
        end++;
    return end;
}

unsigned mg_regime_edition(const mg_regime *g, size_t first, unsigned edition)
{
    const size_t end = mg_regime_rule_end(g, first);
    const bool known = edition >= MG_EDITION_H0 && edition <= MG_EDITION_H6;
    unsigned best = 0;

    for (size_t i = first; i < end; i++) {
        const int here = abs((int)g->rules[i].edition - (int)edition);
        if (g->rules[i].exempts)
            continue;
        if (best == 0 || !known || here <= abs((int)best - (int)edition))
            best = g->rules[i].edition;
    }
    return best != 0 ? best : g->rules[first].edition;
}
