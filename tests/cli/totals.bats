#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# totals: the trade of a country that does not report.
#
# The small world, millions of dollars, every year from 2001 to 2005, coal (2701), CIF =
# 1.1 FOB. All that two sides report agrees, so the partners' errors are 0, the estimate
# is what is reported and the band has no width:
#
#   China (156) and Russia (643) trade 100 with each other and with South Korea (410), FOB.
#   North Korea (408): China imports 1000 FOB from it and exports 300 to it, Russia 200
#   and 700. China files each figure as TOTAL, 27 and 2701: it counts once.
#   South Korea exports 50 to Japan (392) and Japan imports 55 CIF from it; in 2003
#   Japan files these 55 under North Korea.
#   China files nothing in 2005.
#
#   exports of 408:  1200 a year; 2003: 1200 + 50, of which 50 are suspect, so that the
#                    lower end is 1200; 2005: 200, completeness 200 / 1200
#   imports of 408:  1000 a year; 2005: 700, completeness 700 / 1000, upper 1000

load helper

world() { # FACTOR, OUT
    "$PYTHON" - "$1" "$2" <<'PY'
import sys
factor, out = float(sys.argv[1]), open(sys.argv[2], "w")
print("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,"
      "classificationCode,cmdCode,customsCode,motCode,primaryValue", file=out)
def row(year, reporter, flow, partner, fob, codes=("2701",)):
    if reporter == 156 and year == 2005:
        return
    value = fob * factor * 1e6 * (1.1 if flow == "M" else 1)
    for code in codes:
        print(f"C,A,{year},{year},{reporter},{flow},{partner},0,H2,{code},C00,0,{value!r}", file=out)
for year in range(2001, 2006):
    for a, b in ((156, 643), (643, 156), (156, 410), (410, 156), (643, 410), (410, 643)):
        row(year, a, "X", b, 100)
        row(year, b, "M", a, 100)
    levels = ("TOTAL", "27", "2701")
    row(year, 156, "M", 408, 1000, levels)
    row(year, 156, "X", 408, 300, levels)
    row(year, 643, "M", 408, 200)
    row(year, 643, "X", 408, 700)
    row(year, 410, "X", 392, 50)
    row(year, 392, "M", 408 if year == 2003 else 410, 50)
PY
}

@test "totals of a small world are those reckoned by hand" {
    world 1 w.csv
    mirrorgap totals -i w.csv --country PRK --cif fixed:0.1 >t.csv 2>err.txt
    grep -q 'bands are not calibrated' err.txt
    grep -q 'country=408 freq=A rows=10' err.txt
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("t.csv")))
assert list(rows[0]) == ("period,flow,partner,hs2,reported_usd,estimate_usd,low_usd,high_usd,upper_usd,"
                         "completeness,reporters,suspect_usd,flags").split(","), list(rows[0])
assert [(r["period"], r["flow"]) for r in rows] == [(str(y), f) for y in range(2001, 2006) for f in "MX"]
usd = lambda r, name: float(r[name]) / 1e6
near = lambda a, b: abs(a - b) < 1e-6
for r in rows:
    year, flow, flags = int(r["period"]), r["flow"], r["flags"].split(";")
    want = {"M": 1000, "X": 1200}[flow]
    if year == 2005: want = {"M": 700, "X": 200}[flow]
    suspect = 50 if (year, flow) == (2003, "X") else 0
    assert near(usd(r, "reported_usd"), want + suspect), r
    assert near(usd(r, "estimate_usd"), want + suspect) and near(usd(r, "high_usd"), want + suspect), r
    assert near(usd(r, "low_usd"), want) and near(usd(r, "suspect_usd"), suspect), r
    assert ("lookalike:410" in flags) == (suspect > 0) and "band_uncalibrated" in flags, r
    complete = 1 if year < 2005 else want / {"M": 1000, "X": 1200}[flow]
    assert near(float(r["completeness"]), complete), r
    assert ("main_partner_silent" in flags) == ("silent:156" in flags) == (year == 2005), r
    if complete < .4:
        assert r["upper_usd"] == "" and "incomplete" in flags and "collapsed" in flags, r
    else:
        assert near(usd(r, "upper_usd"), (want + suspect) / complete), r
    assert int(r["reporters"]) == (1 if year == 2005 else 3 if suspect else 2), r
    assert r["partner"] == r["hs2"] == "", r
