/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zip, zstd and xz through libarchive. Members are streamed: their names are
 * only shown, never used as paths. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/unpack.h"
#include "mirrorgap/mem.h"

struct packed {
    struct unpacker base;
    struct raw *raw;
    struct archive *archive;
    bool raw_format, given;
    const char *head;
    size_t n_head;
    mg_error failed; /* what raw_read() said inside libarchive's callback */
    char *name;
    char block[UNPACK_BLOCK];
};

static la_ssize_t feed(struct archive *archive, void *self, const void **bytes)
{
    struct packed *p = self;
    size_t n = p->n_head;

    *bytes = p->block;
    p->n_head = 0;
    if (n > 0)
        return (la_ssize_t)n;
    if (raw_read(p->raw, p->block, sizeof p->block, &n, &p->failed) != MG_OK) {
        archive_set_error(archive, EIO, "%s", p->failed.what);
        return ARCHIVE_FATAL;
    }
    return (la_ssize_t)n;
}

static mg_status broken(struct packed *p, mg_error *err)
{
    const char *why = archive_error_string(p->archive);

    if (p->failed.status != MG_OK)
        return mg_fail(err, p->failed.status, "%s", p->failed.what);
    return mg_fail(err, MG_E_PARSE,
                   "corrupt or truncated archive near byte %llu: %s; download it again",
                   (unsigned long long)p->raw->bytes,
                   why != NULL ? why : "no reason given");
}

static bool is_text_member(struct archive_entry *entry)
{
    return archive_entry_filetype(entry) != AE_IFDIR &&
           archive_entry_pathname(entry) != NULL;
}

static mg_status packed_next(struct unpacker *self, const char **name, mg_error *err)
{
    struct packed *p = (struct packed *)self;
    struct archive_entry *entry;
    int code;

    *name = NULL;
    do {
        code = archive_read_next_header(p->archive, &entry);
        if (code == ARCHIVE_EOF)
            return MG_OK;
        if (code < ARCHIVE_WARN)
            return broken(p, err);
    } while (!is_text_member(entry));
    free(p->name);
    p->name = mg_copy_text(archive_format(p->archive) == ARCHIVE_FORMAT_RAW
                               ? ""
                               : archive_entry_pathname(entry));
    if (p->name == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold a member's name");
    *name = p->name;
    return MG_OK;
}

static mg_status packed_read(struct unpacker *self, char *text, size_t room, size_t *n,
                             mg_error *err)
{
    struct packed *p = (struct packed *)self;
    la_ssize_t got = archive_read_data(p->archive, text, room);

    *n = got > 0 ? (size_t)got : 0;
    return got < 0 ? broken(p, err) : MG_OK;
}

static void packed_free(struct unpacker *self)
{
    struct packed *p = (struct packed *)self;

    archive_read_free(p->archive);
    free(p->name);
    free(p);
}

struct unpacker *unpack_archive(struct raw *raw, const char *head, size_t n)
{
    struct packed *p = mg_alloc_zero(1, sizeof *p);

    if (p == NULL || n > sizeof p->block) {
        free(p);
        return NULL;
    }
    p->base = (struct unpacker){packed_next, packed_read, packed_free};
    p->raw = raw;
    memcpy(p->block, head, n);
    p->n_head = n;
    p->archive = archive_read_new();
    if (p->archive == NULL ||
        archive_read_support_filter_zstd(p->archive) < ARCHIVE_WARN ||
        archive_read_support_filter_xz(p->archive) < ARCHIVE_WARN ||
        archive_read_support_format_zip_streamable(p->archive) != ARCHIVE_OK ||
        archive_read_support_format_raw(p->archive) != ARCHIVE_OK ||
        archive_read_open(p->archive, p, NULL, feed, NULL) != ARCHIVE_OK) {
        packed_free(&p->base);
        return NULL;
    }
    return &p->base;
}
