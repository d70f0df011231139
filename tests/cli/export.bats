#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# export, and -o FILE.xlsx or FILE.dta of any verb: the same numbers as in CSV.

load helper

# cells FILE: the rows of the first sheet as JSON, numbers as numbers.
cells() {
    "$PYTHON" - "$1" <<'PY'
import json, re, sys, xml.etree.ElementTree as et, zipfile
z = zipfile.ZipFile(sys.argv[1])
ns = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
def column(ref):
    n = 0
    for c in re.match("[A-Z]+", ref).group():
        n = n * 26 + ord(c) - 64
    return n - 1
for row in et.fromstring(z.read("xl/worksheets/sheet1.xml")).iter(ns + "row"):
    out = {}
    for c in row.iter(ns + "c"):
        text = "".join(t.text or "" for t in c.iter(ns + "t"))
        out[column(c.get("r"))] = text if c.get("t") == "inlineStr" else float(c.find(ns + "v").text)
        assert c.find(ns + "f") is None, "a formula"
    print(json.dumps(out))
PY
}

@test "export: Excel has the numbers of the CSV, and codes with their zeros" {
    mirrorgap pairs -q -i plus.csv --names -o p.csv
    mirrorgap export -q -i plus.csv --names -o p.xlsx
    cells p.xlsx >cells.txt
    "$PYTHON" - <<'PY'
import csv, json
rows = list(csv.reader(open("p.csv")))
sheet = [{int(k): v for k, v in json.loads(l).items()} for l in open("cells.txt")]
assert len(sheet) == len(rows) and [sheet[0][i] for i in range(len(rows[0]))] == rows[0]
numbers = texts = 0
for want, got in zip(rows[1:], sheet[1:]):
    for i, cell in enumerate(want):
        if cell == "":
            assert i not in got, (rows[0][i], got.get(i))
        elif isinstance(got[i], float):
            # Excel's files have 16 digits
            assert abs(got[i] - float(cell)) <= 1e-15 * abs(float(cell)), (rows[0][i], cell, got[i])
            numbers += 1
        else:
            assert got[i] == cell and rows[0][i] not in ("export_usd", "import_usd", "period"), (cell, got[i])
            texts += 1
assert numbers > 50 and texts > 50
hs = rows[0].index("hs")
assert all(isinstance(r[hs], str) for r in sheet[1:])
PY
    "$PYTHON" - <<'PY'
import zipfile
z = zipfile.ZipFile("p.xlsx")
about = z.read("xl/worksheets/sheet2.xml").decode()
assert "export_usd" in about and ">USD<" in about and "data" in about
PY
    [ -e p.xlsx.meta.json ]
    grep -q '"format": "xlsx"' p.xlsx.meta.json
}

@test "export: the same bytes again, on any number of threads" {
    for end in xlsx dta; do
        mirrorgap export -q -i plus.csv -@ 1 -o "one.$end"
        sleep 1
        mirrorgap export -q -i plus.csv -@ 2 -o "two.$end"
        cmp "one.$end" "two.$end"
    done
}

@test "export: any table takes the endings, and --format what it says" {
    mirrorgap gaps -q -i plus.csv --by exporter -o g.dta
    [ "$(head -c 28 g.dta)" = "<stata_dta><header><release>" ]
    mirrorgap gaps -q -i plus.csv --by exporter -o g.xlsx --format csv
    head -1 g.xlsx | grep -q '^exporter,'
    mirrorgap gaps -q -i plus.csv --by exporter -o g.bin --format xlsx
    [ "$(head -c 2 g.bin)" = PK ]
    # each file by its own ending
    mirrorgap totals -q -i totals.csv --country DEU --evidence e.csv -o t.xlsx
    head -1 e.csv | grep -q ','
    [ "$(head -c 2 t.xlsx)" = PK ]
    mirrorgap totals -q -i totals.csv --country DEU --evidence e.dta -o t.csv
    [ "$(head -c 28 e.dta)" = "<stata_dta><header><release>" ]
    head -1 t.csv | grep -q '^period,'
    fails_with 2 'FILE.xlsx' mirrorgap export -i plus.csv
    fails_with 2 'FILE.xlsx' mirrorgap export -i plus.csv -o p.csv
    fails_with 1 'written to a file' mirrorgap pairs -i plus.csv --format xlsx
}
