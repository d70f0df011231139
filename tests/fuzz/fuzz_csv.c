/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_csv.c - the fast scan (both ways) and the reference give the same records
 * and fields; records tile the text; whole records are whole; a record does not
 * depend on the text behind it. The first byte chooses the delimiter. */
#include <string.h>

#include "csv_both.h"
#include "target.h"

static void compare(const char *text, size_t n, char delimiter)
{
    struct parsed slow = {0};
    bool odd[2] = {false, false};

    MUST(parse_slowly(text, n, delimiter, &slow));
    for (int way = 0; way < 2; way++) {
        struct parsed fast = {0};
        MUST(parse_fast(text, n, delimiter, (mg_scan_way)way, &odd[way], &fast));
        if (!odd[way]) {
            MUST(slow.bad == 0);
            MUST(fast.records == slow.records);
            MUST(fast.n == slow.n && memcmp(fast.text, slow.text, slow.n) == 0);
        }
        free(fast.text);
    }
    MUST(odd[0] == odd[1]);
    free(slow.text);
}

/* Cutting at mg_whole_records() cuts no record, where the scan is not odd. */
static void check_whole(const char *text, size_t n, char delimiter)
{
    size_t whole = mg_whole_records(text, n);
    mg_scan scan = {0};
    bool odd = false;
    bool odd_all = false;

    MUST(whole <= n);
    MUST(whole == 0 || text[whole - 1] == '\n');
    MUST(mg_whole_records(text, whole) == whole);
    MUST(mg_count_lines(text, whole) + mg_count_lines(text + whole, n - whole) ==
         mg_count_lines(text, n));
    MUST(mg_scan_fields(&scan, text, n, delimiter, MG_SCAN_BEST, &odd_all, NULL) ==
         MG_OK);
    size_t records = scan.n_records;
    MUST(mg_scan_fields(&scan, text, whole, delimiter, MG_SCAN_BEST, &odd, NULL) ==
         MG_OK);
    /* a quote inside a plain field is a letter, and makes the parity meaningless:
     * then the scan of either part may be odd, but no record may be lost */
    if (!odd_all && !odd && memchr(text, '"', n) == NULL)
        MUST(scan.n_records + (whole < n) == records);
    mg_scan_release(&scan);
}

static void check_growing(const char *text, size_t n, char delimiter)
{
    size_t length = 0;
    size_t early = 0;
    const char *why = "";
    mg_record_kind kind = mg_record_next(text, n, true, delimiter, &length, &why);

    MUST(length >= 1 && length <= n);
    for (size_t some = 1; some < n && some < 100; some++) {
        mg_record_kind first = mg_record_next(text, some, false, delimiter, &early, &why);
        MUST(first == MG_RECORD_MORE || (first == kind && early == length));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {',', ';', '\t', ','};

    if (size < 2)
        return 0;
    char delimiter = delimiters[data[0] % sizeof delimiters];
    const char *text = (const char *)data + 1;
    compare(text, size - 1, delimiter);
    check_whole(text, size - 1, delimiter);
    check_growing(text, size - 1, delimiter);
    return 0;
}
