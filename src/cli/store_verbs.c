/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs that change or check a store, or look at bytes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/intake.h"
#include "cli/cli.h"
#include "mirrorgap/number.h"

static bool write_out(const char *text, size_t n)
{
    while (n > 0) {
        ssize_t done = write(STDOUT_FILENO, text, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        text += done;
        n -= (size_t)done;
    }
    return true;
}

/* COMMIT FILE, one write() each, so that a reader sees it at once. */
struct acks {
    bool wanted, failed;
};

static void durable(void *self, const char *file)
{
    struct acks *acks = self;
    char safe[4096 + 8];
    char line[4200];

    if (!acks->wanted)
        return;
    mg_text_show((mg_cell){file, strlen(file)}, safe, sizeof safe);
    int n = snprintf(line, sizeof line, "COMMIT %s\n", safe);
    acks->failed |= n < 0 || !write_out(line, (size_t)n);
}

static void tell_ingest(const cli *c, const mg_ingest_result *r)
{
    char usd[MG_NUMBER_TEXT + 1];
    uint64_t refused = 0;

    for (unsigned f = 0; f < MG_FATE_COUNT; f++) {
        if (r->fates[f].rows == 0)
            continue;
        usd[mg_number_write(mg_sum_value(&r->fates[f].value), usd)] = '\0';
        cli_say(c, "  %-18s %12llu rows  %s USD",
                f == MG_KEPT ? "candidates" : mg_fate_name(f),
                (unsigned long long)r->fates[f].rows, usd);
        refused += f != MG_KEPT ? r->fates[f].rows : 0;
    }
    cli_say(
        c,
        "%llu rows read = %llu candidates + %llu set aside; %llu files, %llu of them in "
        "the store before, %llu failed; the store holds %llu observations",
        (unsigned long long)r->records, (unsigned long long)r->fates[MG_KEPT].rows,
        (unsigned long long)refused, (unsigned long long)r->files,
        (unsigned long long)r->known, (unsigned long long)r->failed,
        (unsigned long long)r->observations);
}

int verb_ingest(cli *c)
{
    const cli_options *o = c->options;
    struct acks acks = {.wanted = o->ack};
    mg_ingest_options options = {.read = o->read,
                                 .store = o->store,
                                 .files = (const char *const *)o->files,
                                 .n_files = o->n_files,
                                 .keep_going = o->keep_going,
                                 .wait = o->wait,
                                 .memory = o->memory,
                                 .durable = durable,
                                 .self = &acks};
    mg_ingest_result result;
    mg_error err = {0};

    if (o->store == NULL)
        return cli_usage(c, "ingest needs -s STORE");
    mg_status status = mg_ingest(c->ref, &options, &c->talk, &result, &err);
    if (status != MG_OK)
        return cli_fail(c, status, &err);
    tell_ingest(c, &result);
    if (acks.failed) {
        mg_fail(&err, MG_E_IO, "cannot write to standard output");
        return cli_fail(c, MG_E_IO, &err);
    }
    return result.failed > 0 ? EXIT_WORK_FAILED : EXIT_DONE;
}

int verb_remove(cli *c)
{
    const cli_options *o = c->options;
    mg_error err = {0};
    bool removed = false;

    if (o->source == NULL)
        return cli_usage(c, "remove needs --source FILE");
    mg_status status = mg_remove(o->store, o->source, o->wait, &c->talk, &removed, &err);
    if (status != MG_OK)
        return cli_fail(c, status, &err);
    if (!removed) {
        cli_say(c, "%s: no source '%s'; 'mirrorgap info --sources' lists them", o->store,
                o->source);
        return EXIT_NOTHING;
    }
    return EXIT_DONE;
}

int verb_verify(cli *c)
{
    const cli_options *o = c->options;
    uint64_t findings = 0;
    mg_error err = {0};

    if (o->from_files)
        return cli_usage(c, "verify checks a store");
    mg_status status = mg_store_verify(o->store, &c->talk, &findings, &err);
    if (status != MG_OK)
        return cli_fail(c, status, &err);
    if (findings > 0) {
        mg_fail(&err, MG_E_STORE, "%llu things are wrong with the store",
                (unsigned long long)findings);
        mg_error_at(&err, o->store);
        return cli_fail(c, MG_E_STORE, &err);
    }
    cli_say(c, "%s: every checksum and invariant holds", o->store);
    return EXIT_DONE;
}

static mg_status print_line(void *self, const char *text, size_t n, mg_error *err)
{
    (void)self;
    if (fwrite(text, 1, n, stdout) != n || fputc('\n', stdout) == EOF)
        return mg_fail(err, MG_E_IO, "cannot write to standard output: %s",
                       strerror(errno));
    return MG_OK;
}

int verb_debug_parse(cli *c)
{
    mg_error err = {0};
    mg_status status = MG_OK;

    for (size_t i = 0; status == MG_OK && i < c->options->n_files; i++)
        status = mg_debug_parse(c->options->files[i], print_line, NULL, &err);
    if (fflush(stdout) != 0 && status == MG_OK)
        status = mg_fail(&err, MG_E_IO, "cannot write to standard output: %s",
                         strerror(errno));
    return status == MG_OK ? EXIT_DONE : cli_fail(c, status, &err);
}
