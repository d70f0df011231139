/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/page_assets.h"

bool mg_page_can(void)
{
    return page_script.n > 0;
}

static void put(FILE *to, const struct page_asset *asset)
{
    fwrite(asset->text, 1, asset->n, to);
}

/* Text between tags. */
static void put_text(FILE *to, const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '<' || *text == '>' || *text == '&' || *text == '"')
            fprintf(to, "&#%d;", *text);
        else
            fputc(*text, to);
}

/* In JSON these three stand in texts only. */
static void put_json(FILE *to, const char *json, size_t n)
{
    const char *end = json + n;

    while (json < end) {
        const char *at = json;
        while (at < end && *at != '<' && *at != '>' && *at != '&')
            at++;
        fwrite(json, 1, (size_t)(at - json), to);
        if (at < end)
            fprintf(to, "\\u00%02x", *at++);
        json = at;
    }
}

/* Plot puts a style element into each figure, so styles stand in the page; scripts do
 * not, but for ours. The page loads nothing. */
static void put_head(FILE *to, const char *title)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "script-src '",
          to);
    put(to, &page_script_hash);
    fputs("'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; "
          "form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<meta name=\"generator\" content=\"mirrorgap\">\n<title>",
          to);
    put_text(to, title);
    fputs("</title>\n<style>\n", to);
    put(to, &page_style);
    fputs("</style>\n</head>\n<body>\n", to);
}

mg_status mg_page_make(const char *title, const char *json, size_t n, char **page,
                       size_t *length, mg_error *err)
{
    *page = NULL;
    *length = 0;
    if (!mg_page_can())
        return mg_fail(err, MG_E_RANGE,
                       "this build has no page: build with -DMIRRORGAP_WEB=ON, which "
                       "needs node and npm");
    FILE *to = open_memstream(page, length);
    if (to == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot make the page");
    put_head(to, title);
    put(to, &page_body);
    fputs("<script type=\"application/json\" id=\"data\">", to);
    put_json(to, json, n);
    fputs("</script>\n<script>", to);
    put(to, &page_script);
    fputs("</script>\n</body>\n</html>\n", to);
    const bool bad = ferror(to) != 0;
    if (fclose(to) == 0 && !bad)
        return MG_OK;
    free(*page);
    *page = NULL;
    return mg_fail(err, MG_E_NOMEM, "cannot make the page");
}
