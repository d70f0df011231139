#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# scores --model full and explain: what the columns promise, worked out apart.

load helper

sample=$BATS_TEST_DIRNAME/../../datasets/sample

# A world with nothing planted, and a copy in which the exports of one country to another
# are so many times what they were, from a year on.
world() { # EXPORTER IMPORTER FACTOR FIRST_YEAR PERIODS
    mirrorgap synth -q -o w --seed 3 --reporters 16 --commodities 40 --periods "$5" --share 0
    mkdir v
    "$PYTHON" - "$@" <<'END'
import csv, glob, os, sys
exporter, importer, factor, first = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
for name in sorted(glob.glob("w/plus-*.csv")):
    with open(name, newline="") as f, open("v/" + os.path.basename(name), "w", newline="") as to:
        rows = csv.reader(f)
        head = next(rows)
        at = {n: i for i, n in enumerate(head)}
        out = csv.writer(to, lineterminator="\n")
        out.writerow(head)
        for r in rows:
            if (r[at["reporterCode"]], r[at["partnerCode"]], r[at["flowCode"]]) == (exporter, importer, "X") and \
                    int(r[at["refYear"]]) >= first:
                for c in ("primaryValue", "fobvalue", "cifvalue", "netWgt", "qty"):
                    if r[at[c]]:
                        r[at[c]] = str(round(float(r[at[c]]) * factor))
            out.writerow(r)
END
}

@test "p, q, reasons and the order are what the documentation says" {
    mirrorgap scores -q -i "$sample" -o s.csv
    mirrorgap scores -q -i "$sample" --fdr by -o by.csv
    mirrorgap scores -q -i "$sample" --rank-by at_stake -o money.csv
    "$PYTHON" - <<'END'
import csv, math
rows = list(csv.DictReader(open("s.csv", newline="")))
by = {(r["period"], r["exporter"], r["importer"], r["hs"]): r for r in csv.DictReader(open("by.csv", newline=""))}
number = lambda t: float(t) if t else math.nan
p = sorted(number(r["p"]) for r in rows if r["p"])
m = len(p)
least, q = 1.0, {}
for k in range(m, 0, -1):
    least = min(least, p[k - 1] * m / k)
    q[p[k - 1]] = least
harmonic = math.fsum(1 / j for j in range(1, m + 1))
for r in rows:
    key = (r["period"], r["exporter"], r["importer"], r["hs"])
    if r["p"]:
        assert 0 <= number(r["p"]) <= 1 and math.isclose(number(r["q"]), q[number(r["p"])], rel_tol=1e-12), r
        twin = by[key]
        assert twin["p"] == r["p"] and number(twin["q"]) >= number(r["q"]), r
        if number(twin["q"]) < 1:
            assert number(twin["q"]) <= number(r["q"]) * harmonic * (1 + 1e-9), r
    else:
        assert r["silence"] in ("nes", "never_reports", "not_reporting") or \
            not (number(r["export_usd"]) > 0 and number(r["import_fob_usd"]) > 0), r
    if r["reasons"] and r["status"] == "matched":
        shares = [float(part.split("=")[1]) for part in r["reasons"].split(";")]
        assert abs(math.fsum(shares) - number(r["log_gap"])) < 0.0006 * (len(shares) + 3), r
order = [("explained" in r["flags"].split(";"), number(r["p"]) if r["p"] else 2, -number(r["at_stake_usd"])) for r in rows]
assert order == sorted(order)
assert [int(r["rank"]) for r in rows] == list(range(1, len(rows) + 1))
money = list(csv.DictReader(open("money.csv", newline="")))
order = [("explained" in r["flags"].split(";"), -number(r["at_stake_usd"])) for r in money]
assert order == sorted(order) and len(money) == len(rows)
END
}

