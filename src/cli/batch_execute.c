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
static int wait_for(pid_t child, const volatile sig_atomic_t *stop)
{
    bool told = false;
    int status = 0;
    long nap = 1000000; /* nanoseconds */

    for (;;) {
        const pid_t done = waitpid(child, &status, WNOHANG);
        if (done == child || (done < 0 && errno != EINTR))
            break;
        if (*stop != 0 && !told) {
            kill(child, SIGTERM);
            told = true;
        }
        const struct timespec pause = {0, nap};
        nanosleep(&pause, NULL);
        if (nap < 50000000)
            nap *= 2;
    }
    if (*stop != 0 || WIFSIGNALED(status))
        return EXIT_INTERRUPTED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_WORK_FAILED;
}

mg_status batch_execute(const struct batch_plan *p, bool quiet,
                        const volatile sig_atomic_t *stop, int *code, mg_error *err)
{
    char program[] = "mirrorgap";
    char silence[] = "--quiet";
    char **arguments = mg_alloc(p->n_words + 3, sizeof *arguments);
    pid_t child;

    if (arguments == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot run a step");
    arguments[0] = program;
    memcpy(arguments + 1, p->words, p->n_words * sizeof *arguments);
    arguments[p->n_words + 1] = quiet ? silence : NULL;
    arguments[p->n_words + 2] = NULL;
    const int error =
        posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ);
    free(arguments);
    if (error != 0)
        return mg_fail(err, MG_E_IO, "cannot start the step: %s", strerror(error));
    *code = wait_for(child, stop);
    return MG_OK;
}
