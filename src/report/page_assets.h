/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page_assets.h - what src/web/build.mjs makes at build time. */
#ifndef MG_REPORT_PAGE_ASSETS_H
#define MG_REPORT_PAGE_ASSETS_H

#include <stddef.h>

struct page_asset {
    const char *text;
    size_t n;
};

/* The body that the script fills, the styles, the script, and the hash of the script as a
 * content security policy names it ("sha256-..."). All empty in a build without node. */
extern const struct page_asset page_body, page_style, page_script, page_script_hash;

#endif