@test "what is planted stands first, and mistakes are called so" {
    mirrorgap scores -q -i "$sample" --truth "$sample/truth.csv" -o s.csv
    "$PYTHON" - <<'END'
import csv
rows = list(csv.DictReader(open("s.csv", newline="")))
first = [r["planted"] for r in rows[:40]]
assert sum(k in ("price", "quantity") for k in first) >= 25, first
assert sum(bool(r["planted"]) for r in rows if r["q"] and float(r["q"]) <= 0.1) >= 15
assert not any(k == "unit_error" for k in first)
units = [r for r in rows if r["planted"] == "unit_error"]
assert sum("unit_10^" in r["flags"] for r in units) >= 12, units
hidden = [int(r["rank"]) for r in rows if r["planted"] == "hidden" and r["status"] != "matched"]
assert sorted(hidden)[len(hidden) // 2] < len(rows) / 10, hidden
END
}

@test "filters choose what is shown, not what is scored; threads and stores change nothing" {
    mirrorgap ingest -q -s P "$sample"
    mirrorgap scores -q P -@ 1 -o all.csv
    mirrorgap scores -q P -@ 4 | cmp - all.csv
    mirrorgap scores -q -i "$sample" -@ 3 | cmp - all.csv
    mirrorgap scores -q P --exporter HKG --period 2016 -o some.csv
    awk -F, 'NR == 1 || ($4 == 344 && $2 == 2016)' all.csv | cmp - some.csv
    mirrorgap scores -q P --limit 7 | cmp - <(head -8 all.csv)
    mirrorgap scores -q P --by exporter,importer -@ 1 -o groups.csv
    mirrorgap scores -q P --by exporter,importer -@ 4 | cmp - groups.csv
    mirrorgap scores -q P --by exporter,importer --exporter HKG -o some.csv
    awk -F, 'NR == 1 || $2 == 344' groups.csv | cmp - some.csv
}

@test "--by adds up what the cells say" {
    mirrorgap scores -q -i "$sample" -o s.csv
    mirrorgap scores -q -i "$sample" --by exporter,hs2 -o g.csv
    mirrorgap gaps -q -i "$sample" --by exporter,hs2 -o gaps.csv
    "$PYTHON" - <<'END'
import csv, math
from collections import defaultdict
cells = defaultdict(list)
for r in csv.DictReader(open("s.csv", newline="")):
    cells[r["exporter"], r["hs"][:2]].append(r)
gaps = {(r["exporter"], r["hs2"]): r for r in csv.DictReader(open("gaps.csv", newline=""))}
groups = list(csv.DictReader(open("g.csv", newline="")))
assert len(groups) == len(cells) == len(gaps)
total = lambda rows, name: math.fsum(float(r[name]) for r in rows if r[name])
for g in groups:
    key = g["exporter"], g["hs2"]
    mine, same = cells[key], gaps[key]
    matched = [r for r in mine if r["status"] == "matched"]
    assert int(g["cells"]) == len(mine) == int(same["cells"]), g
    assert int(g["matched"]) == len(matched), g
    assert math.isclose(float(g["gap_usd"]), total(matched, "gap_usd"), rel_tol=1e-9, abs_tol=1e-3), g
    assert math.isclose(float(g["gap_usd"]), float(same["net_gap_usd"]), rel_tol=1e-9, abs_tol=1e-3), g
    assert math.isclose(float(g["export_usd"]), total(mine, "export_usd"), rel_tol=1e-9), g
    assert int(g["scored"]) == sum(bool(r["p"]) and "explained" not in r["flags"] for r in mine), g
    tests = [(w, float(g[n])) for w, n in ((.6, "p_gap"), (.3, "p_cells"), (.1, "p_digits")) if g[n]]
    if tests:
        p = min(1, min(v / w for w, v in tests) * math.fsum(w for w, _ in tests))
        assert math.isclose(float(g["p"]), p, rel_tol=1e-9), g
END
}

@test "a country that declares a fifth less to one partner, everywhere and always, surfaces" {
    world 156 842 0.8 0 2012:2018
    rank() {
        mirrorgap scores -q -i "$1"/plus-*.csv --by pair | awk -F, '$2 == 156 && $4 == 842 { print $1 }'
    }
    [ "$(rank w)" -gt 20 ]
    [ "$(rank v)" -le 10 ]
}

@test "a level that changes is dated, and is not what is usual" {
    world 156 842 0.5 2014 2008:2018
    mirrorgap scores -q -i v/plus-*.csv --exporter 156 --importer 842 -o s.csv
    "$PYTHON" - <<'END'
import csv
rows = [r for r in csv.DictReader(open("s.csv", newline="")) if r["status"] == "matched"]
dated = [r for r in rows if any(f in ("shift:2013", "shift:2014", "shift:2015") for f in r["flags"].split(";"))]
late = [r for r in rows if int(r["period"]) >= 2014]
assert len(dated) >= 0.4 * len(late), (len(dated), len(late))
assert sum(float(r["p"]) < 0.1 for r in dated) >= len(dated) / 2, [r["p"] for r in dated]
last = max(dated, key=lambda r: (r["period"], r["hs"]))
print("/".join((last["period"], last["exporter"], last["importer"], last["hs"])), file=open("cell", "w"))
END
    mirrorgap explain -q -i v/plus-*.csv "$(cat cell)" >page.txt
    grep -qE "Another level than the flow's longest from 201[345] to" page.txt
    grep -qE 'CUSUM: the gap drifts from 201[3-6] on' page.txt
}

@test "explain tells what the row of scores tells, as text and as JSON" {
    mirrorgap scores -q -i "$sample" -o s.csv
    mirrorgap explain -q -i "$sample" 2017/RUS/USA/300490 --format json -o page.json
    [ ! -e page.json.meta.json ]
    mirrorgap explain -q -i "$sample" 2017/643/842/300490 >page.txt
    "$PYTHON" - <<'END'
import csv, json, math
page, text = json.load(open("page.json")), open("page.txt").read()
row = next(r for r in csv.DictReader(open("s.csv", newline=""))
           if (r["period"], r["exporter"], r["importer"], r["hs"]) == ("2017", "643", "842", "300490"))
assert page["rank"] == int(row["rank"]) and f"Rank {row['rank']} of {page['of']}" in text
for name in ("export_usd", "import_fob_usd", "log_gap", "expected_log_gap", "z", "p", "q", "at_stake_usd"):
    assert page["cell"][name] == float(row[name]), name
assert page["cell"]["exporter"]["iso3"] == "RUS" and page["finer_codes"] == 0
assert abs(sum(r["share"] for r in page["reasons"]) - page["cell"]["log_gap"]) < 0.01
assert [c["period"] for c in page["history"]] == [2014, 2015, 2016, 2017, 2018]
usual = page["what_would_change_it"]
assert usual["ordinary_from_usd"] < usual["usual_export_usd"] < usual["ordinary_to_usd"]
gap = math.log(page["cell"]["import_fob_usd"] / usual["usual_export_usd"])
assert abs(gap - page["cell"]["expected_log_gap"]) < 1e-9
for word in ("VERDICT", "BOTH REPORTS", "REASONS", "PRICES", "HISTORY", "HABITS", "WHAT WOULD CHANGE"):
    assert word in text, word
END
}

@test "explain: a heading nobody files is told by its largest code, a missing side by its chance" {
    mirrorgap explain -q -i "$sample" 2017/CHN/JPN/2701 >page.txt
    grep -q '^2017, China to Japan, 270112' page.txt
    grep -q 'not filed by itself' page.txt
    grep -q 'by one side alone with probability' page.txt
    grep -q 'nothing (reported_zero)' page.txt
}

@test "explain: what is missing may stand under areas not specified" {
    {
        head -1 months.csv
        echo C,A,2016,2016,76,X,842,0,H4,120100,C00,0,0,,100000
        echo C,A,2016,2016,76,X,899,0,H4,120100,C00,0,0,,950000
        echo C,A,2016,2016,842,M,76,0,H4,120100,C00,0,0,,1100000
    } >nes.csv
    mirrorgap explain -q -i nes.csv 2016/BRA/USA/120100 >page.txt
    grep -q 'The exporter files 950,000 USD of it under areas not specified' page.txt
    sed -i s/,950000/,9500/ nes.csv
    mirrorgap explain -q -i nes.csv 2016/BRA/USA/120100 >page.txt
    run -1 grep 'not specified' page.txt
}

@test "a country that never reports: the way on is told" {
    mirrorgap scores -i "$sample" --country PRK -o none.csv 2>said.txt
    grep -q 'no flow shown has a second report' said.txt
    mirrorgap scores -i "$sample" --country CHN -o some.csv 2>said.txt
    run -1 grep 'second report' said.txt
}

@test "explain and scores: asked wrongly, and nothing there" {
    fails_with 3 'nobody files 2030/CHN/JPN/270112' mirrorgap explain -i "$sample" 2030/CHN/JPN/270112
    fails_with 2 "is no cell: period/exporter/importer/hs" mirrorgap explain -i "$sample" 2017-CHN-JPN
    fails_with 2 "no country 'QQQ'" mirrorgap explain -i "$sample" 2017/QQQ/JPN/27
    fails_with 2 "'27011' is no commodity code" mirrorgap explain -i "$sample" 2017/CHN/JPN/27011
    fails_with 2 'text or JSON' mirrorgap explain -i "$sample" 2017/CHN/JPN/27 --format tsv
    fails_with 2 'explain needs a cell|takes one STORE|needs' mirrorgap explain
    fails_with 2 "cannot be told by 'colour'" mirrorgap scores -i "$sample" --by colour
    fails_with 2 'told by exporter and by importer' mirrorgap scores -i "$sample" --by country
    fails_with 2 "is no --rank-by" mirrorgap scores -i "$sample" --rank-by q
    fails_with 2 "is no --fdr" mirrorgap scores -i "$sample" --fdr holm
    fails_with 2 'go with --model full' mirrorgap scores -i "$sample" --model robust-z --by pair
    fails_with 2 'speak of cells' mirrorgap scores -i "$sample" --by pair --names
}
