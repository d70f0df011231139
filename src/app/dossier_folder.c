/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen --dossier: the dossier in a folder. The JSON file is written last: where it
 * stands, the others are whole. */
#include <stdio.h>
#include <string.h>

#include "app/dossier.h"
#include "app/folder.h"

static mg_status start_table(void *self, const char *name, const char *what,
                             mg_output **output, mg_error *err)
{
    const mg_dossier_options *o = self;
    char path[FOLDER_PATH];
    mg_output_options form = o->output;

    (void)what;
    /* an old JSON file would vouch for tables that are half new */
    mg_status status = folder_forget(o->folder, "dossier.json", err);
    if (status != MG_OK || !folder_path(o->folder, name, ".csv", path, err))
        return status != MG_OK ? status : MG_E_RANGE;
    form.path = path;
    form.format = MG_FORMAT_CSV;
    return mg_output_new(&form, output, err);
}

static mg_status end_table(void *self, mg_output *output, mg_error *err)
{
    (void)self;
    return mg_output_end(output, err);
}

static mg_status write_json(void *self, const char *text, mg_error *err)
{
    const mg_dossier_options *o = self;

    return folder_document(o->folder, "dossier.json", text, strlen(text), err);
}

mg_status mg_dossier_write(const mg_session *session, const mg_dossier_options *options,
                           const mg_talk *talk, uint64_t *tables, uint64_t *rows,
                           mg_error *err)
{
    mg_dossier_options copy = *options;
    const struct dossier_places places = {&copy, start_table, end_table, write_json};
    mg_status status = folder_make(options->folder, err);

    *tables = *rows = 0;
    if (status == MG_OK)
        status = dossier_make(session, options, &places, talk, tables, rows, err);
    return status;
}
