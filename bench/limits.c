/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limits.c - what this machine can do at most, for the ratios beside it.
 *
 *   limits [-r ROUNDS] FILE
 *
 * On 1 and on 2 threads: pread of FILE from the page cache, STREAM triad, count of
 * newlines with memchr, count of delimiters outside quotes. One line a limit,
 * threads and round, as name=value; GB/s by the wall and by CPU seconds. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "limits_count.h"

enum { PIECE = 1 << 20, THREADS_MAX = 2, TRIAD = 1 << 24 };
static const size_t TEXT_MAX = (size_t)512 << 20;

/* What the limits work on. */
struct input {
    int file;
    size_t file_bytes;
    char *text; /* the first n bytes of the file */
    size_t n;
    double *a, *b, *c;
};

static void die(const char *what)
{
    fprintf(stderr, "limits: %s\n", what);
    exit(1);
}

/* Each limit does part `of` (0-based) of `parts` and returns what it counted. */
static size_t slice(size_t n, int part, int parts)
{
    return n / (size_t)parts * (size_t)part + (part == parts ? n % (size_t)parts : 0);
}

static struct count do_pread(const struct input *in, int part, int parts)
{
    size_t at = slice(in->file_bytes, part, parts);
    size_t end = slice(in->file_bytes, part + 1, parts);
    struct count count = {0};
    char *buffer = malloc(PIECE);

    while (buffer != NULL && at < end) {
        size_t want = end - at < PIECE ? end - at : PIECE;
        ssize_t got = pread(in->file, buffer, want, (off_t)at);
        if (got <= 0)
            break;
        at += (size_t)got;
        count.total += (uint64_t)got;
    }
    free(buffer);
    return count;
}

static struct count do_triad(const struct input *in, int part, int parts)
{
    size_t end = slice(TRIAD, part + 1, parts);

    for (size_t i = slice(TRIAD, part, parts); i < end; i++)
        in->a[i] = in->b[i] + 3.0 * in->c[i];
    return (struct count){.total =
                              3 * (end - slice(TRIAD, part, parts)) * sizeof(double)};
}

static struct count do_newlines(const struct input *in, int part, int parts)
{
    const char *at = in->text + slice(in->n, part, parts);
    const char *end = in->text + slice(in->n, part + 1, parts);
    struct count count = {0};

    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        count.total++;
    }
    return count;
}

static struct count do_outside(const struct input *in, int part, int parts)
{
    size_t at = slice(in->n, part, parts);

    return count_best(in->text + at, slice(in->n, part + 1, parts) - at);
}

static const struct limit {
    const char *name;
    struct count (*run)(const struct input *in, int part, int parts);
} limits[] = {
    {"pread", do_pread},
    {"triad", do_triad},
    {"memchr", do_newlines},
    {"outside_quotes", do_outside},
};
enum { LIMITS = sizeof limits / sizeof *limits };

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The answer that limit number i must come to. */
static uint64_t expected(const struct input *in, int i)
{
    struct count plain = {0};

    if (limits[i].run == do_pread)
        return in->file_bytes;
    if (limits[i].run == do_triad)
        return 3 * TRIAD * sizeof(double);
    if (limits[i].run == do_outside)
        return count_plain(in->text, in->n).even;
    for (size_t k = 0; k < in->n; k++)
        plain.total += in->text[k] == '\n';
    return plain.total;
}

/* One thread's share; threads are made anew each time, so that none spins. */
struct share {
    const struct input *in;
    const struct limit *limit;
    int part, parts;
    struct count count;
};

static void *do_share(void *self)
{
    struct share *s = self;

    s->count = s->limit->run(s->in, s->part, s->parts);
    return NULL;
}

static void measure(const struct input *in, int i, int threads, int round, uint64_t want)
{
    struct share share[THREADS_MAX];
    pthread_t thread[THREADS_MAX];
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    double wall = seconds(CLOCK_MONOTONIC);

    for (int p = 0; p < threads; p++) {
        share[p] = (struct share){in, &limits[i], p, threads, {0}};
        if (p > 0 && pthread_create(&thread[p], NULL, do_share, &share[p]) != 0)
            die("cannot start a thread");
    }
    do_share(&share[0]);
    for (int p = 1; p < threads; p++)
        pthread_join(thread[p], NULL);
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = seconds(CLOCK_MONOTONIC) - wall;

    struct count all = share[0].count;
    for (int p = 1; p < threads; p++)
        all = count_join(all, share[p].count);
    if ((limits[i].run == do_outside ? all.even : all.total) != want)
        die("a limit came to another answer than the plain loop");
    size_t bytes = in->n;
    if (limits[i].run == do_pread)
        bytes = in->file_bytes;
    else if (limits[i].run == do_triad)
        bytes = 3 * TRIAD * sizeof(double);
    if (round == 0)
        return;
    printf("limit=%s way=%s threads=%d round=%d gb_s=%.3f gb_cpu_s=%.3f\n",
           limits[i].name, limits[i].run == do_outside ? count_way() : "plain", threads,
           round, 1e-9 * (double)bytes / wall, 1e-9 * (double)bytes / cpu);
}

static void open_input(struct input *in, const char *path)
{
    struct stat st;

    in->file = open(path, O_RDONLY | O_CLOEXEC);
    if (in->file < 0 || fstat(in->file, &st) != 0 || st.st_size <= 0)
        die("cannot open the file, or it is empty");
    in->file_bytes = (size_t)st.st_size;
    in->n = in->file_bytes < TEXT_MAX ? in->file_bytes : TEXT_MAX;
    in->text = malloc(in->n);
    in->a = malloc(TRIAD * sizeof *in->a);
    in->b = malloc(TRIAD * sizeof *in->b);
    in->c = malloc(TRIAD * sizeof *in->c);
    if (in->text == NULL || in->a == NULL || in->b == NULL || in->c == NULL)
        die("not enough memory");
    for (size_t i = 0; i < TRIAD; i++) {
        in->a[i] = 1.0; /* not 0, or the pages would be left to the first run */
        in->b[i] = (double)i;
        in->c[i] = 1.0;
    }
    for (size_t at = 0; at < in->n;) {
        ssize_t got = pread(in->file, in->text + at, in->n - at, (off_t)at);
        if (got <= 0)
            die("cannot read the file");
        at += (size_t)got;
    }
}

int main(int argc, char **argv)
{
    struct input in = {0};
    uint64_t want[LIMITS];
    int rounds = 1;

    for (int option; (option = getopt(argc, argv, "r:")) != -1;)
        if (option != 'r' || (rounds = atoi(optarg)) < 1)
            die("usage: limits [-r ROUNDS] FILE");
    if (optind + 1 != argc)
        die("usage: limits [-r ROUNDS] FILE");
    open_input(&in, argv[optind]);
    for (int i = 0; i < LIMITS; i++)
        want[i] = expected(&in, i);
    for (int round = 0; round <= rounds; round++) /* 0 warms up */
        for (int i = 0; i < LIMITS; i++)
            for (int threads = 1; threads <= THREADS_MAX; threads++)
                measure(&in, i, threads, round, want[i]);
    for (size_t i = 0; i < TRIAD; i++)
        if (in.a[i] != in.b[i] + 3.0 * in.c[i])
            die("the triad is wrong");
    close(in.file);
    free(in.text);
    free(in.a);
    free(in.b);
    free(in.c);
    return 0;
}
