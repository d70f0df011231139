/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Talk on stderr, and the progress bar on a terminal. */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/intake.h"
#include "cli/cli.h"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void clear_progress(cli *c)
{
    if (c->progress_shown)
        fputs("\r\033[K", stderr);
    c->progress_shown = false;
}

/* One line; control bytes are shown, never sent. */
static void line(const cli *c, const char *kind, const char *text)
{
    char safe[2400];

    mg_text_show((mg_cell){text, strlen(text)}, safe, sizeof safe);
    if (c->options->log_json) {
        json_t *o = json_pack("{s:s,s:s}", "kind", kind, "text", safe);
        char *dump = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
        fprintf(stderr, "%s\n", dump != NULL ? dump : "{}");
        free(dump);
        json_decref(o);
    } else
        fprintf(stderr, "mirrorgap: %s\n", safe);
}

static void say(void *self, mg_loud loud, const char *text)
{
    static const char *const kinds[] = {"warning", "info", "detail"};
    cli *c = self;

    if ((loud == MG_SAY_DETAIL && !c->options->verbose) ||
        (loud == MG_SAY_INFO && c->options->quiet))
        return;
    clear_progress(c);
    line(c, kinds[loud], text);
}

static void progress(void *self, const mg_progress *p)
{
    enum { WIDTH = 24 };
    cli *c = self;
    double t = now();
    char bar[WIDTH + 1];

    if (t - c->last_progress < 0.2)
        return;
    c->last_progress = t;
    double share =
        p->bytes_total > 0 ? (double)p->bytes_done / (double)p->bytes_total : 0;
    for (int i = 0; i < WIDTH; i++)
        bar[i] = (double)i < share * WIDTH ? '#' : '.';
    bar[WIDTH] = '\0';
    double spent = t - c->started;
    double rate = spent > 0 ? (double)p->rows / spent : 0;
    double left = share > 0.01 ? spent / share - spent : 0;
    fprintf(stderr, "\r%-8s [%s] %3.0f %%  %llu rows  %.0f rows/s  %.0f s left\033[K",
            p->stage, bar, 100 * share, (unsigned long long)p->rows, rate, left);
    c->progress_shown = true;
}

void cli_talk_start(cli *c)
{
    c->talk.say = say;
    c->talk.self = c;
    c->started = now();
    if (!c->options->quiet && isatty(STDERR_FILENO) != 0)
        c->talk.progress = progress;
}

void cli_say(const cli *c, const char *fmt, ...)
{
    char text[2048];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    say((void *)(uintptr_t)c, MG_SAY_INFO, text);
}

int cli_fail(const cli *c, mg_status status, const mg_error *err)
{
    char text[1800];

    mg_error_text(err, text, sizeof text);
    clear_progress((cli *)(uintptr_t)c);
    line(c, mg_status_word(status), text[0] != '\0' ? text : "failed");
    if (status == MG_E_INTERRUPT)
        return EXIT_INTERRUPTED;
    return EXIT_WORK_FAILED;
}

int cli_usage(const cli *c, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    line(c, "usage", text);
    return EXIT_USAGE;
}
