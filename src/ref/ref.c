/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mirrorgap/ref.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mirrorgap/mem.h"
#include "mirrorgap/number.h"
#include "ref/ref_tables.h"

/* Whether `dir` holds the tables; then it is kept. */
static bool try_folder(mg_ref *ref, const char *dir)
{
    char path[4096];

    if (snprintf(path, sizeof path, "%s/countries.csv", dir) >= (int)sizeof path ||
        access(path, R_OK) != 0)
        return false;
    ref->folder = mg_copy_text(dir);
    ref->short_of_memory = ref->folder == NULL;
    return true; /* found, be there memory to say so or not */
}

/* Places to look in: beside the program, then where it was built or installed. */
static bool find_folder(mg_ref *ref)
{
    static const char *const beside[] = {"../share/mirrorgap/ref", "../datasets/ref",
                                         "../../datasets/ref", "../../../datasets/ref"};
    const char *set = getenv("MIRRORGAP_DATA");
    char program[2048];
    char path[4096];
    ssize_t n;

    if (set != NULL) {
        snprintf(path, sizeof path, "%s/ref", set);
        return try_folder(ref, path) || try_folder(ref, set);
    }
    n = readlink("/proc/self/exe", program, sizeof program - 1);
    if (n > 0) {
        program[n] = '\0';
        char *slash = strrchr(program, '/');
        if (slash != NULL)
            *slash = '\0';
        for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
            snprintf(path, sizeof path, "%s/%s", program, beside[i]);
            if (try_folder(ref, path))
                return true;
        }
    }
    return try_folder(ref, MG_DATA_INSTALLED "/ref") ||
           try_folder(ref, MG_DATA_SOURCE "/ref");
}

mg_status mg_ref_load(const char *dir, mg_ref **out, mg_error *err)
{
    mg_ref *ref = mg_alloc_zero(1, sizeof *ref);
    mg_status status;

    *out = NULL;
    if (ref == NULL)
        return mg_fail(err, MG_E_NOMEM, "cannot hold the reference tables");
    if (dir != NULL ? !try_folder(ref, dir) : !find_folder(ref))
        status = mg_fail(err, MG_E_IO,
                         "cannot find the reference tables (countries.csv); set "
                         "MIRRORGAP_DATA to the folder that holds 'ref'");
    else if (ref->short_of_memory)
        status = mg_fail(err, MG_E_NOMEM, "cannot hold the reference tables");
    else
        status = ref_read_areas(ref, err);
    if (status == MG_OK)
        status = ref_read_codes(ref, err);
    if (status == MG_OK)
        status = ref_read_borders(ref, err);
    if (status == MG_OK)
        status = ref_read_valuations(ref, err);
    if (status != MG_OK) {
        mg_ref_free(ref);
        return status;
    }
    *out = ref;
    return MG_OK;
}

void mg_ref_free(mg_ref *ref)
{
    if (ref == NULL)
        return;
    for (size_t i = 0; i < ref->n_areas; i++)
        free(ref->areas[i].name);
    for (int i = 0; i < REF_CHAPTERS; i++)
        free(ref->chapters[i]);
    for (int i = 0; i <= REF_UNITS; i++) {
        free(ref->units[i]);
        free(ref->families[i]);
    }
    ref_names_release(&ref->area_names);
    ref_names_release(&ref->flow_names);
    ref_names_release(&ref->wits_names);
    ref_names_release(&ref->edition_names);
    free(ref->borders);
    free(ref->valuations);
    free(ref->valuation_of);
    free(ref->areas);
    free(ref->area_of);
    free(ref->folder);
    free(ref);
}

const char *mg_ref_folder(const mg_ref *ref)
{
    return ref->folder;
}

const mg_area *mg_ref_area(const mg_ref *ref, unsigned code)
{
    if (code >= REF_CODES || ref->area_of[code] < 0)
        return NULL;
    return &ref->areas[ref->area_of[code]];
}

mg_area_kind mg_ref_kind(const mg_ref *ref, unsigned code)
{
    return code < REF_CODES ? (mg_area_kind)ref->kinds[code] : MG_AREA_UNKNOWN;
}

const uint8_t *mg_ref_kinds(const mg_ref *ref)
{
    return ref->kinds;
}

const char *mg_ref_iso3(const mg_ref *ref, unsigned code)
{
    const mg_area *area = mg_ref_area(ref, code);
    return area != NULL ? area->iso3 : "";
}

