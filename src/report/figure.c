/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/figure.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "report/put_in_place.h"

extern char **environ;

static const struct form {
    const char *ending, *terminal;
    double title, small; /* sizes of letters, in the terminal's own measure */
} forms[] = {
    {".svg",
     "svg size 960,600 font 'sans-serif,13' noenhanced background '#ffffff' name "
     "'mirrorgap'",
     17, 11},
    {".pdf", "pdfcairo size 9.6in,6in font 'sans,10' noenhanced background '#ffffff'", 13,
     8.5},
    {".png",
     "pngcairo size 1920,1200 font 'sans,10' fontscale 2 linewidth 2 pointscale 2 "
     "noenhanced background '#ffffff'",
     13, 8.5},
};

static const struct form *form_of(const char *path)
{
    const size_t n = strlen(path);

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (n > 4 && strcmp(path + n - 4, forms[i].ending) == 0)
            return &forms[i];
    return NULL;
}

bool mg_figure_can(const char *path)
{
    return form_of(path) != NULL;
}

static mg_status failed(const char *what, mg_error *err)
{
    return mg_fail(err, MG_E_IO, "cannot %s: %s", what, strerror(errno));
}

/* The commands in memory, for the child to read from its start; -1: errno says why. */
static int script_file(const struct form *form, const char *script, size_t n)
{
    int fd = memfd_create("mirrorgap", MFD_CLOEXEC);
    int twin = fd >= 0 ? dup(fd) : -1;
    FILE *to = twin >= 0 ? fdopen(twin, "w") : NULL;
    bool good = to != NULL;

    if (good) {
        fprintf(
            to,
            "set encoding utf8\ntitle_font = ',%g'\nsmall_font = ',%g'\nset term %s\n",
            form->title, form->small, form->terminal);
        good = fwrite(script, 1, n, to) == n;
        good = fclose(to) == 0 && good;
    }
    if (good && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* gnuplot, which draws to `picture`, with what it says in `said`. Its status, or -1:
 * errno says why. */
static int run(int script, int picture, int said)
{
    char name[] = "gnuplot";
    char defaults[] = "-d"; /* and no start-up file */
    char input[] = "-";
    char *const arguments[] = {name, defaults, input, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = -1;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    int error = posix_spawn_file_actions_adddup2(&actions, script, STDIN_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, picture, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, said, STDERR_FILENO);
    if (error == 0)
        error = posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        errno = error;
        return -1;
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* The last line that gnuplot said. */
static mg_status complaint(int said, mg_error *err)
{
    char text[400];
    off_t size = lseek(said, 0, SEEK_END);
    off_t from = size >= (off_t)sizeof text ? size - (off_t)sizeof text + 1 : 0;
    ssize_t n = pread(said, text, sizeof text - 1, from);

    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
        n--;
    text[n > 0 ? n : 0] = '\0';
    const char *last = strrchr(text, '\n');
    return mg_fail(err, MG_E_IO, "gnuplot failed: %s", last != NULL ? last + 1 : text);
}

/* A PDF says when it was made; the same figure must give the same bytes. */
static mg_status take_out_the_date(int fd, mg_error *err)
{
    static const char key[] = "/CreationDate (D:";
    static const char date[] = "20000101000000";
    const off_t size = lseek(fd, 0, SEEK_END);
    char *text = size > 0 ? mg_alloc((size_t)size, 1) : NULL;

    if (text == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the figure");
    const ssize_t n = pread(fd, text, (size_t)size, 0);
    const char *at = n > 0 ? memmem(text, (size_t)n, key, strlen(key)) : NULL;
    const off_t place = at != NULL ? at - text + (off_t)strlen(key) : -1;
    free(text);
    if (place < 0 || place + (off_t)strlen(date) > size)
        return MG_OK;
    return pwrite(fd, date, strlen(date), place) == (ssize_t)strlen(date)
               ? MG_OK
               : failed("write the figure", err);
}

static mg_status draw(const struct form *form, int picture, const char *script, size_t n,
                      mg_error *err)
{
    int commands = script_file(form, script, n);
    int said = memfd_create("mirrorgap", MFD_CLOEXEC);
    mg_status status = MG_OK;

    if (commands < 0 || said < 0)
        status = failed("hold the commands for gnuplot", err);
    else {
        const int code = run(commands, picture, said);
        if (code < 0 && errno == ENOENT)
            status = mg_fail(err, MG_E_IO,
                             "gnuplot is not installed: on Debian, apt-get install "
                             "gnuplot-nox");
        else if (code < 0)
            status = failed("run gnuplot", err);
        else if (code > 0)
            status = complaint(said, err);
        else if (lseek(picture, 0, SEEK_END) <= 0)
            status = mg_fail(err, MG_E_IO, "gnuplot drew nothing");
    }
    if (commands >= 0)
        close(commands);
    if (said >= 0)
        close(said);
    return status;
}

mg_status mg_figure_draw(const char *path, const char *script, size_t n, mg_error *err)
{
    const struct form *form = form_of(path);
    const size_t room = strlen(path) + 32;
    mg_status status = MG_OK;

    if (form == NULL) {
        status = mg_fail(err, MG_E_RANGE, "a figure is .svg, .pdf or .png");
        mg_error_at(err, path);
        return status;
    }
    char *temporary = mg_alloc(room, 1);
    if (temporary == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot draw");
    snprintf(temporary, room, "%s.tmp.%ld", path, (long)getpid());
    int fd = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        status = failed("create the figure", err);
    else
        status = draw(form, fd, script, n, err);
    if (status == MG_OK && strcmp(form->ending, ".pdf") == 0)
        status = take_out_the_date(fd, err);
    if (status == MG_OK)
        status = put_in_place(fd, temporary, path, err);
    else if (fd >= 0)
        close(fd);
    if (status != MG_OK) {
        unlink(temporary);
        mg_error_at(err, path);
    }
    free(temporary);
    return status;
}
