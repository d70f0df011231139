/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/talk.h"

#include <stdarg.h>
#include <stdio.h>

void mg_say(const mg_talk *talk, mg_loud loud, const char *fmt, ...)
{
    char text[2048];
    va_list args;

    if (talk == NULL || talk->say == NULL)
        return;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    talk->say(talk->self, loud, text);
}

void mg_show_progress(const mg_talk *talk, const mg_progress *progress)
{
    if (talk != NULL && talk->progress != NULL)
        talk->progress(talk->self, progress);
}

mg_status mg_check_stop(const mg_talk *talk, mg_error *err)
{
    if (talk != NULL && talk->stop != NULL && *talk->stop != 0)
        return mg_fail(err, MG_E_INTERRUPT, "interrupted");
    return MG_OK;
}
