/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk.h - how the library tells its caller what it is doing.
 *
 * The library never prints: it calls these functions, from one thread at a
 * time. A zeroed mg_talk is silent and never stops. */
#ifndef MG_TALK_H
#define MG_TALK_H

#include <signal.h>

#include "mirrorgap/status.h"

typedef enum mg_loud {
    MG_SAY_WARNING, /* something the user should look at; shown unless -q */
    MG_SAY_INFO,    /* a summary; shown unless -q */
    MG_SAY_DETAIL   /* why a decision was taken; shown with -v */
} mg_loud;

typedef struct mg_progress {
    uint64_t bytes_done, bytes_total; /* total 0: unknown */
    uint64_t rows;
    const char *stage;
} mg_progress;

typedef struct mg_talk {
    void (*say)(void *self, mg_loud loud, const char *text);
    void (*progress)(void *self, const mg_progress *progress);
    const volatile sig_atomic_t *stop; /* not 0: give up with MG_E_INTERRUPT */
    void *self;
} mg_talk;

void mg_say(const mg_talk *talk, mg_loud loud, const char *fmt, ...) MG_PRINTF(3, 4);
void mg_show_progress(const mg_talk *talk, const mg_progress *progress);

/* MG_E_INTERRUPT when the caller asked to stop, else MG_OK. */
MG_MUST_CHECK mg_status mg_check_stop(const mg_talk *talk, mg_error *err);

#endif
