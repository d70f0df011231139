#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""EXPECT.tsv for the files of reltools' hostile_gen.py as CONTRACT.md wants them.

usage: expect.py HOSTILE_DIR > EXPECT.tsv      (HOSTILE_DIR/EXPECT.tsv is hostile_gen.py's own)
       expect.py --list                        the changes with their reasons

hostile_gen.py knows no contract and so leaves some outcomes open or guesses them. CHANGES holds the entries that
CONTRACT.md decides otherwise; nothing else may be put there: what differs without such a reason is a fault of the
program. TOOL holds entries that no program could meet, because the tool looks for a place in a message that an accepted
row does not have. Run badsweep.py through ./outcome with --max-bad 1, so that `partial` means: malformed rows in the
ledger."""
import os
import sys

# file: (outcome, message, line, column, byte, reason)
CHANGES = {
    "row_hs_5digit.csv": (
        "accept", "leading zero|odd number", "", "", "",
        "2: a code that lost its zero (1, 3 or 5 digits) is restored with a ledger note"),
    "row_hs_3digit.csv": (
        "accept", "leading zero|odd number", "", "", "",
        "2: a code that lost its zero (1, 3 or 5 digits) is restored with a ledger note"),
    "sem_all_leading_zeros_lost.csv": (
        "accept", "zero|digit", "", "", "",
        "2: restored; RELIABILITY 3: said loudly where over 1 % of the rows need it"),
    "row_reporter_unknown.csv": (
        "accept", "1234.*country table", "", "", "",
        "2: a code the country table does not know is kept with a warning, never dropped in silence"),
    "row_partner_unknown.csv": (
        "accept", "1234.*country table", "", "", "",
        "2: a code the country table does not know is kept with a warning, never dropped in silence"),
    "row_reporter_empty.csv": (
        "accept", "", "", "", "",
        "2: a blank code falls back on ISO3, then on the name; reporterISO is filled in"),
    "row_partner_empty.csv": (
        "accept", "", "", "", "",
        "2: a blank code falls back on ISO3, then on the name; partnerISO is filled in"),
    "row_flow_empty.csv": (
        "accept", "", "", "", "",
        "2: a blank code falls back … on the name; flowDesc says Import"),
    "file_semicolons.csv": (
        "accept", "", "", "", "",
        "2: the delimiter (comma, TAB, semicolon) is detected"),
    "file_tabs.csv": (
        "accept", "", "", "", "",
        "2: the delimiter (comma, TAB, semicolon) is detected"),
    "file_latin1.csv": (
        "accept", "", "", "", "",
        "2: UTF-8 or ISO-8859-1 is detected"),
    "gz_good.csv.gz": (
        "accept", "", "", "", "",
        "2: gzip is detected"),
    "gz_two_members.csv.gz": (
        "accept", "", "", "", "",
        "2: gzip is detected; a gzip file may have several members (RFC 1952)"),
    "gz_name_lies_plain.csv.gz": (
        "accept", "", "", "", "",
        "2: recognised by content, never by file name"),
    "gz_as_csv.csv": (
        "accept", "", "", "", "",
        "2: recognised by content, never by file name"),
    "zip_path_traversal.zip": (
        "accept", "", "", "", "",
        "2: zip is detected; the member is read, its name is no path"),
    "row_second_header.csv": (
        "partial", "", "12", "", "3068",
        "3.1: malformed: required fields not readable (RELIABILITY 3: header repeated)"),
    "sem_duplicate_rows.csv": (
        "accept", "", "", "", "",
        "3.8: duplicates are counted in the ledger; with -q nothing is said of them"),
    "sem_two_classifications.csv": (
        "accept", "classif|revision", "", "", "",
        "3.3: a classification that is not HS is set aside as not_goods, no malformed row"),
    "sem_self_trade.csv": (
        "accept", "", "", "", "",
        "3.6: set aside as self_trade"),
    "sem_world_partner.csv": (
        "accept", "", "", "", "",
        "3.5: set aside as aggregate_partner (0 and 000 are World)"),
    "sem_exactly_500_rows.csv": (
        "accept", "limit|500", "", "", "",
        "no row of it is malformed (3.1)"),
}

TOOL = {
    "row_quote_mid_field.csv": (
        "accept|partial", "", "", "", "",
        "accepting is allowed, and an accepted row has no place in a message"),
}


def entries(folder):
    with open(os.path.join(folder, "EXPECT.tsv"), encoding="utf8") as f:
        for line in f:
            if line.strip() and line[0] != "#":
                name, *rest = line.rstrip("\n").split("\t")
                yield name, rest


def main():
    if sys.argv[1:] == ["--list"]:
        for title, table in (("CONTRACT", CHANGES), ("tool", TOOL)):
            for name, entry in table.items():
                print(f"{title}\t{name}\t{entry[0]}\t{entry[5]}")
        return
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    known = set()
    print("# file\toutcome\tmessage must match\tline\tcolumn\tbyte")
    for name, rest in entries(sys.argv[1]):
        known.add(name)
        changed = CHANGES.get(name) or TOOL.get(name)
        print("\t".join([name] + list(changed[:5] if changed else rest)))
    for name in sorted((set(CHANGES) | set(TOOL)) - known):
        print(f"expect.py: hostile_gen.py makes no {name} any more", file=sys.stderr)


main()