PY
}

@test "totals by partner and chapter add up to those by period" {
    world 1 w.csv
    for by in period period,partner period,hs2 period,partner,hs2; do
        mirrorgap totals -q -i w.csv --country 408 --cif fixed:0.1 --by $by >"$by.csv"
    done
    "$PYTHON" - <<'PY'
import csv, collections
def table(by):
    rows = list(csv.DictReader(open(by + ".csv")))
    keys = [(int(r["period"]), r["flow"], int(r["partner"] or 0), r["hs2"]) for r in rows]
    assert keys == sorted(keys) and len(set(keys)) == len(keys), keys
    for r in rows:
        assert bool(r["partner"]) == ("partner" in by) and bool(r["hs2"]) == ("hs2" in by), r
        assert not r["partner"] or r["upper_usd"] == "", r
    sums = collections.Counter()
    for r in rows:
        for name in "reported_usd estimate_usd low_usd suspect_usd reporters".split():
            if name != "reporters" or "partner" in by or by == "period":
                sums[r["period"], r["flow"], name] += float(r[name])
    return sums
whole = table("period")
for by in ("period,partner", "period,hs2", "period,partner,hs2"):
    for key, value in table(by).items():
        assert abs(value - whole[key]) < 1, (by, key, value, whole[key])
PY
    grep '^2003,X,392,27,' period,partner,hs2.csv | grep -q ',lookalike:410;'
}

@test "totals say why a row may be the look-alike's" {
    world 1 w.csv
    # as many more rows name the South as do in any real file: before all evidence, 1 row of 10
    # that names the North is taken for the South's
    for year in 2001 2002 2003 2004 2005; do
        for partner in 36 124 251 276 528 579 699 702 752 826 842; do
            for flow in X M; do
                echo "C,A,$year,$year,$partner,$flow,410,0,H2,2701,C00,0,1000000"
            done
        done
    done >>w.csv
    mirrorgap totals -q -i w.csv --country PRK --cif fixed:0.1 --evidence e.csv -o t.csv
    [ -e t.csv.meta.json ] && [ -e e.csv.meta.json ]
    "$PYTHON" - <<'PY'
import csv, math
rows = list(csv.DictReader(open("e.csv")))
assert len(rows) == 4 * 4 + 2 + 1, len(rows)  # four rows a year, two in 2005, and Japan's
terms = "prior mirror series product spike habit alone size unseen".split()
for r in rows:
    odds = sum(float(r[t]) for t in terms)
    assert abs(1 / (1 + math.exp(-odds)) - float(r["posterior"])) < 1e-12, r
    assert (r["verdict"] != "keep") == (float(r["suspect_usd"]) > 0), r
(japan,) = [r for r in rows if r["partner"] == "392"]
assert (japan["period"], japan["flow"], japan["hs"], japan["twin"]) == ("2003", "X", "2701", "410")
assert japan["verdict"] == "swap" and japan["by_lambda"] == "swap" and japan["twin_usd"] == ""
assert abs(float(japan["value_usd"]) - 55e6) < 1 and abs(float(japan["twin_report_usd"]) - 50e6) < 1
assert abs(float(japan["suspect_usd"]) - 50e6) < 1
assert all(r["verdict"] == "keep" for r in rows if r["partner"] != "392")
PY
}

@test "totals without the look-alike in the data judge nothing" {
    world 1 w.csv
    grep -v 410 w.csv >without.csv
    mirrorgap totals -q -i without.csv --country PRK --cif fixed:0.1 --evidence e.csv >t.csv
    [ "$(wc -l <e.csv)" -eq 1 ]
    run -1 grep lookalike t.csv
}

