/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/name_list.h"

#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"

int name_list_read(const cli *c, const char *text, struct name_list *names)
{
    size_t room = 1;
    mg_error err = {0};

    *names = (struct name_list){0};
    for (const char *at = text; *at != '\0'; at++)
        room += *at == ',';
    names->copy = mg_copy_text(text);
    names->items = mg_alloc_zero(room, sizeof *names->items);
    if (names->copy == NULL || names->items == NULL)
        return cli_fail(c, mg_fail(&err, MG_E_NOMEM, "cannot hold a list"), &err);
    for (char *at = names->copy; at != NULL;) {
        char *comma = strchr(at, ',');
        if (comma != NULL)
            *comma++ = '\0';
        if (*at == '\0')
            return cli_usage(c, "'%s' has an empty name", text);
        for (size_t i = 0; i < names->n; i++)
            if (strcmp(names->items[i], at) == 0)
                return cli_usage(c, "'%s' is named twice", at);
        names->items[names->n++] = at;
        at = comma;
    }
    return EXIT_DONE;
}

void name_list_free(struct name_list *names)
{
    free(names->copy);
    free(names->items);
}

bool cli_is_country(const cli *c, const char *name)
{
    uint8_t *set = mg_alloc_zero(65536, 1);
    bool found = false;

    if (set != NULL && mg_ref_select_areas(c->ref, (mg_cell){name, strlen(name)}, set))
        for (unsigned code = 1; code < 65536; code++) {
            const mg_area_kind kind = mg_ref_kind(c->ref, code);
            found = found || (set[code] != 0 && kind != MG_AREA_WORLD &&
                              kind != MG_AREA_GROUP && kind != MG_AREA_NES);
        }
    free(set);
    return found;
}

int cli_country(const cli *c, const char *name)
{
    return name != NULL && cli_is_country(c, name)
               ? mg_ref_find_area(c->ref, (mg_cell){name, strlen(name)}, 0)
               : -1;
}
