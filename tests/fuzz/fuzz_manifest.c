/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_manifest.c - what is accepted writes back to a text that reads equal. The
 * checksum is made right first (for texts that do not start with 'x'), or nothing
 * would ever get past it. */
#include <string.h>

#include "store/manifest.h"
#include "target.h"

static void check_accepted(struct manifest *m)
{
    struct manifest back;
    char *text = NULL;
    char *again = NULL;
    size_t n = 0;
    size_t n_again = 0;

    for (size_t i = 0; i < m->n_segments; i++) {
        MUST(m->segments[i].name[0] != '\0' && strchr(m->segments[i].name, '/') == NULL);
        MUST(m->segments[i].index_at <= m->segments[i].size);
        MUST(i == 0 || m->segments[i - 1].period < m->segments[i].period);
    }
    for (size_t i = 0; i < m->n_sources; i++)
        MUST(m->sources[i].id == i);
    MUST(manifest_write(m, &text, &n, NULL) == MG_OK);
    MUST(manifest_read(text, n, &back, NULL) == MG_OK);
    MUST(back.n_segments == m->n_segments && back.n_sources == m->n_sources);
    MUST(manifest_write(&back, &again, &n_again, NULL) == MG_OK);
    MUST(n == n_again && memcmp(text, again, n) == 0);
    free(text);
    free(again);
    manifest_release(&back);
}

static void check(const char *text, size_t n)
{
    struct manifest m;
    mg_error err = {0};
    mg_status status = manifest_read(text, n, &m, &err);

    MUST(status == MG_OK || (status == MG_E_STORE && err.what[0] != '\0'));
    if (status == MG_OK)
        check_accepted(&m);
    manifest_release(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char key[] = ",\"check\":\"";
    const char *body = (const char *)data;

    check(body, size);
    if (size == 0 || data[0] == 'x')
        return 0;
    while (size > 0 && (body[size - 1] == '\n' || body[size - 1] == '}'))
        size--;
    char *text = malloc(size + sizeof key + 40);
    char hash[MG_HASH_TEXT];
    MUST(text != NULL);
    memcpy(text, body, size);
    mg_hash_write(mg_hash128(text, size), hash);
    int tail = sprintf(text + size, "%s%s\"}\n", key, hash);
    check(text, size + (size_t)tail);
    free(text);
    return 0;
}
