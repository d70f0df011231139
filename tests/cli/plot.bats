#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# plot: figures drawn by gnuplot.

load helper

SAMPLE=$BATS_TEST_DIRNAME/../../datasets/sample

# A gnuplot that keeps the commands it is given in script.gp.
keep_script() {
    mkdir -p bin
    printf '#!/bin/sh\ntee script.gp | %s "$@"\n' "$(command -v gnuplot)" >bin/gnuplot
    chmod +x bin/gnuplot
    PATH=$PWD/bin:$PATH
}

@test "plot: series has the sums of gaps over what both sides report" {
    keep_script
    mirrorgap plot -q -i series.csv series -o s.svg
    mirrorgap gaps -q -i series.csv --by period -o g.csv
    "$PYTHON" - <<'PY'
import csv, re
script = open("script.gp").read()
data = [l.split() for l in re.search(r"\$data << EOD\n(.*?)EOD", script, re.S).group(1).splitlines()]
unit = {"billion": 1e9, "million": 1e6, "thousand": 1e3}.get(re.search(r"; (\w+) US\\044, current", script).group(1), 1)
rows = list(csv.DictReader(open("g.csv")))
drawn = {float(d[0]): d[1:] for d in data}
n = 0
for r in rows:
    got = drawn[float(r["period"])]
    for usd, share, cell in (("export_usd", "coverage_export", got[0]), ("import_fob_usd", "coverage_import", got[1])):
        if int(r["matched"]) == 0:
            assert cell == "NaN"
            continue
        want = float(r[usd]) * float(r[share]) / unit
        assert abs(float(cell) - want) <= 1e-12 * want, (r, cell)
        n += 1
assert n > 4
PY
    grep -q 'importers report' s.svg
    grep -q 'UN Comtrade' s.svg
    grep -q 'All flows.*; .*US\$, current prices, annual' s.svg
}

@test "plot: scatter has both sides of each flow, and the flows of one side apart" {
    keep_script
    mirrorgap plot -q -i mixed.csv scatter -o s.svg
    mirrorgap scores -q -i mixed.csv -o g.csv
    "$PYTHON" - <<'PY'
import csv, re
script = open("script.gp").read()
data = [l.split() for l in re.search(r"\$data << EOD\n(.*?)EOD", script, re.S).group(1).splitlines()]
rows = list(csv.DictReader(open("g.csv")))
both = [r for r in rows if r["export_usd"] and r["import_fob_usd"]]
assert len(data) == len(rows) and len(both) > 0
got = sorted((float(a), float(b)) for a, b, kind in data if kind != "2")
assert got == sorted((float(r["export_usd"]), float(r["import_fob_usd"])) for r in both)
PY
    grep -q 'log scale' s.svg
}

@test "plot: what one side alone reports is said, and not compared" {
    mirrorgap plot -q -i plus.csv series --exporter CHN --importer USA -o s.svg
    grep -q 'From China, to United States' s.svg
    grep '^C,A\|^typeCode' plus.csv | grep -v ',M,' >x.csv
    mirrorgap plot -q -i x.csv series -o s.svg
    grep -q 'Only exporters report: US\$' s.svg
    run ! grep -q 'importers report' s.svg
    mirrorgap plot -q -i x.csv scatter -o s.svg
    grep -q 'No flow is reported by both sides' s.svg
}

@test "plot: the same bytes again, in each form" {
    for end in svg pdf png; do
        mirrorgap plot -q -i series.csv series -@ 1 -o "one.$end"
    done
    sleep 1
    for end in svg pdf png; do
        mirrorgap plot -q -i series.csv series -@ 2 -o "two.$end"
        cmp "one.$end" "two.$end"
    done
    [ "$(head -c 4 one.pdf)" = %PDF ]
    [ "$(head -c 4 one.png | tail -c 3)" = PNG ]
}

@test "plot: words that a program could run are shown as text" {
    mirrorgap plot -q -i series.csv series -o "it's.svg" \
        --title "it's \`touch a\` \$(touch b) <script> @x ^2 {x}
system('touch c')"
    [ ! -e a ] && [ ! -e b ] && [ ! -e c ]
    grep -qF "it's \`touch a\` \$(touch b) &lt;script> @x ^2 {x} system('touch c')" "it's.svg"
}

@test "plot: whole or not at all, and why" {
    echo before >kept.svg
    fails_with 1 'gnuplot is not installed' env PATH=/nowhere "$MG_PROG" plot -q \
        -i series.csv series -o kept.svg
    mkdir bin
    printf '#!/bin/sh\necho "no such terminal" >&2; exit 3\n' >bin/gnuplot
    chmod +x bin/gnuplot
    fails_with 1 'gnuplot failed: no such terminal' env PATH="$PWD/bin:$PATH" "$MG_PROG" \
        plot -q -i series.csv series -o kept.svg
    [ "$(cat kept.svg)" = before ]
    fails_with 1 nowhere mirrorgap plot -q -i series.csv series -o nowhere/s.svg
    fails_with 2 'heat, map or totals' mirrorgap plot -i series.csv pie -o s.svg
    fails_with 2 'FILE.svg' mirrorgap plot -i series.csv series -o s.gif
    fails_with 2 'FILE.svg' mirrorgap plot -i series.csv series
    fails_with 3 '' mirrorgap plot -q -i series.csv series --period 1950 -o none.svg
    [ ! -e none.svg ]
    [ -z "$(find . -name '*.tmp.*')" ]
}

