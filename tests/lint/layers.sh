#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# layers.sh - fails where a module includes what the table in src/README.md does
# not allow it, or a foreign library outside its one door.
cd "$(dirname "$0")/../.." || exit 2

# Headers in src/ that one module lends to another: "borrower header".
lent='
ref input/csv_table.h
app input/csv_table.h
cli app/intake.h
'

# Foreign headers and the only place for each.
doors='
hdf5.h          src/store/
H5[A-Za-z]*.h   src/store/
libdeflate.h    src/store/
csv.h           src/input/
archive.h       src/input/
archive_entry.h src/input/
zlib.h          src/input/
xxhash.h        src/base/
argp.h          src/cli/
cyaml/.*        src/cli/batch_read.c
yaml.h          src/cli/batch_read.c
xlsxwriter.h    src/report/sheet.c
readstat.h      src/report/stata.c
omp.h           src/base/threads.c
gsl/.*          src/(base/gsl_quiet|model/|score/|screen/)
'

find src include -name '*.[ch]' | LC_ALL=C sort | xargs grep -HoE '^ *# *include *[<"][^>"]+[>"]' |
    LENT=$lent DOORS=$doors awk '
    function bad(what) { print what; n++ }
    function module_of(file,   part) { # of a source file or public header
        split(file, part, "/")
        if (part[1] == "src") return part[2]
        sub(/\.h$/, "", part[3])
        return owner[part[3]]
    }
    function trim(s) { gsub(/^ +| +$/, "", s); return s }
    BEGIN {
        while ((getline line < "src/README.md") > 0) {
            if (line !~ /^\|/ || split(line, cell, "|") < 5) continue
            m = trim(cell[2])
            if (m == "module" || m ~ /^-/) continue
            known[m] = 1
            may[m] = " " m " " trim(cell[5]) " "
            k = split(trim(cell[4]), h, " ")
            for (i = 1; i <= k; i++) {
                if (h[i] in owner) bad("src/README.md: " h[i] ".h has two owners")
                owner[h[i]] = m
            }
        }
        for (m in known) modules++
        if (modules < 3) bad("src/README.md: the table of modules cannot be read")
        k = split(ENVIRON["LENT"], line_of, "\n")
        for (i = 1; i <= k; i++) lent[line_of[i]] = 1
        n_doors = split(ENVIRON["DOORS"], door, "\n")
        while (("ls -d src/*/" | getline d) > 0) {
            split(d, part, "/")
            if (!(part[2] in known)) bad("src/README.md: module " part[2] " is not in the table")
        }
        while (("ls include/mirrorgap" | getline d) > 0) {
            sub(/\.h$/, "", d)
            present[d] = 1
            if (!(d in owner)) bad("src/README.md: " d ".h has no owner")
        }
        for (d in owner) if (!(d in present)) bad("src/README.md: " d ".h does not exist")
    }
    {
        colon = index($0, ":")
        file = substr($0, 1, colon - 1)
        name = substr($0, colon + 1)
        foreign = name ~ /</
        sub(/^[^<"]*[<"]/, "", name); sub(/[>"].*$/, "", name)
        from = module_of(file)
        if (foreign) {
            for (i = 1; i <= n_doors; i++)
                if (split(door[i], pair, " ") == 2 && name ~ "^(" pair[1] ")$" &&
                    file !~ ("^" pair[2]))
                    bad(file ": <" name "> belongs in " pair[2] " only")
            next
        }
        if (name ~ /^mirrorgap\//) {
            to = name; sub(/^mirrorgap\//, "", to); sub(/\.h$/, "", to)
            if (index(may[from], " " owner[to] " ") == 0)
                bad(file ": " from " may not include " name " (" owner[to] ")")
        } else if (file ~ /^include\//)
            bad(file ": a public header may include public headers only, not " name)
        else if (name ~ /\//) {
            split(name, part, "/")
            if (part[1] != from && !((from " " name) in lent))
                bad(file ": " name " is private to " part[1])
        }
    }
    END { exit n > 0 }'
