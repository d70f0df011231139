#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# How the two sides meet and are measured: what is refused, and what must not change a
# figure.

load helper

# A row of months.csv's header.
row() { # PERIOD REPORTER FLOW PARTNER CODE WEIGHT VALUE
    echo "C,M,${1%??},$1,$2,$3,$4,0,H4,$5,C00,0,0,$6,$7"
}

@test "a bad table of re-exports: file, line and column, and exit 1" {
    local good='2016,344,156,842,851712,33000'
    refused() { # PATTERN HEADER ROW
        printf '%s\n' "$2" '2016,344,156,842,854231,1' "$3" >moves.txt
        fails_with 1 "$1" mirrorgap pairs -q -i hub.csv --re-exports moves.txt
    }
    local header=period,hub,origin,consignee,hs,value_usd
    refused "moves.txt:3: byte 67: column 'value_usd': 'lots'" $header "${good/33000/lots}"
    refused "moves.txt:3: byte 67: column 'value_usd': '-5'" $header "${good/33000/-5}"
    refused "moves.txt:3: byte 67: column 'hs': '85a712'" $header "${good/851712/85a712}"
    refused "moves.txt:3: byte 67: column 'origin': no country 'Atlantis'" $header "${good/156/Atlantis}"
    refused "moves.txt:3: byte 67: column 'period': '20x6'" $header "${good/2016/20x6}"
    refused "moves.txt:3: byte 67: 5 fields" $header "${good%,*}"
    refused "moves.txt:1: no column 'hub'" "${header/hub/hubs}" "$good"
    fails_with 1 'nowhere.txt' mirrorgap pairs -q -i hub.csv --re-exports nowhere.txt
}

@test "a table of re-exports without a row moves nothing" {
    echo period,hub,origin,consignee,hs,value_usd >moves.txt
    mirrorgap pairs -q -i hub.csv --re-exports moves.txt >moved.csv
    mirrorgap pairs -q -i hub.csv >plain.csv
    cmp plain.csv moved.csv
}

@test "a bad table of distances: file, line and column, and exit 1" {
    refused() { # PATTERN HEADER ROW
        printf '%s\n' "$2" "$3" >km.txt
        fails_with 1 "$1" mirrorgap pairs -q -i hub.csv --distances km.txt
    }
    refused "km.txt:2: byte 18: column 'distw': 'far'" iso_o,iso_d,distw CHN,USA,far
    refused "km.txt:2: byte 18: column 'distw': '-4'" iso_o,iso_d,distw CHN,USA,-4
    refused "km.txt:1: no column 'distw' or 'dist'" iso_o,iso_d,km CHN,USA,5
    refused "km.txt:1: no columns 'iso_o' and 'iso_d'" iso,iso_d,distw CHN,USA,5
    fails_with 1 'nowhere.txt' mirrorgap pairs -q -i hub.csv --distances nowhere.txt
}

@test "a bad correlation table: file, line and column, and exit 1" {
    refused() { # PATTERN HEADER ROW
        printf '%s\n' "$2" "$3" >tables.csv
        fails_with 1 "$1" mirrorgap pairs -q -i mixed.csv --concordance tables.csv
        fails_with 1 "$1" mirrorgap info --component '030613*' --concordance tables.csv
    }
    refused "tables.csv:2:2: byte 6: '03061X' is no HS code" H3,H4 030613,03061X
    refused "tables.csv:1: no correlation table" a,b 030613,030616
    refused "tables.csv: no table between two editions" code.after,code.before,adjustment \
        '0341,3341,1988 to 1976'
    fails_with 1 'nowhere.txt' mirrorgap pairs -q -i mixed.csv --concordance nowhere.txt
}

@test "options that make no sense end with 2 and say which" {
    fails_with 2 "'H7' is no way to harmonise" mirrorgap pairs -i plus.csv --harmonise H7
    fails_with 2 'no use with --harmonise none' \
        mirrorgap pairs -i plus.csv --harmonise none --concordance t.csv
    fails_with 2 'matches codes as filed' \
        mirrorgap scores -i plus.csv --model robust-z --concordance t.csv
    fails_with 2 'goes with --component' mirrorgap info -i plus.csv --concordance t.csv
    fails_with 2 "'4' is no lag" mirrorgap pairs -i plus.csv --lag 4
    fails_with 2 "'-1' is no lag" mirrorgap pairs -i plus.csv --lag=-1
    fails_with 2 "'mean' is no way to reconcile" mirrorgap pairs -i plus.csv --reconcile mean
    fails_with 2 "'0.1' is no band" mirrorgap pairs -i plus.csv --band 0.1
    fails_with 2 "'period' is asked for twice" mirrorgap gaps -i plus.csv --by period,hs2,period
    fails_with 2 "'pair' is asked for twice" mirrorgap gaps -i plus.csv --by exporter,pair
}

@test "a fitted margin that cannot be fitted says what is missing" {
    fails_with 1 'weights above 2,000 kg' mirrorgap pairs -q -i plus.csv --cif fit
    fails_with 1 'too few' mirrorgap gaps -q -i series.csv --cif fit --by period
}

