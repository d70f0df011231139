#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""lengths.py - no file over 400 lines, no function over 60, in src and include.

A function is what stands from the line that names it to the '}' in column 0, as
clang-format leaves it.
"""
import glob
import os
import sys

FILE_MAX, FUNCTION_MAX = 400, 60
GENERATED = {"src/base/pow10.h"}


def functions(lines):
    """(name line, first, last) of each function, 1-based."""
    start = None
    for n, line in enumerate(lines, 1):
        if line == "{" and start is not None:
            body = start
            while n < len(lines) and lines[n - 1] != "}":
                n += 1
            yield lines[body - 1], body, n
            start = None
        elif not line or line.startswith(("#", "/*", " *", "}")):
            start = None
        elif not line[0].isspace() and start is None:
            start = n


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    bad = seen = 0
    for path in sorted(glob.glob("src/**/*.[ch]", recursive=True) + glob.glob("include/**/*.h", recursive=True)):
        if path in GENERATED:
            continue
        with open(path, encoding="utf-8") as f:
            lines = f.read().splitlines()
        if len(lines) > FILE_MAX:
            print("%s: %d lines, more than %d" % (path, len(lines), FILE_MAX))
            bad += 1
        for name, first, last in functions(lines):
            seen += 1
            if last - first + 1 > FUNCTION_MAX:
                print("%s:%d: %d lines, more than %d: %s" % (path, first, last - first + 1, FUNCTION_MAX, name))
                bad += 1
    if seen == 0:
        print("no function found")
        bad = 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
