/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for what src/web/build.mjs makes, in a build without node. */
#include "report/page_assets.h"

const struct page_asset page_body = {"", 0};
const struct page_asset page_style = {"", 0};
const struct page_asset page_script = {"", 0};
const struct page_asset page_script_hash = {"", 0};
