/* SPDX-License-Identifier: GPL-3.0-or-later */
/* name_list.h - names as they are written on a command line. */
#ifndef MG_CLI_NAME_LIST_H
#define MG_CLI_NAME_LIST_H

#include "cli/cli.h"

/* A list parted by commas; the texts lie in *copy. */
struct name_list {
    char *copy;
    const char **items;
    size_t n;
};

/* EXIT_DONE, or the exit code where a name is empty or stands twice. Free in any case. */
int name_list_read(const cli *c, const char *text, struct name_list *names);
void name_list_free(struct name_list *names);

/* Whether a name means a country: neither the world, nor a group, nor an area nes. */
bool cli_is_country(const cli *c, const char *name);

/* The code of the one country that a name means; -1 where it means none, or is NULL. */
int cli_country(const cli *c, const char *name);

#endif
