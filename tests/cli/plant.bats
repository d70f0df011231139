#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# plant: a copy of a store in which exactly what the truth file says is another, and
# that is as sound as the store it came from.

load helper

world() {
    mirrorgap synth -q -o world --seed 7 --reporters 20 --commodities 100 --periods 3 --share 0
    mirrorgap ingest -q -s S world
}

@test "the copy verifies, its controls hold, and its ledger adds up" {
    world
    mirrorgap plant -q S -o P --seed 3 --truth truth.csv --share 0.05
    mirrorgap verify P
    mirrorgap ledger -q P --controls >breaks.csv || [ $? -eq 3 ]
    [ "$(wc -l <breaks.csv)" -le 1 ]
    mirrorgap pairs -q P -o /dev/null 2>said.txt
    run -1 grep BROKEN said.txt
    [ "$(head -n 1 truth.csv)" = "kind,period,exporter,importer,hs,side,true_usd,reported_usd,note" ]
    [ -e truth.csv.meta.json ]
    mirrorgap info -q P --sources | tail -n 1 | grep -q '^3,planted (seed 3),'
    # the store it came from is as it was
    mirrorgap verify S
    mirrorgap dump -q S >old.txt
    mirrorgap dump -q -i world | cmp - old.txt
}

@test "what truth.csv lists is in the copy, and nothing else is" {
    world
    mirrorgap plant -q S -o P --seed 3 --truth truth.csv --share 0.05
    mirrorgap dump -q --header S >old.csv
    mirrorgap dump -q --header P >new.csv
    "$PYTHON" - <<'PY'
import csv, collections
def load(name):
    rows = {}
    for r in csv.DictReader(open(name, newline="")):
        rows[r["period"], r["exporter"], r["importer"], r["hs"], r["flow"]] = r
    return rows
old, new = load("old.csv"), load("new.csv")
value = next(c for c in next(iter(old.values())) if c.startswith("value"))
usd = lambda rows, key: float(rows[key][value]) if key in rows else 0
changed = {k for k in old.keys() | new.keys()
           if {c: v for c, v in old.get(k, {}).items() if c not in ("vintage", "flags")} !=
              {c: v for c, v in new.get(k, {}).items() if c not in ("vintage", "flags")}}
told, seen = set(), collections.Counter()
for t in csv.DictReader(open("truth.csv", newline="")):
    note = dict(w.split("=") for w in t["note"].split() if "=" in w)
    flow = "M" if t["side"] == "import" else "X"
    key = (t["period"], t["exporter"], t["importer"], t["hs"], flow)
    assert usd(old, key) == float(t["true_usd"]), t
    assert (key in new) == (t["reported_usd"] != ""), t
    assert usd(new, key) == float(t["reported_usd"] or 0), t
    told.add(key)
    to = list(key)
    if "filed_under" in note: to[1 if flow == "M" else 2] = note["filed_under"]
    if "filed_as" in note: to[3] = note["filed_as"]
    if "moved_to" in note: to[0] = note["moved_to"]
    if "via" in note: to[2] = note["via"]
    to = tuple(to)
    gone = float(t["true_usd"]) - float(t["reported_usd"] or 0)
    if to != key:
        assert abs(usd(new, to) - usd(old, to) - gone) < 0.02, t
        told.add(to)
    if note.get("onward") == "yes":
        on = (key[0], note["via"], key[2], key[3], "X")
        assert abs(usd(new, on) - usd(old, on) - gone) < 0.02, t
        told.add(on)
    seen[t["kind"]] += 1
# few of these goods have a sibling
assert len(seen) == 9 and min(seen.values()) > 10, seen
fine = {k for k in changed if len(k[3]) == 6}
assert fine == told, (fine ^ told)
# totals change by what their parts change by
total = collections.Counter()
for k in fine:
    total[k[0], k[1], k[2], "TOTAL", k[4]] += usd(new, k) - usd(old, k)
for k, by in total.items():
    assert abs(usd(new, k) - usd(old, k) - by) < 0.02, k
assert changed - fine <= set(total), changed - fine - set(total)
PY
}

