/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/rejects.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/intake.h"

enum { SHOWN = 20 };

void mg_error_text(const mg_error *e, char *text, size_t room)
{
    char safe[1024];
    char column[32] = "";
    char byte[40] = "";

    mg_text_show((mg_cell){e->where, strlen(e->where)}, safe, sizeof safe);
    if (e->column > 0)
        snprintf(column, sizeof column, ":%llu", (unsigned long long)e->column);
    if (e->byte > 0)
        snprintf(byte, sizeof byte, " byte %llu:", (unsigned long long)e->byte);
    if (safe[0] == '\0')
        snprintf(text, room, "%s", e->what);
    else if (e->line > 0)
        snprintf(text, room, "%s:%llu%s:%s %s", safe, (unsigned long long)e->line, column,
                 byte, e->what);
    else
        snprintf(text, room, "%s: %s", safe, e->what);
}

static void reject_text(const struct reject *r, char *text, size_t room)
{
    char path[600];

    mg_text_show((mg_cell){r->where, strlen(r->where)}, path, sizeof path);
    if (r->column > 0)
        snprintf(text, room, "%s:%llu:%llu: byte %llu: column '%s': %s: %s", path,
                 (unsigned long long)r->line, (unsigned long long)r->column,
                 (unsigned long long)r->byte, r->field, r->why, r->raw);
    else
        snprintf(text, room, "%s:%llu: byte %llu: %s: %s", path,
                 (unsigned long long)r->line, (unsigned long long)r->byte, r->why,
                 r->raw);
}

static void write_quoted(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

/* Appends to the rejects file; one header at its start. */
static mg_status append_rejects(const char *to, const struct rejects *rejects,
                                mg_error *err)
{
    FILE *file = fopen(to, "ae");
    mg_status status = MG_OK;

    if (file == NULL) {
        status =
            mg_fail(err, MG_E_IO, "cannot open the rejects file: %s", strerror(errno));
        mg_error_at(err, to);
        return status;
    }
    if (fseek(file, 0, SEEK_END) == 0 && ftell(file) == 0)
        fputs("source,line,byte,field_number,field,error,raw\n", file);
    for (size_t i = 0; i < rejects->n; i++) {
        const struct reject *r = &rejects->items[i];
        write_quoted(file, r->where);
        fprintf(file, ",%llu,%llu,%llu,", (unsigned long long)r->line,
                (unsigned long long)r->byte, (unsigned long long)r->column);
        write_quoted(file, r->field);
        fputc(',', file);
        write_quoted(file, r->why);
        fputc(',', file);
        write_quoted(file, r->raw);
        fputc('\n', file);
    }
    int bad = ferror(file);
    if (fclose(file) != 0 || bad != 0) {
        status =
            mg_fail(err, MG_E_IO, "cannot write the rejects file: %s", strerror(errno));
        mg_error_at(err, to);
    }
    return status;
}

mg_status tell_rejects(const char *path, const mg_read_options *options,
                       const mg_talk *talk, const struct account *account, mg_error *err)
{
    const struct rejects *all = &account->rejects;
    char text[1500];
    char safe[600];

    mg_text_show((mg_cell){path, strlen(path)}, safe, sizeof safe);
    for (size_t i = 0; i < all->n && i < SHOWN; i++) {
        reject_text(&all->items[i], text, sizeof text);
        mg_say(talk, MG_SAY_WARNING, "%s", text);
    }
    for (size_t i = 0; i < account->examples.n; i++) {
        reject_text(&account->examples.items[i], text, sizeof text);
        mg_say(talk, MG_SAY_DETAIL, "%s", text);
    }
    if (all->total > SHOWN)
        mg_say(talk, MG_SAY_WARNING,
               "%s: %llu malformed records in all; --rejects FILE lists them", safe,
               (unsigned long long)all->total);
    if (options->rejects != NULL && all->n > 0)
        return append_rejects(options->rejects, all, err);
    return MG_OK;
}

mg_status judge_rejects(const char *path, const mg_read_options *options,
                        const struct account *account, mg_error *err)
{
    double bad = (double)(account->tally.rows[MG_MALFORMED] - account->cut);
    mg_status status;

    if (bad <= options->max_bad * (double)account->records)
        return MG_OK;
    status =
        mg_fail(err, MG_E_PARSE,
                "%llu of %llu rows are malformed, more than the share %g that --max-bad "
                "allows; nothing of the file was kept",
                (unsigned long long)account->tally.rows[MG_MALFORMED],
                (unsigned long long)account->records, options->max_bad);
    mg_error_at(err, path);
    return status;
}

/* "H3, H4" for a set of editions. */
static const char *edition_list(uint32_t editions, char *text, size_t room)
{
    size_t at = 0;

    text[0] = '\0';
    for (unsigned e = 0; e < 32; e++) {
        const char *name = (editions >> e & 1) != 0 ? mg_edition_name(e) : NULL;
        if (name != NULL && at + 8 < room)
            at +=
                (size_t)snprintf(text + at, room - at, "%s%s", at > 0 ? ", " : "", name);
    }
    return text;
}

static void tell_unknown_areas(const char *safe, const mg_talk *talk,
                               const mg_notes *notes)
{
    for (unsigned c = 0; c <= UINT16_MAX; c++)
        if ((notes->unknown_areas[c / 64] >> c % 64 & 1) != 0)
            mg_say(talk, MG_SAY_WARNING,
                   "%s: area code %u is not in the country table; its rows are kept",
                   safe, c);
}

void tell_notes(const char *path, const mg_ref *ref, const mg_talk *talk,
                const struct account *account)
{
    const mg_notes *n = &account->notes;
    char list[128];
    char safe[600];

    (void)ref;
    mg_text_show((mg_cell){path, strlen(path)}, safe, sizeof safe);
    if (n->codes_restored * 100 > account->records)
        mg_say(talk, MG_SAY_WARNING,
               "%s: %llu of %llu commodity codes had lost their leading zero (an odd "
               "number of "
               "digits) and were restored; the file was probably opened in a spreadsheet",
               safe, (unsigned long long)n->codes_restored,
               (unsigned long long)account->records);
    else if (n->codes_restored > 0)
        mg_say(talk, MG_SAY_INFO, "%s: %llu commodity codes got their leading zero back",
               safe, (unsigned long long)n->codes_restored);
    tell_unknown_areas(safe, talk, n);
    if (__builtin_popcount(n->editions) > 1)
        mg_say(talk, MG_SAY_DETAIL, "%s: rows of several HS editions (%s)", safe,
               edition_list(n->editions, list, sizeof list));
    if ((n->classifications >> MG_EDITION_OTHER) != 0)
        mg_say(
            talk, MG_SAY_WARNING,
            "%s: %llu rows of a classification that is not HS (%s) or not goods were set "
            "aside; --classification asks for one",
            safe, (unsigned long long)account->tally.rows[MG_NOT_GOODS],
            edition_list(n->classifications & ~0xffU, list, sizeof list));
    if (n->optional_unreadable > 0)
        mg_say(talk, MG_SAY_WARNING,
               "%s: %llu quantities, weights or other optional figures could not be read "
               "and "
               "count as missing",
               safe, (unsigned long long)n->optional_unreadable);
}
