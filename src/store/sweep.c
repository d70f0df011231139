/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sweep.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "store/disk.h"

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

bool name_is_segment(const char *name)
{
    enum { HASH = 16 };

    if ((name[0] != 'A' && name[0] != 'M') || name[1] != '-')
        return false;
    size_t n = digits(name + 2);
    const char *hash = name + 2 + n + 1;
    return n == (name[0] == 'A' ? 4 : 6) && name[2 + n] == '-' &&
           strspn(hash, "0123456789abcdef") == HASH && strcmp(hash + HASH, ".h5") == 0;
}

bool name_is_temporary(const char *name)
{
    if (strncmp(name, "tmp.", 4) != 0)
        return false;
    size_t n = digits(name + 4);
    const char *rest = name + 4 + n;
    if (n == 0 || *rest != '.')
        return false;
    rest++;
    if (strcmp(rest, "manifest") == 0 || strncmp(rest, "spill.", 6) == 0)
        return true;
    size_t m = digits(rest);
    return m > 0 && strcmp(rest + m, ".h5") == 0;
}

struct folder_content folder_look(const char *folder)
{
    struct folder_content c = {0};
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    c.readable = dir != NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (strcmp(name, "LOCK") == 0)
            c.lock = true;
        else if (strcmp(name, "MANIFEST.json") == 0)
            c.manifest = true;
        else if (name_is_segment(name))
            c.segments = true;
        else if (!name_is_temporary(name))
            c.foreign = true;
    }
    if (dir != NULL)
        closedir(dir);
    return c;
}

static bool named(const struct manifest *m, const char *name)
{
    for (size_t i = 0; i < m->n_segments; i++)
        if (strcmp(m->segments[i].name, name) == 0)
            return true;
    return false;
}

void folder_sweep(const char *folder, const struct manifest *manifest, bool readers)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        char path[DISK_PATH];
        bool useless = name_is_temporary(name) ||
                       (name_is_segment(name) && !readers && !named(manifest, name));
        if (useless && disk_path(folder, name, path, NULL) == MG_OK)
            unlink(path);
    }
    if (dir != NULL)
        closedir(dir);
}
