/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked for, in words. */
#include <stdio.h>
#include <string.h>

#include "cli/question.h"

/* A country as it is called, where the words name one. */
static const char *called(const cli *c, const char *words)
{
    const int code = mg_ref_find_area(c->ref, (mg_cell){words, strlen(words)}, 0);
    const mg_area *area = code >= 0 ? mg_ref_area(c->ref, (unsigned)code) : NULL;

    return area != NULL ? area->name : words;
}

static void add(char *text, size_t room, const char *before, const char *words)
{
    const size_t n = strlen(text);

    if (words == NULL)
        return;
    const int wanted =
        snprintf(text + n, room - n, "%s%s%s", n > 0 ? ", " : "", before, words);
    if (wanted >= 0 && (size_t)wanted >= room - n)
        mg_text_cut(text, room);
}

/* A long list of codes by its first ones. */
static void shorten(const char *list, char *text, size_t room)
{
    enum { MOST = 5 };
    size_t n = 0;
    size_t commas = 0;
    size_t cut = strlen(list);

    for (size_t i = 0; list[i] != '\0'; i++)
        if (list[i] == ',' && ++commas == MOST)
            cut = i;
    if (commas < MOST || cut > room - 24)
        snprintf(text, room, "%.*s", (int)(room - 1), list);
    else {
        n = (size_t)snprintf(text, room, "%.*s", (int)cut, list);
        snprintf(text + n, room - n, " and %zu more", commas + 1 - MOST);
    }
}

void cli_subject(const cli *c, char *text, size_t room)
{
    const cli_options *o = c->options;
    const char *chapter =
        o->hs != NULL && strlen(o->hs) == 2 ? mg_ref_chapter(c->ref, o->hs) : "";

    text[0] = '\0';
    if (o->exporter != NULL)
        add(text, room, "from ", called(c, o->exporter));
    if (o->importer != NULL)
        add(text, room, "to ", called(c, o->importer));
    if (o->country != NULL)
        add(text, room, "with ", called(c, o->country));
    char codes[64] = "";
    if (o->hs != NULL)
        shorten(o->hs, codes, sizeof codes);
    add(text, room, "HS ", o->hs != NULL ? codes : NULL);
    if (chapter[0] != '\0') {
        const size_t n = strlen(text);
        snprintf(text + n, room - n, " (%s)", chapter);
    }
    if (o->status != NULL)
        add(text, room, "reported as ", o->status);
    if (o->min_value != NULL)
        add(text, room, "at least US$ ", o->min_value);
    if (o->level != NULL)
        add(text, room, "level ", o->level);
    if (o->freq != NULL)
        add(text, room, "", strcmp(o->freq, "M") == 0 ? "monthly" : "annual");
    if (o->period != NULL)
        add(text, room, "", o->period);
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
}

int cli_title(const cli *c)
{
    const char *title = c->options->title;

    if (title != NULL && !mg_text_utf8((mg_cell){title, strlen(title)}))
        return cli_usage(c, "the title is no UTF-8");
    if (title != NULL && strlen(title) > 300)
        return cli_usage(c, "the title is longer than 300 bytes");
    return EXIT_DONE;
}
