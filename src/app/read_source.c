/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/read_json.h"
#include "mirrorgap/mem.h"

enum { SNIFF_BYTES = 1 << 16, REJECTS_MAX = 10000 };

void account_release(struct account *account)
{
    free(account->rejects.items);
    free(account->examples.items);
    for (size_t i = 0; i < account->n_names; i++)
        free(account->names[i]);
    free(account->names);
    *account = (struct account){0};
}

mg_decoder *member_decoder(const struct member *member)
{
    const struct read_options *o = member->options;
    mg_decode_options options = {.ref = o->ref,
                                 .classification = o->classification,
                                 .strict_codes = o->strict_codes,
                                 .vintage = o->vintage};
    return mg_decoder_new(&options);
}

void member_layout(struct member *member, mg_layout layout)
{
    member->account->layout = layout;
    member->account->have_layout = true;
}

/* The member's name, kept by the account once; NULL: no memory. */
static const char *member_name(struct member *m)
{
    struct account *a = m->account;

    if (a->n_names > 0 && strcmp(a->names[a->n_names - 1], m->shown) == 0)
        return a->names[a->n_names - 1];
    if (mg_grow((void **)&a->names, &a->room_names, a->n_names + 1, sizeof *a->names,
                NULL) != MG_OK)
        return NULL;
    char *copy = mg_copy_text(m->shown);
    if (copy != NULL)
        a->names[a->n_names++] = copy;
    return copy;
}

