/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "mirrorgap/mem.h"
#include "mirrorgap/threads.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    stop = 1;
    signal(number, SIG_DFL); /* the second one ends the process at once */
}

/* No store file may get descriptor 0, 1 or 2. Reads and writes on a closed one
 * must still fail, so each is opened the wrong way round but stderr. */
static void guard_descriptors(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};

    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
            _exit(EXIT_WORK_FAILED);
}

static void set_signals(void)
{
    signal(SIGXFSZ, SIG_IGN); /* a file that grows too large is an error of write() */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* whoever started us may ignore it: we wait for children */
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
}

/* Blocks of rows come and go by the thousand: memory that was used once is kept for
 * the next one, as the system takes a fault for each page that it hands out. */
static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

/* The command line as one text, for companions of tables; NULL: no memory. */
static char *command_text(int argc, char **argv)
{
    size_t n = 1;
    char *text;
    char *at;

    for (int i = 0; i < argc; i++)
        n += strlen(argv[i]) + 1;
    text = mg_alloc(n, 1);
    if (text == NULL)
        return NULL;
    at = text;
    for (int i = 0; i < argc; i++)
        at += sprintf(at, "%s%s", i > 0 ? " " : "", argv[i]);
    return text;
}

int main(int argc, char **argv)
{
    cli_options options = {.read = {.layout = -1, .max_bad = 0.001}};
    cli c = {.options = &options};
    const cli_verb *verb = NULL;
    mg_error err = {0};
    int code;

    guard_descriptors();
    set_signals();
    keep_memory();
    char *command = command_text(argc, argv);
    options.files = mg_alloc_zero((size_t)argc + 1, sizeof *options.files);
    if (command == NULL || options.files == NULL) {
        fprintf(stderr, "mirrorgap: out of memory\n");
        return EXIT_WORK_FAILED;
    }
    code = cli_parse(argc, argv, &options, &verb);
    if (verb != NULL) {
        mg_threads_set(options.threads);
        options.output.command = command;
        options.output.no_header = strcmp(verb->name, "dump") == 0 && !options.header;
        cli_talk_start(&c);
        c.talk.stop = &stop;
        mg_status status = mg_ref_load(NULL, &c.ref, &err);
        code = status == MG_OK ? verb->run(&c) : cli_fail(&c, status, &err);
        mg_ref_free(c.ref);
    }
    free(options.files);
    free(command);
    return code;
}
