/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/each.h"

#include <signal.h>

#include "mirrorgap/threads.h"
#include "testing.h"

enum { N = 500 };

struct pieces {
    unsigned char done[N];
    size_t fails_from; /* this piece and all later ones fail */
};

static mg_status piece(void *self, size_t i, mg_error *err)
{
    struct pieces *p = self;

    p->done[i]++;
    return i < p->fails_from ? MG_OK : mg_fail(err, MG_E_IO, "piece %zu", i);
}

static void each_is_done_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct pieces p = {.fails_from = N};
        mg_threads_set(threads);
        assert_int_equal(mg_each(N, NULL, piece, &p, NULL), MG_OK);
        for (int i = 0; i < N; i++)
            assert_int_equal(p.done[i], 1);
        assert_int_equal(mg_each(0, NULL, piece, &p, NULL), MG_OK);
    }
    mg_threads_set(1);
}

/* One thread stops at the first failure; several may have begun some more, and still
 * tell of the lowest. */
static void the_lowest_failure_is_told(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        struct pieces p = {.fails_from = 100};
        mg_error err = {0};
        size_t begun = 0;
        mg_threads_set(threads);
        assert_int_equal(mg_each(N, NULL, piece, &p, &err), MG_E_IO);
        assert_string_equal(err.what, "piece 100");
        for (int i = 100; i < N; i++)
            begun += p.done[i];
        assert_true(begun <= (size_t)threads);
    }
    mg_threads_set(1);
}

static void it_can_be_stopped(void **state)
{
    volatile sig_atomic_t stop = 1;
    const mg_talk talk = {.stop = &stop};
    struct pieces p = {.fails_from = N};

    (void)state;
    assert_int_equal(mg_each(N, &talk, piece, &p, NULL), MG_E_INTERRUPT);
    for (int i = 0; i < N; i++)
        assert_int_equal(p.done[i], 0);
}

int main(void)
{
    static struct suite s;

    suite_add(&s, "each is done once", each_is_done_once, NULL);
    suite_add(&s, "the lowest failure is told", the_lowest_failure_is_told, NULL);
    suite_add(&s, "it can be stopped", it_can_be_stopped, NULL);
    return suite_run("each", &s);
}
