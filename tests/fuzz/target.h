/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.h - a fuzz target's entry, and how it says that an invariant broke. */
#ifndef MG_FUZZ_TARGET_H
#define MG_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Also in builds with NDEBUG. */
#define MUST(what)                                                                       \
    do {                                                                                 \
        if (!(what)) {                                                                   \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #what);           \
            abort();                                                                     \
        }                                                                                \
    } while (0)

#endif
