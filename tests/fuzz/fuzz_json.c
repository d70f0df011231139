/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_json.c - a JSON text through the whole reading path. What is read without
 * an error is JSON by jansson's judgement too, with as many rows. */
#include <jansson.h>

#include "reading.h"

/* Rows in the array that the reader looks for; -1: there is none. */
static long rows_in(const json_t *root)
{
    const json_t *rows = root;
    const char *key;
    json_t *value;

    if (json_is_object(root)) {
        rows = NULL;
        json_object_foreach((json_t *)(uintptr_t)root, key,
                            value) if (rows == NULL && json_is_array(value) &&
                                       (strcmp(key, "data") == 0 ||
                                        strcmp(key, "dataset") == 0)) rows = value;
    }
    return json_is_array(rows) ? (long)json_array_size(rows) : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading;
    const char *text = (const char *)data;
    size_t n = size;
    size_t blank = 0;

    while (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        n -= 3;
    }
    while (blank < n && memchr(" \t\r\n", text[blank], 4) != NULL)
        blank++;
    if (blank == n || (text[blank] != '{' && text[blank] != '['))
        return 0; /* read as CSV */
    read_bytes(data, size, READ_FAST, &reading);
    if (reading.status == MG_OK) {
        json_t *root = json_loadb(text, n, 0, NULL);
        MUST(root != NULL);
        MUST(rows_in(root) == (long)reading.account.records);
        json_decref(root);
    }
    reading_release(&reading);
    return 0;
}