@test "plot: heat has the sums of gaps, countries by chapters or by periods" {
    keep_script
    mirrorgap plot -q -i "$SAMPLE" heat -o s.svg
    mirrorgap gaps -q -i "$SAMPLE" --by exporter,hs2 -o g.csv
    "$PYTHON" - <<'PY'
import csv, re
script = open("script.gp").read()
cells = [l.split() for l in re.search(r"\$cells << EOD\n(.*?)EOD", script, re.S).group(1).splitlines()]
columns = re.findall(r'"(\d\d)" (\d+)', re.search(r"set xtics (.*)", script).group(1))
assert len(columns) > 3
rows = list(csv.DictReader(open("g.csv")))
def apart(r):
    x = float(r["export_usd"]) * float(r["coverage_export"] or 0)
    m = float(r["import_fob_usd"]) * float(r["coverage_import"] or 0)
    return round(100 * (m - x) / (m + x)) if int(r["matched"]) else None
known = {}
for r in rows:
    known.setdefault(r["hs2"], []).append(apart(r))
names = {place: hs for hs, place in columns}
n = 0
for cell in cells:
    if cell[2] != "NaN":
        assert any(v is not None and abs(v - float(cell[2])) <= 1 for v in known[names[cell[0]]]), cell
        n += 1
assert n > 50
PY
    grep -q 'added up flow by flow .*exports of' s.svg
    mirrorgap plot -q -i series.csv heat -o p.svg
    grep -q 'by year' p.svg
}

@test "plot: a map has outlines, lines and names, unbroken at its edges" {
    keep_script
    mirrorgap plot -q -i "$SAMPLE" map -o s.svg
    grep -q 'furthest apart from' s.svg
    grep -q 'Natural Earth' s.svg
    grep -q 'Hong Kong' s.svg
    "$PYTHON" - <<'PY'
import re
script = open("script.gp").read()
n = 0
for block in re.findall(r"\$(?:outline|line\d+) << EOD\n(.*?)EOD", script, re.S):
    for part in block.split("\n\n"):
        points = [tuple(map(float, l.split())) for l in part.split("\n") if l]
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            assert abs(x1 - x2) < 1.2, (x1, x2)
            n += 1
        for x, y in points:
            assert abs(x) <= 2.71 and abs(y) <= 1.32
assert n > 5000
PY
}

@test "plot: totals have the table's estimates and bands, and the days of rules" {
    keep_script
    mirrorgap plot -q -i "$SAMPLE" totals --country PRK --regime un-dprk -o s.svg
    mirrorgap totals -q -i "$SAMPLE" --country PRK -o t.csv
    "$PYTHON" - <<'PY'
import csv, math, re
script = open("script.gp").read()
rows = list(csv.DictReader(open("t.csv")))
for flow, name in (("X", "exports"), ("M", "imports")):
    drawn = [l.split() for l in re.search(r"\$%s << EOD\n(.*?)EOD" % name, script, re.S).group(1).splitlines()]
    want = [r for r in rows if r["flow"] == flow]
    assert len(drawn) == len(want) > 2
    for d, r in zip(drawn, want):
        for got, column in zip(d, ("period", "estimate_usd", "low_usd", "high_usd", "completeness")):
            value = float(r[column]) if r[column] else math.nan
            assert float(got) == value or (got == "NaN" and not value > 0), (got, r)
PY
    grep -q 'UNSCR 2[0-9][0-9][0-9]' s.svg
    fails_with 2 'one country' mirrorgap plot -i "$SAMPLE" totals -o x.svg
    fails_with 2 'one country' mirrorgap plot -i "$SAMPLE" totals --country World -o x.svg
    fails_with 2 'marks days' mirrorgap plot -i "$SAMPLE" map --regime un-dprk -o x.svg
    fails_with 1 "no regime 'nothing'" mirrorgap plot -q -i "$SAMPLE" series --regime nothing -o x.svg
    [ ! -e x.svg ]
}

@test "plot: a long list of codes is cut, and Vega-Lite holds the figures" {
    mirrorgap plot -q -i "$SAMPLE" series --hs 01,02,03,04,05,06,07,27,84,85 -o s.svg
    grep -q 'HS 01,02,03,04,05 and 5 more' s.svg
    mirrorgap plot -q -i series.csv series -o s.vl.json
    mirrorgap gaps -q -i series.csv --by period -o g.csv
    "$PYTHON" - <<'PY'
import csv, json
spec = json.load(open("s.vl.json"))
assert spec["$schema"].endswith("vega-lite/v6.json") and spec["title"]["text"]
values = {(v["period"][:4], v["side"]): v for v in spec["data"]["values"]}
rows = list(csv.DictReader(open("g.csv")))
n = 0
for r in rows:
    for side, usd, share in (("exporters", "export_usd", "coverage_export"), ("importers", "import_fob_usd", "coverage_import")):
        got = values[r["period"], side]["usd"]
        if int(r["matched"]):
            want = float(r[usd]) * float(r[share])
            assert abs(got - want) <= 1e-12 * want
            n += 1
        else:
            assert got is None
assert n > 4
PY
}