@test "value is conserved whatever the editions become" {
    mirrorgap dump --header -q -i mixed.csv -o dump.csv
    for way in none common H0 H3 H4 H6; do
        mirrorgap pairs -q -i mixed.csv --cif none --harmonise $way >t.csv 2>talk.txt
        run -1 grep BROKEN talk.txt
        "$PYTHON" -c 'import csv
rows = list(csv.DictReader(open("t.csv")))
total = lambda name: sum(float(r[name] or 0) for r in rows)
assert (total("export_usd"), total("import_usd")) == (107000, 118000), rows
assert all(r["export_usd"] or r["import_usd"] for r in rows)'
    done
}

@test "a lag is of months: annual figures do not change" {
    mirrorgap pairs -q -i plus.csv >plain.csv
    for lag in 0 2 fit; do
        mirrorgap pairs -q -i plus.csv --lag $lag >lagged.csv
        cmp plain.csv lagged.csv
    done
}

# two_years LAG: 30 months of Japan's exports to Korea, which arrive LAG months later
two_years() {
    head -n 1 months.csv
    for ((t = 0; t < 30; t++)); do
        month=$((2015 + t / 12))$(printf %02d $((t % 12 + 1)))
        row "$month" 392 X 410 854231 10 $((10000 + t * t * 97 % 5003))
        if ((t >= $1)); then
            row "$month" 410 M 392 854231 10 $((11000 + (t - $1) * (t - $1) * 97 % 5003))
        fi
    done
}

@test "--lag fit finds the lag, and gives what that lag gives" {
    for lag in 0 1 2 3; do
        two_years $lag >t.csv
        mirrorgap pairs -q -i t.csv --cif none --lag fit >fitted.csv
        mirrorgap pairs -q -i t.csv --cif none --lag $lag >told.csv
        cmp fitted.csv told.csv
        if [ $lag -gt 0 ]; then grep -q lagged fitted.csv; fi
        ! grep matched fitted.csv | awk -F, '$18 != 1000' | grep .
    done
}

# The ways of all options, for what must hold of each.
ways() {
    cat <<'WAYS'
pairs --cif auto
pairs --cif baci --harmonise H3
pairs --cif gfi --unions --net-re-exports
pairs --cif none --reconcile baci
pairs --reconcile by --annual-from-months
pairs --cif none --lag 1
pairs --cif none --lag fit
pairs --re-exports moves.txt
gaps --by exporter,importer,hs2,period
gaps --by country,section --harmonise none --annual-from-months
gaps --by region,hs6 --unions
reliability
reliability --method variance --cif none
WAYS
    printf '%s\n' period,hub,origin,consignee,hs,value_usd 2016,344,156,842,851712,33000 >moves.txt
}

@test "-i and a store give the same table, however the sides meet" {
    mapfile -t files < <(ls plus.csv series.csv mixed.csv hub.csv union.csv months.csv answer.json)
    mirrorgap ingest -q -s S "${files[@]}"
    ways >list.txt
    while read -r way; do
        # shellcheck disable=SC2086 # a verb and its options
        mirrorgap $way -q S >store.csv
        # shellcheck disable=SC2086
        mirrorgap $way -q -i "${files[@]}" >files.csv
        [ "$(wc -l <store.csv)" -gt 3 ]
        cmp store.csv files.csv
    done <list.txt
}

@test "the same bytes on 1 thread and on 4, however the sides meet" {
    mirrorgap ingest -q -s S "$BATS_TEST_DIRNAME/../../datasets/sample"
    ways >list.txt
    echo "pairs --cif fit" >>list.txt
    while read -r way; do
        # shellcheck disable=SC2086 # a verb and its options
        mirrorgap $way -q -@ 1 S >one.csv 2>one.txt
        # shellcheck disable=SC2086
        mirrorgap $way -q -@ 4 S >four.csv 2>four.txt
        cmp one.csv four.csv
        cmp one.txt four.txt
    done <list.txt
}

@test "gaps add up to the pairs that they sum" {
    mirrorgap ingest -q -s S "$BATS_TEST_DIRNAME/../../datasets/sample"
    mirrorgap pairs -q S --level 6 -o pairs.csv 2>talk.txt
    mirrorgap gaps -q S --by exporter,hs2,period -o gaps.csv
    "$PYTHON" - <<'PY'
import csv, math
from collections import defaultdict
want = defaultdict(lambda: [0, 0, 0.0, 0.0, 0.0])
for r in csv.DictReader(open("pairs.csv")):
    w = want[r["exporter"], r["hs"][:2], r["period"]]
    w[0] += 1
    if r["status"] == "matched":
        gap = float(r["gap_usd"])
        w[1] += 1; w[2] += gap; w[3] += max(gap, 0); w[4] += max(-gap, 0)
got = list(csv.DictReader(open("gaps.csv")))
assert len(got) == len(want) > 1000
for r in got:
    w = want[r["exporter"], r["hs2"], r["period"]]
    assert (int(r["cells"]), int(r["matched"])) == (w[0], w[1]), r
    for name, value in zip(("net_gap_usd", "gross_positive_usd", "gross_negative_usd"), w[2:]):
        assert math.isclose(float(r[name]), value, rel_tol=1e-9, abs_tol=1e-3), (r, value)
PY
}
