/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lock.h - who may change a store and who reads it: open-file-description locks
 * on bytes of LOCK (byte 0 the writer, byte 1 the readers). They end with the
 * process, however it ends. */
#ifndef MG_STORE_LOCK_H
#define MG_STORE_LOCK_H

#include "mirrorgap/status.h"

/* The writer's lock on the store's folder; *fd is to be closed.
 * Errors: MG_E_BUSY (names the process), MG_E_IO. */
MG_MUST_CHECK mg_status lock_writer(const char *folder, bool wait, int *fd,
                                    mg_error *err);

/* A reader's lock; *fd is -1 where none can be had (a read-only medium). */
MG_MUST_CHECK mg_status lock_reader(const char *folder, int *fd, mg_error *err);

/* Whether no reader holds a lock: old segments may go. `fd`: the writer's. */
bool lock_no_reader(int fd);

#endif
