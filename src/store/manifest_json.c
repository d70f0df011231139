/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MANIFEST.json: {"format":…,…,"check":"<XXH3-128 of all bytes before>"}. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mirrorgap/mem.h"
#include "store/manifest.h"

static const char format_name[] = "mirrorgap-store";
static const char check_key[] = ",\"check\":\"";
enum { FORMAT_VERSION = 1 };

static json_t *hash_json(mg_hash hash)
{
    char text[MG_HASH_TEXT];
    mg_hash_write(hash, text);
    return json_string(text);
}

/* The exact sum, as 32 hexadecimal digits of its two's complement. */
static json_t *sum_json(const mg_sum *sum)
{
    mg_hash halves = {(uint64_t)sum->fixed, (uint64_t)(sum->fixed >> 64)};
    return hash_json(halves);
}

static json_t *fates_json(const mg_source_info *s)
{
    json_t *fates = json_object();

    for (unsigned f = 0; f < MG_FATE_COUNT; f++)
        if (s->fates[f].rows > 0)
            json_object_set_new(fates, mg_fate_name(f),
                                json_pack("[I,o]", (json_int_t)s->fates[f].rows,
                                          sum_json(&s->fates[f].value)));
    return fates;
}

static json_t *source_json(const mg_source_info *s)
{
    if (s->name == NULL)
        return json_pack("{s:i}", "id", (int)s->id);
    /* names are bytes of the user's file system: keep odd ones readable */
    char *shown = mg_alloc(4 * strlen(s->name) + 16, 1);
    if (shown == NULL)
        return NULL;
    mg_text_show((mg_cell){s->name, strlen(s->name)}, shown, 4 * strlen(s->name) + 16);
    json_t *made =
        json_pack("{s:I,s:s,s:o,s:I,s:s,s:i,s:i,s:I,s:I,s:o}", "id", (json_int_t)s->id,
                  "name", shown, "hash", hash_json(s->hash), "size", (json_int_t)s->size,
                  "layout", s->layout, "vintage", (int)s->vintage, "schema",
                  (int)s->schema, "records", (json_int_t)s->records, "restored",
                  (json_int_t)s->restored, "rows", fates_json(s));
    free(shown);
    return made;
}

static json_t *segment_json(const struct segment_entry *e)
{
    return json_pack("{s:s,s:i,s:I,s:o,s:I,s:o}", "name", e->name, "period",
                     (int)e->period, "size", (json_int_t)e->size, "hash",
                     hash_json(e->hash), "index_at", (json_int_t)e->index_at,
                     "index_hash", hash_json(e->index_hash));
}

mg_status manifest_write(const struct manifest *m, char **text, size_t *n, mg_error *err)
{
    json_t *segments = json_array();
    json_t *sources = json_array();
    bool ok = segments != NULL && sources != NULL;

    for (size_t i = 0; ok && i < m->n_segments; i++)
        ok = json_array_append_new(segments, segment_json(&m->segments[i])) == 0;
    for (size_t i = 0; ok && i < m->n_sources; i++)
        ok = json_array_append_new(sources, source_json(&m->sources[i])) == 0;
    json_t *root = json_pack("{s:s,s:i,s:I,s:o,s:o}", "format", format_name, "version",
                             (int)FORMAT_VERSION, "generation", (json_int_t)m->generation,
                             "segments", segments, "sources", sources);
    char *body = ok && root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    *text = NULL;
    if (body != NULL) {
        char hash[MG_HASH_TEXT];
        size_t length = strlen(body) - 1; /* without the closing brace */
        mg_hash_write(mg_hash128(body, length), hash);
        *n = length + sizeof check_key - 1 + 32 + 3;
        *text = mg_alloc(*n + 1, 1);
        if (*text != NULL)
            snprintf(*text, *n + 1, "%.*s%s%s\"}\n", (int)length, body, check_key, hash);
    }
    free(body);
    return *text != NULL ? MG_OK : mg_fail(err, MG_E_NOMEM, "cannot write the manifest");
}

static bool get_text(const json_t *object, const char *key, char *text, size_t room)
{
    const json_t *value = json_object_get(object, key);

    return json_is_string(value) &&
           snprintf(text, room, "%s", json_string_value(value)) < (int)room;
}

static bool get_number(const json_t *object, const char *key, uint64_t limit,
                       uint64_t *number)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > limit)
        return false;
    *number = (uint64_t)json_integer_value(value);
    return true;
}

static bool get_hash(const json_t *object, const char *key, mg_hash *hash)
{
    return mg_hash_read(json_string_value(json_object_get(object, key)), hash);
}

/* Segment names are ours: letters, digits, '-', '.': never a path. */
static bool name_ok(const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
              (*c >= 'A' && *c <= 'Z') || *c == '-' || *c == '.'))
            return false;
    return name[0] != '\0' && name[0] != '.';
}

static bool read_segment(const json_t *json, struct segment_entry *e)
{
    uint64_t period;

    if (!get_text(json, "name", e->name, sizeof e->name) || !name_ok(e->name) ||
        !get_number(json, "period", 999999, &period) ||
        !get_number(json, "size", INT64_MAX, &e->size) ||
        !get_hash(json, "hash", &e->hash) ||
        !get_number(json, "index_at", e->size, &e->index_at) ||
        !get_hash(json, "index_hash", &e->index_hash))
        return false;
    e->period = (uint32_t)period;
    return true;
}

