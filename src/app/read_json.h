/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read_json.h, read_csv.c, read_json.c - the two kinds of text. */
#ifndef MG_APP_READ_JSON_H
#define MG_APP_READ_JSON_H

#include "app/piece.h"
#include "app/text_buffer.h"

/* One member being read. */
struct member {
    struct text_buffer buffer;
    const char *shown; /* path, or path:member */
    const struct read_options *options;
    const struct row_sink *sink;
    const mg_talk *talk;
    struct account *account;
    uint64_t lines;   /* physical lines before buffer.text */
    uint64_t records; /* in this member */
};

MG_MUST_CHECK mg_status read_csv(struct member *member, mg_error *err);
MG_MUST_CHECK mg_status read_json(struct member *member, mg_error *err);

/* Hands what a piece decoded to the account and the sink. */
MG_MUST_CHECK mg_status accept_piece(struct member *member, struct piece *piece,
                                     uint64_t piece_base, mg_error *err);

/* Sets the decoder up for this source; NULL: no memory. */
mg_decoder *member_decoder(const struct member *member);

/* Notes which layout the source has. */
void member_layout(struct member *member, mg_layout layout);

#endif
