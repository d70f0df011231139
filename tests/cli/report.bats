#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# report: what is written and when, on the command line. tests/web looks at the page,
# tests/truth/report_check.py at the numbers. A build without node says that it has no page.

load helper

SAMPLE=$BATS_TEST_DIRNAME/../../datasets/sample

has_page() {
    ! mirrorgap report -i plus.csv -o probe 2>&1 >/dev/null | grep -q 'MIRRORGAP_WEB=ON'
}

needs_page() {
    has_page || skip "a build without the page"
}

@test "report: a build without the page says how to get one" {
    if has_page; then
        [ -s probe/index.html ]
    else
        fails_with 2 'needs node and npm' mirrorgap report -i plus.csv -o probe
        [ ! -e probe ]
    fi
}

@test "report: a page, its tables, and what they are made from" {
    needs_page
    mirrorgap report -q -i "$SAMPLE" --target PRK --hs 27,26 --period 2016:2018 --top 50 --title 'A title' -o deep/out
    for file in index.html datapackage.json provenance.json data/scores.csv data/scores.csv.meta.json data/totals.csv data/rules.csv; do
        [ -s "deep/out/$file" ]
    done
    [ "$(wc -l <deep/out/data/scores.csv)" -eq 51 ]
    mirrorgap scores -q -i "$SAMPLE" --names --hs 27,26 --period 2016:2018 --limit 50 -o s.csv
    cmp s.csv deep/out/data/scores.csv
    mirrorgap gaps -q -i "$SAMPLE" --by period --hs 27,26 --period 2016:2018 -o g.csv
    cmp g.csv deep/out/data/series.csv
    mirrorgap totals -q -i "$SAMPLE" --country PRK -o t.csv
    cmp t.csv deep/out/data/totals.csv
    grep -q '<title>A title</title>' deep/out/index.html
    "$PYTHON" -c 'import json
p = json.load(open("deep/out/provenance.json"))
assert p["options"]["target"] == "PRK" and p["options"]["filter"].startswith("HS 27,26") and p["sources"][0]["hash"]
assert p["program"].startswith("mirrorgap ") and " report " in p["command"]'
    [ -z "$(find . -name '*.tmp.*')" ]
}

@test "report: one country asked for has its dossier, several have none" {
    needs_page
    mirrorgap report -q -i "$SAMPLE" --country 'South Korea' -o one
    [ -s one/data/totals.csv ]
    mirrorgap report -q -i "$SAMPLE" --country KOR,JPN -o two
    [ -s two/data/scores.csv ] && [ ! -e two/data/totals.csv ]
    mirrorgap report -q -i "$SAMPLE" --country PRK --regime un-dprk -o three
    run ! grep -q 'cn-dprk' three/data/rules.csv
    grep -q 'un-dprk' three/data/rules.csv
}

@test "report: where it fails, no page vouches for tables that are half new" {
    needs_page
    mirrorgap report -q -i plus.csv -o out
    mv out/data/series.csv keep
    mkdir out/data/series.csv # cannot be replaced
    fails_with 1 'series.csv' mirrorgap report -q -i mixed.csv -o out
    [ ! -e out/index.html ]
    rmdir out/data/series.csv
    # nothing to say: what was there stays
    mirrorgap report -q -i plus.csv -o out
    cp out/index.html before
    fails_with 3 '' mirrorgap report -q -i plus.csv --period 1950 -o out
    cmp before out/index.html
    # asked wrongly, or of nothing that can be read: likewise
    fails_with 1 'gone.csv' mirrorgap report -q -i gone.csv -o out
    fails_with 1 "no regime 'nothing'" mirrorgap report -q -i plus.csv --target PRK --regime nothing -o out
    cmp before out/index.html
    echo text >file
    fails_with 1 'file' mirrorgap report -q -i plus.csv -o file
    fails_with 1 'file' mirrorgap report -q -i plus.csv -o file/out
    [ "$(cat file)" = text ]
}

