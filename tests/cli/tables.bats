#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Tables: forms, files, companions, filters.

load helper

@test "-o writes the table and its companion, and nothing else" {
    mkdir out
    mirrorgap pairs -q -i plus.csv >table.csv
    mirrorgap pairs -q -i plus.csv -o out/t.csv
    [ "$(ls -A out)" = "t.csv
t.csv.meta.json" ]
    cmp table.csv out/t.csv
    "$PYTHON" - <<'PY'
import csv, json
meta = json.load(open("out/t.csv.meta.json"))
rows = list(csv.reader(open("out/t.csv", newline="")))
assert [c["name"] for c in meta["columns"]] == rows[0], meta["columns"]
assert all(c["unit"] and c["description"] for c in meta["columns"])
assert meta["rows"] == len(rows) - 1 and meta["table"] == "pairs" and meta["format"] == "csv"
assert meta["generator"].startswith("mirrorgap ") and "pairs" in meta["command"]
PY
}

@test "--no-provenance leaves version and command line out" {
    mirrorgap pairs -q -i plus.csv --no-provenance -o one.csv
    mirrorgap pairs --no-provenance -q -o two.csv -i plus.csv
    cmp one.csv.meta.json two.csv.meta.json
    run -1 grep -E 'generator|command' one.csv.meta.json
}

@test "a run that fails leaves the old file as it was" {
    echo old >t.csv
    echo old >t.csv.meta.json
    fails_with 1 nowhere.csv mirrorgap pairs -i nowhere.csv -o t.csv
    mirrorgap ingest -q -s S plus.csv
    truncate -s -1 S/A-2019-*.h5
    fails_with 1 'A-2019' mirrorgap pairs S -o t.csv
    [ "$(cat t.csv t.csv.meta.json)" = "old
old" ]
    [ -z "$(find . -name '*tmp*')" ]
}

@test "a file that would grow too large leaves the old one, and no temporary" {
    echo old >t.csv
    run -1 bash -c 'ulimit -f 1; "$1" pairs -q -i plus.csv series.csv -o t.csv' - "$MG_PROG"
    [ "$(cat t.csv)" = old ]
    [ -z "$(find . -name '*tmp*')" ]
}

@test "-o on a device or a pipe writes into it and leaves it in place" {
    mkfifo pipe
    mirrorgap pairs -q -i plus.csv >table.csv
    timeout 20 cat pipe >got &
    timeout 20 "$MG_PROG" pairs -q -i plus.csv -o pipe
    [ -p pipe ]
    wait
    cmp table.csv got
}

@test "CSV, TSV, JSON and NDJSON hold the same cells" {
    for verb in "pairs --names" dump scores; do
        for format in csv tsv json ndjson; do
            # shellcheck disable=SC2086 # a verb and its option
            mirrorgap $verb -q -i plus.csv legacy.csv answer.json --format $format -o t.$format
        done
        "$PYTHON" - "$verb" <<'PY'
import csv, json, sys
dump = sys.argv[1] == "dump"  # has no header line
meta = json.load(open("t.csv.meta.json"))
names = [c["name"] for c in meta["columns"]]
def table(path, delimiter):
    rows = list(csv.reader(open(path, newline="", encoding="utf-8"), delimiter=delimiter))
    assert dump or rows.pop(0) == names
    return rows
a, b = table("t.csv", ","), table("t.tsv", "\t")
c = json.load(open("t.json"))
d = [json.loads(line) for line in open("t.ndjson")]
assert a == b and c == d and len(a) == len(c) == meta["rows"] > 0
for texts, cells in zip(a, c):
    assert list(cells) == names, cells
    for text, cell in zip(texts, cells.values()):
        if isinstance(cell, str) or cell is None:
            assert text == (cell or ""), (text, cell)
        else:
            assert float(text) == cell, (text, cell)
PY
    done
}

@test "a missing figure is null in JSON, never 0 or NaN" {
    mirrorgap pairs -q -i plus.csv --status exporter_only --format json >t.json
    "$PYTHON" -c 'import json
(row,) = json.load(open("t.json"))
for name in "import_usd import_kg gap_usd log_gap margin".split(): assert row[name] is None, name
assert row["export_usd"] == 250000.25'
}

@test "every number is the shortest text that reads back" {
    mirrorgap pairs -q -i plus.csv series.csv answer.json >t.csv
    "$PYTHON" - <<'PY'
import csv
for row in csv.DictReader(open("t.csv")):
    for name in "export_usd import_usd import_fob_usd gap_usd gap_low gap_high log_gap rel_gap".split():
        if row[name]:
            digits = row[name].strip("-").split("e")[0].replace(".", "").strip("0")
            want = repr(float(row[name])).strip("-").split("e")[0].replace(".", "").strip("0")
            assert len(digits) <= len(want), (name, row[name])
PY
}

@test "-i gives what a store gives" {
    mirrorgap ingest -q -s S plus.csv legacy.csv answer.json breakdown.csv editions.csv series.csv
    for verb in dump pairs scores "pairs --names --cif none" "info --coverage" "ledger --controls"; do
        # shellcheck disable=SC2086 # a verb and its options
        mirrorgap $verb -q S >store.txt || [ $? -eq 3 ]
        # shellcheck disable=SC2086
        mirrorgap $verb -q -i plus.csv legacy.csv answer.json breakdown.csv editions.csv series.csv \
            >files.txt || [ $? -eq 3 ]
        cmp store.txt files.txt
    done
    [ ! -e STORE ]
}

@test "the ledger of -i is that of a store" {
    mirrorgap ingest -q -s S plus.csv breakdown.csv
    mirrorgap ledger S >store.txt
    mirrorgap ledger -i plus.csv breakdown.csv >files.txt
    cmp store.txt files.txt
}

# rows OPTION...: how many pairs of plus.csv pass
rows() {
    mirrorgap pairs -q -i plus.csv "$@" | tail -n +2 | wc -l
}

@test "filters pass what they say" {
    [ "$(rows)" -eq 7 ]
    [ "$(rows --period 2018)" -eq 4 ]
    [ "$(rows --period 2019:2030)" -eq 3 ]
    [ "$(rows --period 2018:2019)" -eq 7 ]
    [ "$(rows --exporter 156)" -eq 3 ]
    [ "$(rows --exporter CHN,DEU)" -eq 4 ]
    [ "$(rows --importer Germany)" -eq 1 ]
    [ "$(rows --country France)" -eq 1 ]
    [ "$(rows --country 276)" -eq 2 ]
    [ "$(rows --hs 01)" -eq 3 ]
    [ "$(rows --hs 27,8703)" -eq 3 ]
    [ "$(rows --level 6)" -eq 7 ]
    [ "$(rows --freq A)" -eq 7 ]
    [ "$(rows --status exporter_only,importer_only)" -eq 2 ]
    [ "$(rows --min-value 300000)" -eq 3 ]
    [ "$(rows --limit 2)" -eq 2 ]
    [ "$(rows --exporter CHN --hs 0101 --period 2019)" -eq 1 ]
}

# as_awk VERB CONDITION OPTION...: the option passes what awk passes of the whole
# table of store S, by exporter e and importer i, and tells how much it has read.
as_awk() {
    local verb=$1 condition=$2
    shift 2
    run -0 --separate-stderr mirrorgap "$verb" -v S "$@" -o got.csv
    # shellcheck disable=SC2154 # run sets it
    [[ $stderr =~ read\ ([0-9]+)\ bytes\ of\ a\ store\ of ]]
    [ "${BASH_REMATCH[1]}" -gt 0 ]
    awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; print; next }
        { e = $at["exporter"]; i = $at["importer"] } '"$condition" "$verb.csv" >want.csv
    [ "$(wc -l <want.csv)" -gt 1 ]
    cmp want.csv got.csv
}

@test "countries of a store: the lines that awk picks from the whole table" {
    mirrorgap ingest -q -s S "$BATS_TEST_DIRNAME/../../datasets/sample"
    mirrorgap pairs -q S >pairs.csv
    [ "$(wc -l <pairs.csv)" -gt 10000 ]
    as_awk pairs 'e == 156' --exporter 156
    as_awk pairs 'i == 842' --importer USA
    as_awk pairs 'e == 36 || i == 36' --country AUS
    as_awk pairs 'e == 156 || e == 36' --exporter CHN,AUS
    as_awk pairs 'e == 156 && i == 842' --exporter CHN --importer USA
    as_awk pairs 'e == 156 && (e == 842 || i == 842)' --exporter CHN --country USA
    as_awk pairs '$1 == 2016 && i == 842' --importer USA --period 2016
    run -3 mirrorgap pairs -q S --exporter ATA
}

@test "a store with blocks that need not be read" {
    mirrorgap synth -q --seed 1 --reporters 60 --commodities 400 --periods 1 -o world
    mirrorgap ingest -q -s S world
    mirrorgap pairs -q S --cif none >pairs.csv # models look at all flows of a period
    as_awk pairs 1 --cif none
    whole=${BASH_REMATCH[1]}
    first=$(sed -n 2p pairs.csv | cut -d, -f3)
    last=$(tail -n 1 pairs.csv | cut -d, -f3)
    for code in "$first" "$last"; do
        as_awk pairs "e == $code" --cif none --exporter "$code"
        [ "${BASH_REMATCH[1]}" -lt $((2 * whole)) ] # for the pairs and for secrets
        as_awk pairs "i == $code" --cif none --importer "$code"
        as_awk pairs "e == $code || i == $code" --cif none --country "$code"
    done
    cut -d, -f3 pairs.csv | sed 1d | sort -nu | awk 'NR % 6 == 0' >codes.txt
    while read -r code; do
        as_awk pairs "e == $code" --cif none --exporter "$code"
    done <codes.txt
}

@test "filters that pass nothing end with 3" {
    run -3 mirrorgap pairs -q -i plus.csv --level 2
    run -3 mirrorgap pairs -q -i plus.csv --freq M
}

@test "months are asked for as months" {
    mirrorgap dump -i answer.json --period 202104 >t
    [ "$(wc -l <t)" -eq 1 ]
    mirrorgap dump -i answer.json --period 202101:202103 >t
    [ "$(wc -l <t)" -eq 2 ]
    mirrorgap dump -i answer.json --period 2021 >t
    [ "$(wc -l <t)" -eq 3 ]
}

@test "--names adds names and changes no other column" {
    mirrorgap pairs -q -i plus.csv >plain.csv
    mirrorgap pairs -q -i plus.csv --names >names.csv
    "$PYTHON" - <<'PY'
import csv
plain, names = (list(csv.reader(open(f, encoding="utf-8"))) for f in ("plain.csv", "names.csv"))
n = len(plain[0])
assert [r[:n] for r in names] == plain and len(names[0]) > n
assert dict(zip(names[0], names[1]))["importer_name"] == "United States"
PY
}

@test "the closing line of pairs adds up" {
    mirrorgap pairs -i plus.csv --cif none >t.csv 2>talk.txt
    "$PYTHON" - <<'PY'
import csv, math, re
last = open("talk.txt").read().splitlines()[-1]
m = dict(re.findall(r"(\w+)=(\S+)", last))
assert last.startswith("pairs: matched=")
rows = list(csv.DictReader(open("t.csv")))
for status in ("matched", "exporter_only", "importer_only"):
    assert int(m[status]) == sum(r["status"] == status for r in rows)
for name in ("export_usd", "import_usd"):
    assert math.isclose(float(m[name]), math.fsum(float(r[name] or 0) for r in rows), rel_tol=1e-12)
gap = math.fsum(float(r["gap_usd"]) for r in rows if r["status"] == "matched")
assert math.isclose(float(m["gap_usd"]), gap, rel_tol=1e-12)
PY
}
