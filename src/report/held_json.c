/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A held table as JSON, column by column: a third of the size of rows, and read at once
 * into arrays. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/hash.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/text.h"
#include "report/held.h"

/* A text between quotes. Bytes that are no UTF-8 become question marks. */
static void put_text(FILE *to, const char *text)
{
    const bool utf8 = mg_text_utf8((mg_cell){text, strlen(text)});

    fputc('"', to);
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(to, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            fprintf(to, "\\u%04x", *c);
        else
            fputc(*c < 0x80 || utf8 ? *c : '?', to);
    }
    fputc('"', to);
}

/* Each text of a column once, in order of first appearance. */
struct dictionary {
    const char **texts;
    size_t n, room;
    uint32_t *slots; /* 1 + a text, or 0 */
    size_t mask;
    uint32_t *values; /* by row */
};

static void dictionary_release(struct dictionary *d)
{
    free(d->texts);
    free(d->slots);
    free(d->values);
}

static mg_status look_up(struct dictionary *d, const char *text, uint32_t *value,
                         mg_error *err)
{
    size_t slot = (size_t)mg_hash64(text, strlen(text)) & d->mask;

    while (d->slots[slot] != 0 && strcmp(d->texts[d->slots[slot] - 1], text) != 0)
        slot = (slot + 1) & d->mask;
    if (d->slots[slot] == 0) {
        mg_status status =
            mg_grow((void **)&d->texts, &d->room, d->n + 1, sizeof *d->texts, err);
        if (status != MG_OK)
            return status;
        d->texts[d->n++] = text;
        d->slots[slot] = (uint32_t)d->n;
    }
    *value = d->slots[slot] - 1;
    return MG_OK;
}

static mg_status gather(struct dictionary *d, const mg_held *h, size_t column,
                        mg_error *err)
{
    size_t room = 16;
    mg_status status = MG_OK;

    while (room < 2 * h->rows)
        room *= 2;
    d->slots = mg_alloc_zero(room, sizeof *d->slots);
    d->values = mg_alloc(h->rows + 1, sizeof *d->values);
    d->mask = room - 1;
    if (d->slots == NULL || d->values == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot write a table");
    for (size_t row = 0; status == MG_OK && row < h->rows; row++)
        status = look_up(d, mg_held_text(h, row, column), &d->values[row], err);
    return status;
}

static mg_status put_texts(const mg_held *h, size_t column, FILE *to, mg_error *err)
{
    struct dictionary d = {0};
    mg_status status = gather(&d, h, column, err);

    if (status == MG_OK) {
        fputs(",\"texts\":[", to);
        for (size_t i = 0; i < d.n; i++) {
            fputs(i > 0 ? "," : "", to);
            put_text(to, d.texts[i]);
        }
        fputs("],\"values\":[", to);
        for (size_t row = 0; row < h->rows; row++)
            fprintf(to, "%s%u", row > 0 ? "," : "", d.values[row]);
        fputc(']', to);
    }
    dictionary_release(&d);
    return status;
}

/* Whether every field is a figure or missing, which a code without letters is too. */
static bool holds_figures(const mg_held *h, size_t column)
{
    if (!mg_output_is_number(&h->columns[column]))
        return false;
    for (size_t row = 0; row < h->rows; row++)
        if (mg_held_text(h, row, column)[0] != '\0' &&
            isnan(mg_held_number(h, row, column)))
            return false;
    return true;
}

static void put_figures(const mg_held *h, size_t column, FILE *to)
{
    fputs(",\"values\":[", to);
    for (size_t row = 0; row < h->rows; row++) {
        const char *text = mg_held_text(h, row, column);
        fputs(row > 0 ? "," : "", to);
        fputs(text[0] != '\0' ? text : "null", to);
    }
    fputc(']', to);
}

mg_status mg_held_json(const mg_held *h, FILE *to, mg_error *err)
{
    mg_status status = MG_OK;

    fputs("{\"table\":", to);
    put_text(to, mg_held_table(h));
    fputs(",\"title\":", to);
    put_text(to, h->title);
    fprintf(to, ",\"rows\":%zu,\"notes\":{", h->rows);
    for (size_t i = 0; i < h->n_notes; i++) {
        fputs(i > 0 ? "," : "", to);
        put_text(to, h->notes[i].name);
        fputc(':', to);
        put_text(to, h->notes[i].value);
    }
    fputs("},\"columns\":[", to);
    for (size_t c = 0; status == MG_OK && c < h->n_columns; c++) {
        fputs(c > 0 ? ",\n{\"name\":" : "\n{\"name\":", to);
        put_text(to, h->columns[c].name);
        fputs(",\"unit\":", to);
        put_text(to, h->columns[c].unit);
        fputs(",\"description\":", to);
        put_text(to, h->columns[c].what);
        if (holds_figures(h, c))
            put_figures(h, c, to);
        else
            status = put_texts(h, c, to, err);
        fputc('}', to);
    }
    fputs("]}", to);
    return status;
}
