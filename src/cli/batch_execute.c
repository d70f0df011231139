/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A step as a process of its own: what it does to memory and descriptors ends with it. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "cli/batch.h"
#include "mirrorgap/mem.h"

extern char **environ;

/* Waits in short naps, so that a signal to us reaches the child too. */
static mg_status wait_for(pid_t child, const volatile sig_atomic_t *stop, int *status,
                          mg_error *err)
{
    bool told = false;
    long nap = 1000000; /* nanoseconds */

    for (;;) {
        const pid_t done = waitpid(child, status, WNOHANG);
        if (done == child)
            return MG_OK;
        if (done < 0 && errno != EINTR)
            return mg_fail(err, MG_E_IO, "cannot wait for the step: %s", strerror(errno));
        if (*stop != 0 && !told) {
            kill(child, SIGTERM);
            told = true;
        }
        const struct timespec pause = {0, nap};
        nanosleep(&pause, NULL);
        if (nap < 50000000)
            nap *= 2;
    }
}

mg_status batch_execute(const struct batch_plan *p, const cli_options *options,
                        const volatile sig_atomic_t *stop, int *code, mg_error *err)
{
    char program[] = "mirrorgap";
    char silence[] = "--quiet";
    char lines[] = "--log-json";
    char **arguments = mg_alloc(p->n_words + 5, sizeof *arguments);
    size_t n = 0;
    pid_t child;
    int ended = 0;

    if (arguments == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot run a step");
    arguments[n++] = program;
    arguments[n++] = p->words[0]; /* the verb */
    if (options->quiet)
        arguments[n++] = silence;
    if (options->log_json)
        arguments[n++] = lines;
    for (size_t i = 1; i < p->n_words; i++)
        arguments[n++] = p->words[i];
    arguments[n] = NULL;
    const int error =
        posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ);
    free(arguments);
    if (error != 0)
        return mg_fail(err, MG_E_IO, "cannot start the step: %s", strerror(error));
    mg_status status = wait_for(child, stop, &ended, err);
    if (status != MG_OK)
        return status;
    *code = *stop != 0         ? EXIT_INTERRUPTED
            : WIFEXITED(ended) ? WEXITSTATUS(ended)
                               : EXIT_WORK_FAILED;
    if (*stop == 0 && WIFSIGNALED(ended))
        return mg_fail(err, MG_E_IO, "signal %d ended the step: %s", WTERMSIG(ended),
                       strsignal(WTERMSIG(ended)));
    return MG_OK;
}
