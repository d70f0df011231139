/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plane_deflate.h - deflate for byte planes, the form that HDF5's shuffle gives
 * columns of numbers. A zlib stream (RFC 1950, 1951) like any other, for any
 * inflater.
 *
 * A plane of a column of money is noise, or a few values, or one value all along.
 * Searching it for repeated strings, as general compressors do, costs most of
 * their time and finds nothing; so each plane gets a block of its own with
 * codes for its bytes and for runs of one byte, or is stored as it is. */
#ifndef MG_STORE_PLANE_DEFLATE_H
#define MG_STORE_PLANE_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

/* Work space, one a thread; NULL: no memory. */
typedef struct plane_deflater plane_deflater;
plane_deflater *plane_deflater_new(void);
void plane_deflater_free(plane_deflater *deflater);

/* Planes are at most this long. */
enum { PLANE_MAX = 65536 };

/* Most bytes that n_planes planes of n bytes come to. */
size_t plane_deflate_bound(size_t n, size_t n_planes);

/* Packs n_planes planes of n bytes each, one after the other, n from 1 to
 * PLANE_MAX; `to` has room for the bound. Returns the bytes written. */
size_t plane_deflate(plane_deflater *deflater, const unsigned char *planes, size_t n,
                     size_t n_planes, unsigned char *to);

#endif
