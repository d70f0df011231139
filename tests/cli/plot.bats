#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# plot: figures drawn by gnuplot.

load helper

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
unit = {"billion": 1e9, "million": 1e6, "thousand": 1e3}.get(re.search(r"; (\w+) US\$, current", script).group(1), 1)
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
    grep -q 'All flows; .*US\$, current prices, annual' s.svg
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
    fails_with 2 'series or scatter' mirrorgap plot -i series.csv pie -o s.svg
    fails_with 2 'FILE.svg' mirrorgap plot -i series.csv series -o s.gif
    fails_with 2 'FILE.svg' mirrorgap plot -i series.csv series
    fails_with 3 '' mirrorgap plot -q -i series.csv series --period 1950 -o none.svg
    [ ! -e none.svg ]
    [ -z "$(find . -name '*.tmp.*')" ]
}
