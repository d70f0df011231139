/* SPDX-License-Identifier: GPL-3.0-or-later */
/* footer_format.h - constants that the writer and the reader share. All
 * integers are little-endian. */
#ifndef MG_STORE_FOOTER_FORMAT_H
#define MG_STORE_FOOTER_FORMAT_H

#define FOOTER_MAGIC "MGIDX001"
enum { FOOTER_MAGIC_BYTES = 8, FOOTER_CODES_MAX = 1 << 24, FOOTER_ROWS_MAX_LOG2 = 40 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "segments are little-endian; a big-endian port must swap here");

#endif
