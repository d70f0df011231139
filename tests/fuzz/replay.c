/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay.c - runs a fuzz target over files and folders, so that any compiler's
 * build checks a corpus: the arguments, then each folder that the environment
 * variable MIRRORGAP_TEST_CORPORA lists (separated by ':'). Files larger than
 * 4 MiB are left out. Exit 1 where nothing could be read. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "target.h"

enum { LARGEST = 4 << 20, PATH_ROOM = 4096 };

static unsigned long files;

static void run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(size > 0 ? size : 1); /* of this size, for sanitizers */

    if (file == NULL || bytes == NULL || fread(bytes, 1, size, file) != size)
        fprintf(stderr, "cannot read '%s'\n", path);
    else {
        fprintf(stderr, "%s\n", path); /* the last one printed is the one that fails */
        LLVMFuzzerTestOneInput(bytes, size);
        files++;
    }
    free(bytes);
    if (file != NULL)
        fclose(file);
}

static void run(const char *path);

static void run_folder(const char *path)
{
    struct dirent **names = NULL;
    int n = scandir(path, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        char inside[PATH_ROOM];
        if (names[i]->d_name[0] != '.' &&
            snprintf(inside, sizeof inside, "%s/%s", path, names[i]->d_name) < PATH_ROOM)
            run(inside);
        free(names[i]);
    }
    free(names);
}

static void run(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        fprintf(stderr, "cannot read '%s'\n", path);
    else if (S_ISDIR(st.st_mode))
        run_folder(path);
    else if (S_ISREG(st.st_mode) && st.st_size <= LARGEST)
        run_file(path, (size_t)st.st_size);
}

int main(int argc, char **argv)
{
    const char *more = getenv("MIRRORGAP_TEST_CORPORA");

    for (int i = 1; i < argc; i++)
        run(argv[i]);
    while (more != NULL && *more != '\0') {
        char path[PATH_ROOM];
        size_t n = strcspn(more, ":");
        if (n > 0 && n < sizeof path) {
            memcpy(path, more, n);
            path[n] = '\0';
            run(path);
        }
        more += n + (more[n] == ':');
    }
    fprintf(stderr, "%lu files\n", files);
    return files > 0 ? 0 : 1;
}
