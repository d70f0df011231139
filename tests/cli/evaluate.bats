#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# evaluate: rankings against what was planted, by hand and against a twin.

load helper

# Six cells, two anomalies: one partner swap that shows in two cells, one hidden report
# that no row tells of.
by_hand() {
    cat >truth.csv <<'END'
kind,period,exporter,importer,hs,side,true_usd,reported_usd,note
partner_swap,2016,410,36,270900,import,500,,filed_under=408
hidden,2016,156,36,270900,export,500,,report deleted
END
    cat >scores.csv <<'END'
rank,period,exporter,importer,hs,export_usd,import_fob_usd,gap_usd,log_gap,p,q
1,2016,408,36,270900,,500,,,0.001,0.01
2,2016,842,36,270900,100,200,100,0.6931471805599453,0.01,0.05
3,2016,410,36,270900,500,,,,0.02,0.1
4,2016,842,156,270900,100,100,0,0,0.5,0.6
5,2016,156,842,270900,100,90,-10,-0.10536051565782628,0.6,0.7
6,2016,156,842,870323*,100,90,-10,-0.10536051565782628,0.9,0.9
END
}

field() { # NAME: of the first line on standard input that has a header before it
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at[name] }'
}

line() { # RANKING KIND
    head -n 1 out.csv
    grep -E "^[^,]*,$1,$2," out.csv
}

@test "worked out by hand: places 1 and 3 of six, and one that is not there" {
    by_hand
    mirrorgap evaluate -q --truth truth.csv scores.csv -o out.csv
    # (1/1 + 2/3) / 3 relevant cells
    line as_given all | field average_precision | awk '{ exit !($1 > 0.55555 && $1 < 0.55556) }'
    [ "$(line as_given all | field planted)" = 2 ]
    [ "$(line as_given all | field scored)" = 1 ]
    [ "$(line as_given all | field relevant)" = 3 ]
    [ "$(line as_given all | field precision_10)" = 0.2 ]
    [ "$(line as_given all | field flagged_q10)" = 3 ]
    [ "$(line as_given all | field found_q10)" = 1 ]
    line as_given all | field fdp_q10 | grep -q '^0.33333'
    line as_given all | field recall_q10 | grep -q '^0.66666'
    # of one kind: (1 + 2/3) / 2, and nothing of the other
    line as_given partner_swap | field average_precision | grep -q '^0.83333'
    [ "$(line as_given hidden | field average_precision)" = 0 ]
    [ "$(line as_given hidden | field rows)" = 4 ]
    # |gap|: both relevant cells tie at 500, the first places
    line abs_gap_usd all | field average_precision | grep -q '^0.66666'
    # |log gap|: they have none, and are the last two of six: (1/5 + 2/6) / 3
    line abs_log_gap all | field average_precision | grep -q '^0.17777'
    [ "$(line abs_gap_usd all | field fdp_q10)" = "" ]
    run -1 grep iqr_price out.csv
}

@test "CSV, NDJSON and columns in another order give the same" {
    by_hand
    mirrorgap evaluate -q --truth truth.csv scores.csv | cut -d, -f2- >first.csv
    "$PYTHON" - <<'PY'
import csv, json
rows = list(csv.DictReader(open("scores.csv", newline="")))
number = lambda v: float(v) if v else None
with open("scores.ndjson", "w") as f:
    for r in rows:
        f.write(json.dumps({k: v if k == "hs" else number(v) if "." in v or not v else int(v)
                            for k, v in r.items()}) + "\n")
with open("turned.csv", "w", newline="") as f:
    w = csv.DictWriter(f, list(reversed(rows[0])))
    w.writeheader()
    w.writerows(reversed(rows))
PY
    for name in scores.ndjson turned.csv; do
        mirrorgap evaluate -q --truth truth.csv $name | cut -d, -f2- >other.csv
        cmp first.csv other.csv
    done
    mirrorgap evaluate -q --truth truth.csv scores.csv turned.csv >both.csv
    [ "$(wc -l <both.csv)" -eq $((2 * ($(wc -l <first.csv) - 1) + 1)) ]
}

@test "without rank, p or score the order of the rows is the ranking" {
    by_hand
    cut -d, -f2-9 scores.csv >order.csv
    mirrorgap evaluate -q --truth truth.csv order.csv -o out.csv
    line as_given all | field average_precision | grep -q '^0.55555'
    [ "$(line as_given all | field flagged_q10)" = "" ]
}

@test "an empty truth: nothing to find, no average precision" {
    by_hand
    head -n 1 truth.csv >none.csv
    mirrorgap evaluate -q --truth none.csv scores.csv -o out.csv
    [ "$(line as_given all | field average_precision)" = "" ]
    [ "$(line as_given all | field precision_10)" = 0 ]
    [ "$(line as_given all | field fdp_q10)" = 1 ]
}

