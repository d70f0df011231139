/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

mg_status mg_fail(mg_error *err, mg_status status, const char *fmt, ...)
{
    if (err != NULL) {
        va_list args;
        va_start(args, fmt);
        err->status = status;
        vsnprintf(err->what, sizeof err->what, fmt, args);
        va_end(args);
    }
    return status;
}

void mg_error_at(mg_error *err, const char *where)
{
    if (err != NULL && err->where[0] == '\0')
        snprintf(err->where, sizeof err->where, "%s", where);
}

const char *mg_status_word(mg_status status)
{
    static const char *const words[MG_STATUS_COUNT] = {
        "ok",      "memory", "unreadable", "refused",    "usage",
        "damaged", "busy",   "changed",    "interrupted"};
    return status < MG_STATUS_COUNT ? words[status] : "unknown";
}
