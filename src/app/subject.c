/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/subject.h"

#include <stdio.h>
#include <string.h>

void subject_words(const mg_ref *ref, const char *asked, const char *chapter, char *text,
                   size_t room)
{
    const char *name = chapter[0] != '\0' ? mg_ref_chapter(ref, chapter) : "";

    if (name[0] == '\0' || (asked != NULL && strstr(asked, "HS ") != NULL))
        snprintf(text, room, "%s", asked != NULL ? asked : "All flows");
    else
        snprintf(text, room, "%s%sHS %s (%s)", asked != NULL ? asked : "All flows of ",
                 asked != NULL ? ", " : "", chapter, name);
}