/* Takes one more record of a piece over, with its place in the member. */
static mg_status keep_record(struct member *m, struct rejects *list,
                             const struct reject *record, uint64_t base, mg_error *err)
{
    mg_status status = mg_grow((void **)&list->items, &list->room, list->n + 1,
                               sizeof *list->items, err);

    if (status != MG_OK)
        return status;
    list->items[list->n] = *record;
    list->items[list->n].line += m->lines;
    list->items[list->n].byte += base;
    list->items[list->n].where = member_name(m);
    if (list->items[list->n].where == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a member's name");
    list->n++;
    return MG_OK;
}

/* Keeps the first rejects, and the first few examples of each other fate. */
static mg_status keep_rejects(struct member *m, const struct piece *piece, uint64_t base,
                              mg_error *err)
{
    struct account *all = m->account;
    mg_status status = MG_OK;

    all->rejects.total += piece->rejects.total;
    for (size_t i = 0;
         status == MG_OK && i < piece->rejects.n && all->rejects.n < REJECTS_MAX; i++)
        status = keep_record(m, &all->rejects, &piece->rejects.items[i], base, err);
    for (size_t i = 0; status == MG_OK && i < piece->examples.n; i++) {
        const struct reject *example = &piece->examples.items[i];
        size_t held = 0;
        for (size_t k = 0; k < all->examples.n; k++)
            held += all->examples.items[k].fate == example->fate;
        if (held < EXAMPLES)
            status = keep_record(m, &all->examples, example, base, err);
    }
    return status;
}

mg_status accept_piece(struct member *m, struct piece *piece, uint64_t base,
                       mg_error *err)
{
    mg_progress progress = {.bytes_done = mg_source_bytes(m->buffer.source),
                            .bytes_total = mg_source_total(m->buffer.source),
                            .stage = "reading"};
    mg_status status = keep_rejects(m, piece, base, err);

    if (status != MG_OK)
        return status;
    if (m->account->records + piece->records > UINT32_MAX)
        return mg_fail(err, MG_E_RANGE, "more than 4,294,967,295 records in one source");
    status = m->sink->take(m->sink->self, &piece->packed, piece->fine, err);
    tally_merge(&m->account->tally, &piece->tally);
    m->account->records += piece->records;
    m->records += piece->records;
    m->lines += piece->lines;
    progress.rows = m->account->records;
    mg_show_progress(m->talk, &progress);
    piece_clear(piece, NULL, 0);
    return status;
}

/* Texts that are no UTF-8 and no ISO-8859-1, by their first bytes. */
static mg_status check_encoding(const struct text_buffer *b, mg_error *err)
{
    const char *t = b->text;
    const char *name = NULL;

    if (b->n >= 4 &&
        (memcmp(t, "\xff\xfe\0\0", 4) == 0 || memcmp(t, "\0\0\xfe\xff", 4) == 0))
        name = "UTF-32";
    else if (b->n >= 2 &&
             (memcmp(t, "\xff\xfe", 2) == 0 || memcmp(t, "\xfe\xff", 2) == 0))
        name = "UTF-16";
    else if (b->n >= 4 && ((t[0] != 0 && t[1] == 0 && t[2] != 0 && t[3] == 0) ||
                           (t[0] == 0 && t[1] != 0 && t[2] == 0 && t[3] != 0)))
        name = "UTF-16 (without its mark)";
    if (name == NULL)
        return MG_OK;
    return mg_fail(err, MG_E_PARSE,
                   "the encoding is %s; convert the file to UTF-8 (iconv does it)", name);
}

/* What comes first, blanks aside: '<', '{', '[', or 0 for anything else. */
static char first_sign(const struct text_buffer *b)
{
    size_t i = 0;

    while (i < b->n && strchr(" \t\r\n", b->text[i]) != NULL && b->text[i] != '\0')
        i++;
    return i < b->n && strchr("<{[", b->text[i]) != NULL ? b->text[i] : '\0';
}

static mg_status refuse_page(const struct text_buffer *b, mg_error *err)
{
    char shown[100];

    mg_text_show((mg_cell){b->text, b->n < 80 ? b->n : 80}, shown, sizeof shown);
    return mg_fail(
        err, MG_E_PARSE,
        "not CSV but an HTML or XML page, as servers send for an error; download "
        "it again. It begins: %s",
        shown);
}

/* A first line `sep=;`, which Excel understands. */
static void drop_separator_line(struct member *m)
{
    struct text_buffer *b = &m->buffer;

    if (b->n > 6 && strncasecmp(b->text, "sep=", 4) == 0) {
        const char *end = memchr(b->text, '\n', b->n < 16 ? b->n : 16);
        if (end != NULL) {
            buffer_drop(b, (size_t)(end - b->text) + 1);
            m->lines++;
        }
    }
}

static mg_status read_member(struct member *m, mg_error *err)
{
    struct text_buffer *b = &m->buffer;
    mg_status status = buffer_fill(b, SNIFF_BYTES, err);
    char sign;

    if (status != MG_OK)
        return status;
    if (b->n == 0)
        return mg_fail(err, MG_E_PARSE, "is empty: not even a header");
    status = check_encoding(b, err);
    if (status != MG_OK)
        return status;
    while (b->n >= 3 && memcmp(b->text, "\xef\xbb\xbf", 3) == 0)
        buffer_drop(b, 3);
    sign = first_sign(b);
    if (sign == '<')
        return refuse_page(b, err);
    if (sign != '\0')
        return read_json(m, err);
    drop_separator_line(m);
    if (b->n < MG_RECORD_MAX && !b->ended)
        status = buffer_fill(b, MG_RECORD_MAX + 2, err);
    return status == MG_OK ? read_csv(m, err) : status;
}

/* Downloads that the API cuts look whole but for their length. */
static void warn_cut(const struct member *m)
{
    static const uint64_t limits[] = {500, 100000, 250000, 2500000};

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (m->records == limits[i])
            mg_say(
                m->talk, MG_SAY_WARNING,
                "%s: exactly %llu rows, a limit of the Comtrade API: the download may be "
                "cut; ask for less at a time",
                m->shown, (unsigned long long)limits[i]);
}

static mg_status read_members(mg_source *source, const char *path, struct member *m,
                              mg_error *err)
{
    const char *name = NULL;
    size_t n = 0;
    mg_status status = MG_OK;

    while (status == MG_OK) {
        char shown[1024];
        status = mg_source_next(source, &name, err);
        if (status != MG_OK || name == NULL)
            break;
        char safe[400];
        mg_text_show((mg_cell){name, strlen(name)}, safe, sizeof safe);
        snprintf(shown, sizeof shown, "%s%s%s", path, *name != '\0' ? ":" : "", safe);
        m->shown = shown;
        m->lines = m->records = 0;
        m->buffer.n = 0;
        m->buffer.base = 0;
        m->buffer.ended = false;
        status = read_member(m, err);
        if (status == MG_OK)
            warn_cut(m);
        else
            mg_error_at(err, shown);
        n++;
    }
    if (status == MG_OK && n == 0)
        return mg_fail(err, MG_E_PARSE, "the archive holds no file");
    return status;
}

mg_status read_source(mg_source *source, const char *path,
                      const struct read_options *options, const struct row_sink *sink,
                      const mg_talk *talk, struct account *account, mg_error *err)
{
    struct member m = {
        .options = options, .sink = sink, .talk = talk, .account = account};

    m.buffer.source = source;
    mg_status status = read_members(source, path, &m, err);
    free(m.buffer.text);
    if (status != MG_OK)
        mg_error_at(err, path);
    return status;
}