/* How far `year` lies outside the area's years; without a year, the older the
 * end, the farther. */
static unsigned years_off(const mg_area *area, unsigned year)
{
    if (year == 0)
        return 65535U - area->to_year;
    if (year < area->from_year)
        return area->from_year - year;
    return year > area->to_year ? year - area->to_year : 0;
}

int mg_ref_find_area(const mg_ref *ref, mg_cell name, unsigned year)
{
    size_t n;
    const struct ref_name *found = ref_names_find(&ref->area_names, name, &n);
    int best = -1;
    unsigned best_off = 0;
    bool best_prefer = false;

    for (size_t i = 0; i < n; i++) {
        const mg_area *area = &ref->areas[found[i].value];
        unsigned off = years_off(area, year);
        if (best < 0 || off < best_off ||
            (off == best_off && area->prefer && !best_prefer)) {
            best = area->code;
            best_off = off;
            best_prefer = area->prefer;
        }
    }
    return best;
}

bool mg_ref_select_areas(const mg_ref *ref, mg_cell name, uint8_t *set)
{
    uint64_t code;
    size_t n;

    if (mg_integer_read(name.text, name.n, &code)) {
        if (code >= REF_CODES)
            return false;
        set[code] = 1;
        return true;
    }
    const struct ref_name *found = ref_names_find(&ref->area_names, name, &n);
    for (size_t i = 0; i < n; i++)
        set[ref->areas[found[i].value].code] = 1;
    return n > 0;
}

size_t mg_ref_find_areas(const mg_ref *ref, mg_cell name, uint16_t *codes, size_t room)
{
    size_t n;
    const struct ref_name *found = ref_names_find(&ref->area_names, name, &n);

    for (size_t i = 0; i < n && i < room; i++)
        codes[i] = ref->areas[found[i].value].code;
    return n;
}

bool mg_ref_find_flow(const mg_ref *ref, mg_cell name, bool wits, mg_flow_match *match)
{
    size_t n;
    const struct ref_name *found = NULL;

    if (wits)
        found = ref_names_find(&ref->wits_names, name, &n);
    if (found == NULL)
        found = ref_names_find(&ref->flow_names, name, &n);
    if (found == NULL)
        return false;
    *match = (mg_flow_match){(uint8_t)found->value, found->sub};
    return true;
}

int mg_ref_find_edition(const mg_ref *ref, mg_cell name)
{
    size_t n;
    int edition = mg_edition_find(name);

    if (edition >= 0)
        return edition;
    const struct ref_name *found = ref_names_find(&ref->edition_names, name, &n);
    return found != NULL ? found->value : -1;
}

const char *mg_ref_chapter(const mg_ref *ref, const char *hs2)
{
    unsigned chapter = 0;

    if (hs2[0] >= '0' && hs2[0] <= '9' && hs2[1] >= '0' && hs2[1] <= '9')
        chapter = (unsigned)(hs2[0] - '0') * 10 + (unsigned)(hs2[1] - '0');
    return ref->chapters[chapter] != NULL ? ref->chapters[chapter] : "";
}

static const char *const section_names[] = {
    "",   "I",   "II",   "III", "IV", "V",   "VI",   "VII",   "VIII", "IX", "X",
    "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX",  "XX", "XXI"};
enum { SECTIONS = sizeof section_names / sizeof *section_names };

int ref_section_find(const char *name)
{
    for (int s = 1; s < SECTIONS; s++)
        if (strcmp(section_names[s], name) == 0)
            return s;
    return -1;
}

unsigned mg_ref_section(const mg_ref *ref, uint32_t hs)
{
    int chapter = mg_hs_chapter(hs);

    return chapter < 0 ? 0 : ref->section_of[chapter];
}

const char *mg_ref_section_name(unsigned section)
{
    return section < SECTIONS ? section_names[section] : "";
}

const char *mg_ref_unit(const mg_ref *ref, int unit)
{
    if (unit < -1 || unit >= REF_UNITS || ref->units[unit + 1] == NULL)
        return "";
    return ref->units[unit + 1];
}

mg_unit_info mg_ref_unit_info(const mg_ref *ref, int unit)
{
    if (unit < -1 || unit >= REF_UNITS)
        return (mg_unit_info){-1, NAN};
    return ref->unit_info[unit + 1];
}
