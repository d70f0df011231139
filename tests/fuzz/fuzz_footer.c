/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_footer.c - an index that is accepted is within its limits, and writes back
 * to bytes that are accepted and write the same bytes again. */
#include <string.h>

#include "store/footer.h"
#include "target.h"

static const uint64_t limit = 100000;

static void check_table(const struct table_index *t)
{
    MUST(t->chunk_rows <= MG_BLOCK_ROWS);
    MUST((t->rows == 0) == (t->n_chunks == 0));
    if (t->rows == 0)
        return;
    MUST((uint64_t)t->n_chunks * t->chunk_rows >= t->rows);
    MUST((uint64_t)(t->n_chunks - 1) * t->chunk_rows < t->rows);
    for (size_t k = 0; k < t->n_chunks; k++)
        for (size_t c = 0; c < MG_COLUMNS; c++) {
            const struct chunk_place *p = &t->chunks[k * MG_COLUMNS + c];
            MUST(t->forms[c].type <= STORED_F64);
            MUST(p->offset <= limit && p->n <= limit - p->offset);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct footer f;
    struct footer back;
    mg_error err = {0};
    void *bytes = NULL;
    void *again = NULL;
    size_t n = 0;
    size_t n_again = 0;
    mg_status status = footer_read(data, size, limit, &f, &err);

    MUST(status == MG_OK || (status == MG_E_STORE && err.what[0] != '\0'));
    if (status != MG_OK)
        return 0;
    for (int t = 0; t < MG_TABLES; t++)
        check_table(&f.tables[t]);
    for (size_t i = 0; i < f.n_fates; i++)
        MUST(f.fates[i].fate < MG_FATE_COUNT);
    for (size_t i = 0; i < f.n_coverage; i++)
        MUST(f.coverage[i].flow < MG_FLOW_COUNT);
    MUST(footer_write(&f, &bytes, &n, NULL) == MG_OK);
    MUST(n == size);
    MUST(footer_read(bytes, n, limit, &back, NULL) == MG_OK);
    MUST(footer_write(&back, &again, &n_again, NULL) == MG_OK);
    MUST(n == n_again && memcmp(bytes, again, n) == 0);
    free(bytes);
    free(again);
    footer_release(&f);
    footer_release(&back);
    return 0;
}