@test "planted, scored, evaluated: as a twin finds it, the same on any threads" {
    mirrorgap synth -q -o world --seed 7 --reporters 20 --commodities 60 --periods 4 --share 0
    mirrorgap plant -q -i world -o P --seed 3 --truth truth.csv --share 0.04
    mirrorgap scores -q --model robust-z P -o scores.csv
    mirrorgap evaluate -q --truth truth.csv scores.csv -s P -@ 1 -o out.csv
    mirrorgap evaluate -q --truth truth.csv scores.csv -s P -@ 4 | cmp - out.csv
    mirrorgap pairs -q P --level 6 --cif none --harmonise none -o pairs.csv 2>/dev/null
    "$PYTHON" - <<'PY'
import csv, math, collections
rows = list(csv.DictReader(open("scores.csv", newline="")))
key = lambda r: (r["period"], r["exporter"], r["importer"], r["hs"])
pairs = {key(p): p for p in csv.DictReader(open("pairs.csv", newline=""))}
truth = list(csv.DictReader(open("truth.csv", newline="")))
def cells(t):
    note = dict(w.split("=") for w in t["note"].split() if "=" in w)
    own = list(key(t))
    yield tuple(own)
    for name, at in (("filed_as", 3), ("moved_to", 0), ("via", 2),
                     ("filed_under", 1 if t["side"] == "import" else 2)):
        if name in note:
            other = list(own); other[at] = note[name]
            yield tuple(other)
    if note.get("onward") == "yes":
        yield (own[0], note["via"], own[2], own[3])
there = {key(r) for r in rows}
def expected(score, kind):
    good, other, missing = set(), set(), 0
    for t in truth:
        mine = set(cells(t))
        if kind in ("all", t["kind"]):
            good |= mine & there
            missing += not (mine & there)
        else:
            other |= mine & there
    ranked = [(-score(r), key(r) in good) for r in rows if key(r) in good or key(r) not in other]
    ranked.sort()
    # ties in expectation, place by place
    total, seen, hits, i = 0.0, 0, 0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]: j += 1
        n, r = j - i, sum(g for _, g in ranked[i:j])
        for place in range(n):
            if r: total += r / n * (hits + 1 + (place * (r - 1) / (n - 1) if n > 1 else 0)) / (seen + place + 1)
        seen, hits, i = seen + n, hits + r, j
    return total / (len(good) + missing)
def agreement(r):
    q = pairs[key(r)]["qty_agreement"]
    return float(q) if q else math.nan
def gfi(r):
    a = agreement(r)
    return -1 if math.isnan(a) else abs(float(r["gap_usd"])) * a
scores = {"as_given": lambda r: float(r["score"]), "robust_z": lambda r: float(r["score"]),
          "abs_gap_usd": lambda r: abs(float(r["gap_usd"])),
          "abs_log_gap": lambda r: abs(float(r["log_gap"])), "gfi_weighted": gfi}
got = {(e["ranking"], e["kind"]): e for e in csv.DictReader(open("out.csv", newline=""))}
kinds = ["all"] + sorted({t["kind"] for t in truth})
assert len(kinds) >= 9
for name, score in scores.items():
    for kind in kinds:
        want = expected(score, kind)
        assert abs(float(got[name, kind]["average_precision"]) - want) < 1e-9, (name, kind, want)
# a price filter finds errors of unit; a ranking by chance would have 0.01
assert float(got["iqr_price", "unit_error"]["average_precision"]) > 0.5
assert float(got["isolation_forest", "all"]["average_precision"]) > 0.2
PY
}

@test "robust-z from the table's own gaps is robust-z" {
    mirrorgap synth -q -o world --seed 7 --reporters 20 --commodities 30 --periods 4
    mirrorgap scores -q --model robust-z -i world -o scores.csv
    # without the columns that give it away
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("scores.csv", newline="")))
names = ["exporter", "importer", "hs", "period", "export_usd", "import_usd"]
with open("bare.csv", "w", newline="") as f:
    w = csv.DictWriter(f, names, extrasaction="ignore")
    w.writeheader()
    w.writerows(rows)
PY
    for name in scores bare; do
        mirrorgap evaluate -q --truth world/truth.csv $name.csv | grep -E ',(robust_z|abs_log_gap),' |
            cut -d, -f2- >$name.txt
    done
    cmp scores.txt bare.txt
}

@test "asked wrongly, and tables that are none" {
    by_hand
    fails_with 2 "needs --truth" mirrorgap evaluate scores.csv
    fails_with 2 "needs" mirrorgap evaluate --truth truth.csv
    fails_with 2 "no seed" mirrorgap evaluate --truth truth.csv scores.csv --seed x
    fails_with 1 "cannot open" mirrorgap evaluate --truth truth.csv nowhere.csv
    fails_with 1 "no column 'hs'" mirrorgap evaluate --truth truth.csv <(printf 'period,exporter,importer\n')
    fails_with 1 "no column 'kind'" mirrorgap evaluate --truth scores.csv scores.csv
    printf '{"period":2016,"exporter":1}\n' >bad.ndjson
    fails_with 1 "bad.ndjson:1.*no row of scores" mirrorgap evaluate --truth truth.csv bad.ndjson
    printf '{"period":2016\n' >cut.ndjson
    fails_with 1 "no JSON object" mirrorgap evaluate --truth truth.csv cut.ndjson
}
