/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.h - how a function says that it failed, and why.
 *
 * What can fail returns mg_status and takes an mg_error last. The library
 * never prints, exits or aborts on input. All of this header is safe to call
 * from several threads at once on different mg_error objects. */
#ifndef MG_STATUS_H
#define MG_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum mg_status {
    MG_OK = 0,
    MG_E_NOMEM,     /* an allocation failed */
    MG_E_IO,        /* the operating system refused a read or a write */
    MG_E_PARSE,     /* input bytes are not what the format allows */
    MG_E_RANGE,     /* an argument lies outside its documented domain */
    MG_E_STORE,     /* HDF5 refused, or the store is damaged or not ours */
    MG_E_BUSY,      /* another process is writing the store */
    MG_E_CHANGED,   /* a source changed while it was read */
    MG_E_INTERRUPT, /* the caller asked to stop */
    MG_STATUS_COUNT
} mg_status;

/* The function that detects a failure writes `what`; its callers may only add
 * the place. Lives on the caller's stack; NULL is accepted everywhere. */
typedef struct mg_error {
    mg_status status;
    uint64_t line;    /* 1-based line of `where`; 0 if there is none */
    uint64_t column;  /* 1-based field number; 0 if there is none */
    uint64_t byte;    /* 0-based offset of the record; 0: at the start, or not known */
    char where[1024]; /* file path or object; "" if there is none */
    char what[512];   /* lower-case sentence, no full stop, no newline */
} mg_error;

#define MG_MUST_CHECK __attribute__((warn_unused_result))
#define MG_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Records the message and returns `status`, so that a detector can write
 * `return mg_fail(err, MG_E_PARSE, "...", ...)`. */
mg_status mg_fail(mg_error *err, mg_status status, const char *fmt, ...) MG_PRINTF(3, 4);

/* Adds the place to an error that has none yet. NULL is allowed. */
void mg_error_at(mg_error *err, const char *where);

/* One word for `status`, for machine-readable logs ("memory", "unreadable",
 * "refused", "usage", "damaged", "busy", "changed", "interrupted"). */
const char *mg_status_word(mg_status status);

#endif
