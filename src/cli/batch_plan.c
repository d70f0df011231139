/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a step to a command line, with what it reads and what it writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/batch.h"
#include "mirrorgap/mem.h"

static mg_status add(char ***list, size_t *n, size_t *room, const char *text,
                     mg_error *err)
{
    mg_status status = mg_grow((void **)list, room, *n + 2, sizeof **list, err);

    if (status != MG_OK)
        return status;
    (*list)[*n] = mg_copy_text(text);
    (*list)[*n + 1] = NULL;
    return (*list)[(*n)++] != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot plan");
}

static mg_status add_word(struct batch_plan *p, const char *word, mg_error *err)
{
    return add(&p->words, &p->n_words, &p->room_words, word, err);
}

/* One spelling of a path, so that ./S/ and S are one thing: without ".", double slashes
 * and those at the end. Links and ".." stay as they are. */
static void tidy(char *path)
{
    const bool rooted = path[0] == '/';
    const char *from = path;
    char *to = path;

    if (rooted)
        *to++ = *from++;
    while (*from != '\0') {
        const size_t n = strcspn(from, "/");
        if (n > 0 && !(n == 1 && from[0] == '.')) {
            if (to > path + rooted)
                *to++ = '/';
            memmove(to, from, n);
            to += n;
        }
        from += n + (from[n] == '/');
    }
    if (to == path)
        *to++ = '.';
    *to = '\0';
}

static mg_status add_read(struct batch_plan *p, const char *path, mg_error *err)
{
    mg_status status = add(&p->reads, &p->n_reads, &p->room_reads, path, err);

    if (status == MG_OK)
        tidy(p->reads[p->n_reads - 1]);
    return status;
}

static mg_status add_write(struct batch_plan *p, const char *path, mg_error *err)
{
    mg_status status = add(&p->writes, &p->n_writes, &p->room_writes, path, err);

    if (status == MG_OK)
        tidy(p->writes[p->n_writes - 1]);
    return status;
}

static const struct argp_option *option_of(const cli_verb *verb, const char *name)
{
    static struct argp_option own[OPTION_ROWS_MAX + 1];

    option_rows_of(verb, own);
    for (size_t i = 0; own[i].name != NULL; i++)
        if (strcmp(own[i].name, name) == 0)
            return &own[i];
    return NULL;
}

/* Options whose files are written, not read. */
static bool is_output(const cli_verb *verb, const char *name)
{
    return strcmp(name, "output") == 0 || strcmp(name, "save") == 0 ||
           strcmp(name, "evidence") == 0 || strcmp(name, "rejects") == 0 ||
           (strcmp(name, "truth") == 0 && strcmp(verb->name, "plant") == 0);
}