static bool read_fates(const json_t *rows, mg_source_info *s)
{
    if (!json_is_object(rows))
        return false;
    for (unsigned f = 0; f < MG_FATE_COUNT; f++) {
        const json_t *pair = json_object_get(rows, mg_fate_name(f));
        mg_hash halves;
        if (pair == NULL)
            continue;
        const json_t *count = json_array_get(pair, 0);
        if (!json_is_integer(count) || json_integer_value(count) < 0 ||
            !mg_hash_read(json_string_value(json_array_get(pair, 1)), &halves))
            return false;
        s->fates[f].rows = (uint64_t)json_integer_value(count);
        s->fates[f].value.fixed =
            (mg_i128)((mg_i128)(int64_t)halves.high * ((mg_i128)1 << 64)) +
            (mg_i128)halves.low;
    }
    return true;
}

/* False: damaged, or *memory is false. */
static bool read_source(const json_t *json, mg_source_info *s, bool *memory)
{
    uint64_t id;
    uint64_t vintage;
    uint64_t schema;
    const char *name = json_string_value(json_object_get(json, "name"));

    if (!get_number(json, "id", UINT32_MAX, &id) || id != s->id)
        return false;
    if (name == NULL)
        return true;
    s->name = mg_copy_text(name);
    *memory = s->name != NULL;
    if (s->name == NULL || !get_hash(json, "hash", &s->hash) ||
        !get_number(json, "size", INT64_MAX, &s->size) ||
        !get_text(json, "layout", s->layout, sizeof s->layout) ||
        !get_number(json, "vintage", 99999999, &vintage) ||
        !get_number(json, "schema", UINT32_MAX, &schema) ||
        !get_number(json, "records", INT64_MAX, &s->records) ||
        !get_number(json, "restored", INT64_MAX, &s->restored))
        return false;
    s->vintage = (uint32_t)vintage;
    s->schema = (uint32_t)schema;
    return read_fates(json_object_get(json, "rows"), s);
}

static mg_status read_root(const json_t *root, struct manifest *m, mg_error *err)
{
    const json_t *segments = json_object_get(root, "segments");
    const json_t *sources = json_object_get(root, "sources");
    char format[32];
    uint64_t version;
    bool memory = true;

    if (!get_text(root, "format", format, sizeof format) ||
        strcmp(format, format_name) != 0)
        return mg_fail(err, MG_E_STORE, "is no manifest of a mirrorgap store");
    if (!get_number(root, "version", UINT32_MAX, &version) || version != FORMAT_VERSION)
        return mg_fail(err, MG_E_STORE,
                       "has a format version that this program cannot read");
    bool ok = get_number(root, "generation", INT64_MAX, &m->generation) &&
              json_is_array(segments) && json_is_array(sources);
    for (size_t i = 0; ok && i < json_array_size(segments); i++) {
        struct segment_entry e;
        ok = read_segment(json_array_get(segments, i), &e) &&
             manifest_segment(m, e.period) == NULL;
        if (ok) {
            mg_status status = manifest_put_segment(m, &e, err);
            if (status != MG_OK)
                return status;
        }
    }
    for (size_t i = 0; ok && i < json_array_size(sources); i++) {
        mg_source_info *s = manifest_add_source(m);
        if (s == NULL)
            return mg_fail(err, MG_E_NOMEM, "cannot hold the manifest");
        ok = read_source(json_array_get(sources, i), s, &memory);
    }
    if (!memory)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the manifest");
    return ok ? MG_OK : mg_fail(err, MG_E_STORE, "the manifest is damaged");
}

/* The last ,"check":" in the text; NULL: none. */
static const char *find_check(const char *text, size_t n)
{
    size_t tail = sizeof check_key - 1 + 32 + 3; /* key, hash, "}\n */

    if (n < tail || memcmp(text + n - tail, check_key, sizeof check_key - 1) != 0 ||
        memcmp(text + n - 3, "\"}\n", 3) != 0)
        return NULL;
    return text + n - tail;
}

mg_status manifest_read(const char *text, size_t n, struct manifest *m, mg_error *err)
{
    const char *check = find_check(text, n);
    char stated[MG_HASH_TEXT];
    mg_hash hash;
    json_error_t why;
    mg_status status;

    *m = (struct manifest){0};
    if (check == NULL)
        return mg_fail(err, MG_E_STORE, "the manifest is damaged or cut short");
    memcpy(stated, check + sizeof check_key - 1, 32);
    stated[32] = '\0';
    if (!mg_hash_read(stated, &hash) ||
        !mg_hash_equal(hash, mg_hash128(text, (size_t)(check - text))))
        return mg_fail(err, MG_E_STORE,
                       "the manifest's checksum is wrong: it is damaged");
    json_t *root = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
    if (root == NULL && json_error_code(&why) == json_error_out_of_memory)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the manifest");
    if (root == NULL)
        return mg_fail(err, MG_E_STORE, "the manifest is damaged: %s", why.text);
    status = read_root(root, m, err);
    json_decref(root);
    if (status != MG_OK)
        manifest_release(m);
    return status;
}
