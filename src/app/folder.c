/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static mg_status refused(const char *path, const char *what, mg_error *err)
{
    mg_status status = mg_fail(err, MG_E_IO, "cannot %s: %s", what, strerror(errno));

    mg_error_at(err, path);
    return status;
}

mg_status folder_make(const char *folder, mg_error *err)
{
    char path[FOLDER_PATH];
    struct stat st;

    if (folder[0] == '\0') /* would be the root */
        return mg_fail(err, MG_E_RANGE, "the folder has no name");
    if (!folder_path(folder, "", "", path, err))
        return MG_E_RANGE;
    /* path ends in a slash: each part is made as its slash is met */
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return refused(path, "make the folder", err);
        *slash = '/';
    }
    if (stat(path, &st) != 0)
        return refused(folder, "make the folder", err);
    return MG_OK;
}

bool folder_path(const char *folder, const char *name, const char *ending,
                 char path[FOLDER_PATH], mg_error *err)
{
    if (snprintf(path, FOLDER_PATH, "%s/%s%s", folder, name, ending) < FOLDER_PATH)
        return true;
    mg_fail(err, MG_E_RANGE, "the folder's name is too long");
    return false;
}

mg_status folder_forget(const char *folder, const char *name, mg_error *err)
{
    char path[FOLDER_PATH];

    if (!folder_path(folder, name, "", path, err))
        return MG_E_RANGE;
    return remove(path) == 0 || errno == ENOENT ? MG_OK : refused(path, "replace", err);
}

mg_status document_write(const char *path, const char *text, size_t n, mg_error *err)
{
    const mg_output_options options = {.path = path};
    mg_output *output = NULL;
    mg_status status = mg_output_new(&options, &output, err);

    if (status == MG_OK)
        status = mg_output_document(output, text, n, err);
    if (status == MG_OK)
        status = mg_output_end(output, err);
    mg_output_free(output);
    return status;
}

mg_status folder_document(const char *folder, const char *name, const char *text,
                          size_t n, mg_error *err)
{
    char path[FOLDER_PATH];

    return folder_path(folder, name, "", path, err) ? document_write(path, text, n, err)
                                                    : MG_E_RANGE;
}