/* Options whose value is a file that is read. */
static bool is_input(const char *name)
{
    static const char *const names[] = {"distances", "re-exports", "concordance",
                                        "truth"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Regimes of one's own are folders with a slash. */
static mg_status add_regimes(struct batch_plan *p, const char *list, mg_error *err)
{
    mg_status status = MG_OK;

    while (status == MG_OK && *list != '\0') {
        char one[4096];
        const size_t n = strcspn(list, ",");
        snprintf(one, sizeof one, "%.*s", (int)(n < sizeof one ? n : 0), list);
        if (strchr(one, '/') != NULL)
            status = add_read(p, one, err);
        list += n + (list[n] == ',');
    }
    return status;
}

/* A file that an option names, itself or behind "fit:". */
static mg_status add_named(struct batch_plan *p, const char *name, const char *value,
                           mg_error *err)
{
    if (is_output(p->verb, name))
        return add_write(p, value, err);
    if (strcmp(name, "cif") == 0 && strncmp(value, "fit:", 4) == 0)
        return add_read(p, value + 4, err);
    if (strcmp(name, "regime") == 0)
        return add_regimes(p, value, err);
    return is_input(name) ? add_read(p, value, err) : MG_OK;
}

static mg_status add_option(struct batch_plan *p, const char *name, const char *value,
                            mg_error *err)
{
    const size_t room = strlen(name) + (value != NULL ? strlen(value) : 0) + 4;
    char *word = mg_alloc(room, 1);

    if (word == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot plan");
    snprintf(word, room, value != NULL ? "--%s=%s" : "--%s", name, value);
    mg_status status = add_word(p, word, err);
    free(word);
    if (status == MG_OK && value != NULL)
        status = add_named(p, name, value, err);
    return status;
}

/* The step's value of an option or, where the verb has it, the batch's. */
static mg_status add_options(struct batch_plan *p, const struct batch *batch,
                             mg_error *err)
{
    const struct batch_values *own = p->step->options;
    const struct batch_values *all = batch->options;
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && batch_option_name(i) != NULL; i++) {
        const char *name = batch_option_name(i);
        const bool mine = own != NULL && (own->text[i] != NULL || own->flag[i] != NULL);
        const struct batch_values *from = mine ? own : all;
        if (from == NULL || (from->text[i] == NULL && from->flag[i] == NULL))
            continue;
        if (option_of(p->verb, name) == NULL) {
            if (mine)
                return mg_fail(err, MG_E_RANGE, "'%s' is no option of %s", name,
                               p->verb->name);
            continue;
        }
        if (from->text[i] != NULL)
            status = add_option(p, name, from->text[i], err);
        else if (*from->flag[i] != 0)
            status = add_option(p, name, NULL, err);
    }
    return status;
}

/* Whether an argument would be read as an option. */
static bool looks_like_option(const char *word)
{
    return word != NULL && word[0] == '-' && word[1] != '\0';
}

static mg_status check_arguments(const struct batch_plan *p, bool in_memory,
                                 bool needs_store, mg_error *err)
{
    const struct batch_step *s = p->step;
    const unsigned takes = p->verb->takes;

    if (!needs_store && !in_memory && s->store != NULL &&
        strcmp(p->verb->name, "evaluate") != 0)
        return mg_fail(err, MG_E_RANGE, "%s takes no store", p->verb->name);
    if (needs_store && p->store == NULL)
        return mg_fail(err, MG_E_RANGE, "it names no store, and neither does the batch");
    if (s->n_files > 0 && !in_memory && (takes & (TAKES_FILES | TAKES_NAMED)) == 0)
        return mg_fail(err, MG_E_RANGE, "%s takes no files", p->verb->name);
    if (((takes & TAKES_CELL) != 0) != (s->cell != NULL))
        return mg_fail(err, MG_E_RANGE,
                       s->cell != NULL ? "%s takes no cell" : "%s needs a cell",
                       p->verb->name);
    return MG_OK;
}

/* The store or the files, and the cell. */
static mg_status add_arguments(struct batch_plan *p, mg_error *err)
{
    const struct batch_step *s = p->step;
    const unsigned takes = p->verb->takes;
    const bool in_memory = (takes & TAKES_STORE) != 0 && s->n_files > 0;
    const bool needs_store = !in_memory && (takes & (TAKES_STORE | TAKES_WRITING)) != 0;
    const bool named = needs_store && (takes & TAKES_FILES) != 0; /* by --store */
    /* evaluate looks up quantities in a store that its step names */
    const bool compares = strcmp(p->verb->name, "evaluate") == 0 && s->store != NULL;
    bool guarded = needs_store && !named && looks_like_option(p->store);
    mg_status status = check_arguments(p, in_memory, needs_store, err);

    if (status == MG_OK && in_memory) {
        status = add_word(p, "--input", err);
        p->store = NULL;
    }
    if (status == MG_OK && (named || compares))
        status = add_option(p, "store", p->store, err);
    for (unsigned i = 0; i < s->n_files; i++)
        guarded = guarded || looks_like_option(s->files[i]);
    if (status == MG_OK && guarded)
        status = add_word(p, "--", err);
    if (status == MG_OK && needs_store && !named)
        status = add_word(p, p->store, err);
    for (unsigned i = 0; status == MG_OK && i < s->n_files; i++) {
        status = add_word(p, s->files[i], err);
        /* of names those with a slash are folders of one's own */
        if (status == MG_OK &&
            ((takes & TAKES_NAMED) == 0 || strchr(s->files[i], '/') != NULL))
            status = add_read(p, s->files[i], err);
    }
    if (status == MG_OK && s->cell != NULL)
        status = add_word(p, s->cell, err);
    return status;
}

/* The store is read; by those that write into one, it is what they make. */
static mg_status add_stores(struct batch_plan *p, mg_error *err)
{
    const unsigned takes = p->verb->takes;
    const bool writes = (takes & TAKES_WRITING) != 0 && (takes & TAKES_STORE) == 0;

    if (strcmp(p->verb->name, "evaluate") == 0 && p->step->store != NULL)
        return add_read(p, p->step->store, err);
    if (p->store == NULL || (takes & (TAKES_STORE | TAKES_WRITING)) == 0)
        return MG_OK;
    return writes ? add_write(p, p->store, err) : add_read(p, p->store, err);
}

static mg_status make(const struct batch *batch, struct batch_plan *p, mg_error *err)
{
    const struct batch_step *s = p->step;
    char threads[32];
    mg_status status = add_word(p, p->verb->name, err);

    if (status == MG_OK && batch->threads > 0) {
        snprintf(threads, sizeof threads, "--threads=%u", batch->threads);
        status = add_word(p, threads, err);
    }
    if (status == MG_OK)
        status = add_options(p, batch, err);
    if (status == MG_OK && s->output != NULL) {
        if (option_of(p->verb, "output") == NULL)
            return mg_fail(err, MG_E_RANGE, "%s has no output", p->verb->name);
        status = add_option(p, "output", s->output, err);
    }
    if (status == MG_OK)
        status = add_arguments(p, err);
    return status == MG_OK ? add_stores(p, err) : status;
}

mg_status batch_plan(const struct batch *batch, size_t step, struct batch_plan *p,
                     mg_error *err)
{
    const struct batch_step *s = &batch->steps[step];
    char name[96];

    *p = (struct batch_plan){.step = s,
                             .verb = &cli_verbs[s->verb],
                             .store = s->store != NULL ? s->store : batch->store};
    snprintf(name, sizeof name, "%zu-%s", step + 1, p->verb->name);
    p->name = mg_copy_text(s->name != NULL ? s->name : name);
    mg_status status =
        p->name != NULL ? make(batch, p, err) : mg_fail(err, MG_E_NOMEM, "cannot plan");
    if (status == MG_E_RANGE && err != NULL) {
        char what[sizeof err->what];
        snprintf(what, sizeof what, "step %zu (%.100s): %.300s", step + 1,
                 s->name != NULL ? s->name : p->verb->name, err->what);
        mg_fail(err, MG_E_RANGE, "%s", what);
    }
    return status;
}

static void free_list(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

void batch_plan_release(struct batch_plan *p)
{
    free(p->name);
    free_list(p->words, p->n_words);
    free_list(p->reads, p->n_reads);
    free_list(p->writes, p->n_writes);
    *p = (struct batch_plan){0};
}

/* A word as a shell would have to read it. */
static void put_word(FILE *to, const char *word)
{
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789_-+=./:,@%";

    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        fputs(word, to);
        return;
    }
    fputc('\'', to);
    for (; *word != '\0'; word++)
        if (*word == '\'')
            fputs("'\\''", to);
        else
            fputc(*word, to);
    fputc('\'', to);
}

char *batch_plan_text(const struct batch_plan *p)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);

    if (to == NULL)
        return NULL;
    fputs("mirrorgap", to);
    for (size_t i = 0; i < p->n_words; i++) {
        fputc(' ', to);
        put_word(to, p->words[i]);
    }
    if (fclose(to) != 0) {
        free(text);
        return NULL;
    }
    return text;
}
