/* SPDX-License-Identifier: GPL-3.0-or-later */
/* info --component: the codes that stand behind a name like 030613*. */
#include <string.h>

#include "app/names.h"
#include "mirrorgap/app.h"

static const mg_output_column columns[] = {
    {"edition_low", "code", "the older of two editions that meet"},
    {"edition_high", "code", "the newer one"},
    {"edition", "code", "HS edition of the member"},
    {"hs", "code", "member of the component"},
};

enum { MEMBERS = 8192 }; /* more than an edition's largest component */

mg_status mg_component_print(const mg_ref *ref, const char *tables, mg_hs_class name,
                             mg_output *output, uint64_t *rows, mg_error *err)
{
    static const unsigned first = MG_EDITION_H0;
    mg_concordance *concordance = NULL;
    mg_hs_member members[MEMBERS];
    mg_lines lines;
    mg_status status = tables != NULL ? mg_concordance_read(&tables, 1, &concordance, err)
                                      : mg_concordance_load(ref, &concordance, err);

    if (status == MG_OK)
        status = mg_output_columns(output, "component", columns,
                                   sizeof columns / sizeof *columns, err);
    mg_lines_start(&lines, output);
    for (unsigned low = first; status == MG_OK && low < MG_EDITION_H6; low++)
        for (unsigned high = low + 1; high <= MG_EDITION_H6; high++) {
            size_t n = mg_concordance_members(concordance, low, high, name.hs, name.star,
                                              members, MEMBERS);
            for (size_t i = 0; i < n && i < MEMBERS; i++) {
                const unsigned editions[] = {low, high, members[i].edition};
                for (int e = 0; e < 3; e++)
                    mg_line_word(&lines, mg_edition_name(editions[e]),
                                 strlen(mg_edition_name(editions[e])));
                line_code(&lines, members[i].hs, false);
                mg_line_end(&lines);
            }
        }
    *rows = lines.rows;
    if (status == MG_OK)
        status = mg_output_write(output, &lines, err);
    mg_lines_release(&lines);
    mg_concordance_free(concordance);
    return status;
}
