/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version.h - which mirrorgap this is. */
#ifndef MG_VERSION_H
#define MG_VERSION_H

#define MG_VERSION "0.1.0"
/* Raised when a row is read differently: a source ingested by an older schema
 * is not "already ingested". */
#define MG_SCHEMA_VERSION 1

#endif
