/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segment.h - one period's file: HDF5 part, index behind it. */
#ifndef MG_STORE_SEGMENT_H
#define MG_STORE_SEGMENT_H

#include "store/footer.h"
#include "store/manifest.h"

/* Writes a segment for `period` from what `producer` sends, under a temporary
 * name in `folder`, checks it against memory, and renames it into place.
 * entry->name is empty where there were no rows. fine, wide: columns that need
 * scale 1000 or doubles. *fates of the entry's rows go into the file. */
MG_MUST_CHECK mg_status segment_write(const char *folder, uint32_t period,
                                      const mg_producer *producer, uint32_t fine,
                                      uint32_t wide, struct segment_entry *entry,
                                      mg_error *err);

/* Reads a segment's index, checked against the manifest's entry. whole: also
 * compares the checksum of the whole file. Errors: MG_E_STORE, MG_E_IO. */
MG_MUST_CHECK mg_status segment_read_index(const char *folder,
                                           const struct segment_entry *entry, bool whole,
                                           struct footer *footer, mg_error *err);

/* Reads columns of one chunk into scratch, and adds to *bytes_read. */
MG_MUST_CHECK mg_status segment_read_block(const char *folder,
                                           const struct segment_entry *entry,
                                           const struct footer *footer, mg_table table,
                                           size_t chunk, uint32_t columns, coder *coder,
                                           mg_block *scratch,
                                           _Atomic uint64_t *bytes_read, mg_error *err);

#endif