@test "report: how it is asked" {
    needs_page
    fails_with 2 '.o DIR' mirrorgap report -i plus.csv
    fails_with 2 'takes --top' mirrorgap report -i plus.csv -o x --limit 5
    fails_with 2 '.--top.' mirrorgap report -i plus.csv -o x --top 0
    fails_with 2 '.--top.' mirrorgap report -i plus.csv -o x --top many
    fails_with 2 "no country 'Atlantis'" mirrorgap report -i plus.csv -o x --target Atlantis
    fails_with 2 "no country 'World'" mirrorgap report -i plus.csv -o x --target World
    fails_with 2 'goes with --target' mirrorgap report -i plus.csv -o x --regime un-dprk
    fails_with 2 "'9' is no level" mirrorgap report -i plus.csv -o x --level 9
    fails_with 2 '' mirrorgap report -i plus.csv -o x --format json
    [ ! -e x ]
}

@test "report: data of every kind become a page" {
    needs_page
    for file in plus mixed legacy series months totals editions hub union breakdown; do
        code=0
        mirrorgap report -q -i $file.csv --target CHN -o "out/$file" || code=$?
        [ "$code" -eq 0 ] || [ "$code" -eq 3 ]
        [ "$code" -eq 3 ] || "$PYTHON" -c 'import json, re, sys
text = open(sys.argv[1]).read()
json.loads(re.search("id=\"data\">(.*?)</script>", text, re.S).group(1))' "out/$file/index.html"
    done
}

@test "report: titles tell the filters, and findings do not hang on the lines shown" {
    needs_page
    mirrorgap report -q -i "$SAMPLE" --status exporter_only --min-value 5000 --freq A -o some
    "$PYTHON" - <<'PY'
import csv, json, re
text = open("some/index.html").read()
data = json.loads(re.search('id="data">(.*?)</script>', text, re.S).group(1))
assert "eported as exporter_only" in data["subject"] and "at least US$ 5000" in data["subject"] and data["subject"].endswith("annual"), data["subject"]
assert json.load(open("some/provenance.json"))["options"]["filter"] in data["subject"]
measures = {r["measure"] for r in csv.DictReader(open("some/data/summary.csv"))}
assert "matched_share" not in measures and "flows" in measures
PY
    for n in 1 3 5000; do
        mirrorgap report -q -i "$SAMPLE" --top $n -o "top-$n"
        grep '_at_stake' "top-$n/data/summary.csv" >"found-$n"
    done
    cmp found-1 found-5000
    cmp found-3 found-5000
    [ "$(wc -l <found-1)" -eq 2 ]
    mirrorgap plot -q -i "$SAMPLE" scatter -o all.svg
    mirrorgap plot -q -i "$SAMPLE" scatter --limit 5 -o five.svg
    cmp all.svg five.svg
}

@test "report: odd names and folders" {
    needs_page
    fails_with 2 '.o DIR' mirrorgap report -i plus.csv -o ''
    fails_with 2 'no UTF-8' mirrorgap report -i plus.csv -o x --title $'\xff'
    fails_with 2 'longer' mirrorgap report -i plus.csv -o x --title "$(printf 'é%.0s' {1..200})"
    [ ! -e x ]
    # the dossier of an earlier page goes with it
    mirrorgap report -q -i plus.csv --target CHN -o out
    [ -e out/data/totals.csv ]
    mirrorgap report -q -i plus.csv -o out
    [ ! -e out/data/totals.csv ] && [ ! -e out/data/totals.csv.meta.json ]
    # names of files that are no UTF-8, and names of countries that gnuplot could read as formats
    cp plus.csv $'na\xffme.csv'
    mirrorgap report -q -i $'na\xffme.csv' -o odd
    "$PYTHON" -c 'import json
p = json.load(open("odd/provenance.json"))
assert p["sources"][0]["file"] == "na\\xffme.csv" and "na" in p["command"]'
    mkdir data
    cp -r "$BATS_TEST_DIRNAME/../../datasets/ref" "$BATS_TEST_DIRNAME/../../datasets/regimes" data
    sed -i 's/,China,/,100 %s China %d,/' data/ref/countries.csv
    MIRRORGAP_DATA=$PWD/data/ref mirrorgap plot -q -i "$SAMPLE" heat -o percent.svg
    grep -q '100 %s China %d' percent.svg
}
