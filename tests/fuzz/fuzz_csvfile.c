/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_csvfile.c - a file with a legal header: the three parsers agree on every
 * row, sum, refusal and line number. The first byte chooses the header. */
#include "headers.h"
#include "reading.h"

#define HEADER_NAMES                                                                     \
    "refYear,reporterISO,partnerDesc,partnerISO,flowCode,cmdCode,primaryValue,"          \
    "reporterDesc\n"

static const char *const headers[] = {
    HEADER_SHORT "\n",      HEADER_BACI "\n",
    HEADER_WITS "\r\n",     HEADER_LEGACY_AUTH "\n",
    HEADER_LEGACY_WEB "\n", "\"t\",\"i\",\"j\",\"k\",\"v\",\"q\"\n",
    HEADER_PLUS "\r\n",     HEADER_NAMES,
};
enum { HEADERS = sizeof headers / sizeof *headers };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading readings[3];

    if (size < 1 || size > 1 << 16)
        return 0;
    const char *header = headers[data[0] % HEADERS];
    size_t n_header = strlen(header);
    size_t n = n_header + size - 1;
    char *text = malloc(n);
    MUST(text != NULL);
    memcpy(text, header, n_header);
    memcpy(text + n_header, data + 1, size - 1);
    for (int parser = READ_FAST; parser <= READ_LIBCSV; parser++)
        read_bytes(text, n, (enum read_parser)parser, &readings[parser]);
    check_same_reading(&readings[READ_FAST], &readings[READ_PORTABLE]);
    check_same_reading(&readings[READ_FAST], &readings[READ_LIBCSV]);
    for (int parser = 0; parser < 3; parser++)
        reading_release(&readings[parser]);
    free(text);
    return 0;
}