@test "a world twice as rich has totals twice as large" {
    world 1 w.csv
    world 2 twice.csv
    mirrorgap totals -q -i w.csv --country PRK --by period,partner >one.csv
    mirrorgap totals -q -i twice.csv --country PRK --by period,partner >two.csv
    "$PYTHON" - <<'PY'
import csv
for a, b in zip(*(list(csv.DictReader(open(f))) for f in ("one.csv", "two.csv")), strict=True):
    for name, x in a.items():
        if name.endswith("_usd") and x:
            assert abs(float(b[name]) - 2 * float(x)) <= 1e-9 * float(b[name]), (name, a, b)
        else:
            assert b[name] == x, (name, a, b)
PY
}

@test "totals are the same on any number of threads, from a store and from files" {
    mirrorgap synth -q -o world --seed 7 --reporters 30 --commodities 8 --periods 4
    country=$(mirrorgap gaps -q -i world/plus-*.csv --by importer | sed -n '5s/,.*//p')
    mirrorgap ingest -q -s S world/plus-*.csv
    mirrorgap totals -q S --country "$country" --by period,partner,hs2 -@ 1 >one.csv
    mirrorgap totals -q S --country "$country" --by period,partner,hs2 -@ 4 >four.csv
    mirrorgap totals -q -i world/plus-*.csv --country "$country" --by period,partner,hs2 >files.csv
    [ "$(wc -l <one.csv)" -gt 100 ]
    cmp one.csv four.csv
    cmp one.csv files.csv
    mirrorgap totals -q S --check -@ 1 >check1.csv
    mirrorgap totals -q S --check -@ 3 >check3.csv
    cmp check1.csv check3.csv
    mirrorgap totals -q S --country "$country" --seed 2 >seed.csv
    mirrorgap totals -q S --country "$country" >whole.csv
    run -1 cmp seed.csv whole.csv
    # a period of a whole is what it is alone
    mirrorgap totals -q S --country "$country" --period 2015 >part.csv
    grep -E '^(period|2015),' whole.csv | cmp - part.csv
}

@test "the band holds what countries report in 85 to 97 % of country-years" {
    for seed in 6 8; do
        mirrorgap synth -q -o world$seed --seed $seed --reporters 40 --commodities 10 --periods 4
        mirrorgap totals -q -i world$seed/plus-*.csv --check >check$seed.csv
    done
    "$PYTHON" - <<'PY'
import csv
for seed in (6, 8):
    rows = [r for r in csv.DictReader(open(f"check{seed}.csv")) if r["counts"] == "1"]
    inside = [float(r["low_usd"]) <= float(r["own_usd"]) <= float(r["high_usd"]) for r in rows]
    assert [int(r["inside"]) for r in rows] == inside
    assert len(rows) > 200 and .85 <= sum(inside) / len(rows) <= .97, (seed, len(rows), sum(inside))
PY
}

@test "totals that are asked wrongly, and of nobody" {
    world 1 w.csv
    fails_with 2 country mirrorgap totals -i w.csv
    fails_with 2 'is 2 areas' mirrorgap totals -i w.csv --country PRK,KOR
    fails_with 2 'told by' mirrorgap totals -i w.csv --country PRK --by period,hs4
    fails_with 2 'by period' mirrorgap totals -i w.csv --country PRK --by partner
    fails_with 2 twice mirrorgap totals -i w.csv --country PRK --by period,period
    fails_with 2 exporter mirrorgap totals -i w.csv --country PRK --exporter CHN
    fails_with 2 seed mirrorgap totals -i w.csv --country PRK --seed x
    fails_with 2 check mirrorgap totals -i w.csv --check --by period
    fails_with 3 rows=0 mirrorgap totals -i w.csv --country BRA
    fails_with 3 rows=0 mirrorgap totals -i w.csv --country PRK --period 1999
    fails_with 3 rows=0 mirrorgap totals -i w.csv --country PRK --freq M
    mirrorgap totals --help | grep -q -- --evidence
}