@test "the same seed gives the same, on any threads, from a store or from files" {
    world
    mirrorgap plant -q S -o A --seed 3 --truth a.csv -@ 1
    mirrorgap plant -q S -o B --seed 3 --truth b.csv -@ 4
    mirrorgap plant -q -i world -o C --seed 3 --truth c.csv
    mirrorgap plant -q S -o D --seed 4 --truth d.csv
    cmp a.csv b.csv
    cmp a.csv c.csv
    run -1 cmp -s a.csv d.csv
    for store in A B C; do dump -q $store >$store.txt; done
    cmp A.txt B.txt
    cmp A.txt C.txt
}

@test "filters, kinds and share say where, what and how much" {
    world
    mirrorgap plant -q S -o A --seed 3 --truth a.csv --kinds price,rounding --share 0.1 \
        --exporter CHN --period 2015 --min-value 1000000
    [ "$(tail -n +2 a.csv | cut -d, -f1 | sort -u | tr '\n' ' ')" = "price rounding " ]
    [ "$(tail -n +2 a.csv | cut -d, -f2,3 | sort -u)" = "2015,156" ]
    tail -n +2 a.csv | awk -F, '$7 < 1000000 { exit 1 }'
    run -3 mirrorgap plant -q S -o B --seed 3 --truth b.csv --share 0
    [ "$(wc -l <b.csv)" -eq 1 ]
    dump -q S >old.txt
    dump -q B | cmp - old.txt
}

@test "kinds that the data cannot carry are told" {
    mirrorgap synth -q -o world --seed 7 --reporters 12 --commodities 30 --periods 1 --share 0
    mirrorgap plant -i world -o P --seed 3 --truth truth.csv --share 0.1 2>said.txt
    grep -q 'left out, as no pair can carry it:.*time_shift' said.txt
    run -1 grep '^time_shift' truth.csv
}

@test "breakdowns and duplicates do not bring the old report back" {
    world
    mirrorgap ingest -q -s S world/plus-2015.csv --vintage 2020-01-01 || true
    mirrorgap plant -q S -o P --seed 9 --truth truth.csv --share 0.2 --kinds hidden
    mirrorgap pairs -q P --level 6 --cif none --harmonise none -o pairs.csv 2>/dev/null
    "$PYTHON" - <<'PY'
import csv
pairs = {(p["period"], p["exporter"], p["importer"], p["hs"]): p
         for p in csv.DictReader(open("pairs.csv", newline=""))}
n = 0
for t in csv.DictReader(open("truth.csv", newline="")):
    p = pairs[t["period"], t["exporter"], t["importer"], t["hs"]]
    assert p["status"] == ("exporter_only" if t["side"] == "import" else "importer_only"), t
    n += 1
assert n > 500, n
PY
}

@test "asked wrongly: exit 2; a store that is there already: exit 1" {
    world
    fails_with 2 "needs -o STORE2" mirrorgap plant S --seed 1
    fails_with 2 "needs -o STORE2" mirrorgap plant S -o P --truth t.csv
    fails_with 2 "no seed" mirrorgap plant S -o P --seed x --truth t.csv
    fails_with 2 "no share" mirrorgap plant S -o P --seed 1 --truth t.csv --share 0.5
    fails_with 2 "no list of kinds" mirrorgap plant S -o P --seed 1 --truth t.csv --kinds theft
    fails_with 2 "no --limit" mirrorgap plant S -o P --seed 1 --truth t.csv --limit 3
    [ ! -e P ] && [ ! -e t.csv ]
    fails_with 1 "holds data already" mirrorgap plant S -o S --seed 1 --truth t.csv
    [ ! -e t.csv ]
    mirrorgap verify S
}
