/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.h - which files of a folder are ours, and removing the useless ones. */
#ifndef MG_STORE_SWEEP_H
#define MG_STORE_SWEEP_H

#include "store/manifest.h"

/* The exact forms that we write: A-2017-<16 hex>.h5 and M-201701-…; tmp.<pid>.…
 * Nothing else is ever removed. */
bool name_is_segment(const char *name);
bool name_is_temporary(const char *name);

/* What stands in a folder. */
struct folder_content {
    bool readable, lock, manifest, segments;
    bool foreign; /* files that are not ours */
};
struct folder_content folder_look(const char *folder);

/* Removes temporary files, and segments that the manifest does not name unless
 * a reader may be reading them. What cannot be removed stays for the next. */
void folder_sweep(const char *folder, const struct manifest *manifest, bool readers);

#endif
