#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run: batches from one file.

load helper

# A batch of three steps over the files of the tests.
write_batch() {
    mkdir -p in
    cp plus.csv in
    cat >batch.yaml <<'END'
store: S
steps:
  - do: ingest
    name: read
    files: [in]
  - do: pairs
    name: pairs
    output: pairs.csv
    options: {names: yes, period: 2017:2018}
  - do: gaps
    name: gaps
    output: gaps.csv
    options: {by: "exporter,importer"}
END
}

# outcome NAME: of a step in the summary.
outcome() {
    "$PYTHON" -c 'import json, sys
for step in json.load(open(sys.argv[1]))["steps"]:
    if step["name"] == sys.argv[2]:
        print(step["outcome"])' "${2:-batch.yaml.run.json}" "$1"
}

@test "run: a batch does what its commands do" {
    write_batch
    mirrorgap run -q batch.yaml
    mirrorgap ingest -q -s T plus.csv
    cmp <(mirrorgap dump S) <(mirrorgap dump T)
    mirrorgap pairs -q T --names --period 2017:2018 -o p.csv 2>err
    cmp p.csv pairs.csv
    mirrorgap gaps -q T --by exporter,importer -o g.csv
    cmp g.csv gaps.csv
    for step in read pairs gaps; do [ "$(outcome $step)" = 'done' ]; done
    "$PYTHON" -c 'import json
s = json.load(open("batch.yaml.run.json"))
assert s["format"] == "mirrorgap run 1" and s["exit"] == 0 and s["began"] <= s["ended"]
assert [x["exit"] for x in s["steps"]] == [0, 0, 0] and s["steps"][1]["writes"] == ["pairs.csv"]
assert s["steps"][1]["command"] == "mirrorgap pairs --period=2017:2018 --names --output=pairs.csv S"'
}

@test "run: what did not change is not done again" {
    write_batch
    mirrorgap run -q batch.yaml
    touch -d '2001-01-01' pairs.csv gaps.csv
    mirrorgap run batch.yaml 2>err
    grep -q 'done=0 up_to_date=3' err
    [ "$(date -r pairs.csv +%Y)" = 2001 ]
    # an output that was lost, or changed
    rm pairs.csv
    echo more >>gaps.csv
    mirrorgap run -q batch.yaml
    [ "$(outcome read)" = up_to_date ] && [ "$(outcome pairs)" = 'done' ] && [ "$(outcome gaps)" = 'done' ]
    mirrorgap gaps -q S --by exporter,importer -o g.csv
    cmp g.csv gaps.csv
    # an option
    sed -i 's/2017:2018/2018/' batch.yaml
    mirrorgap run -q batch.yaml
    [ "$(outcome gaps)" = up_to_date ] && [ "$(outcome pairs)" = 'done' ]
    # threads make no difference
    sed -i '1i threads: 2' batch.yaml
    mirrorgap run batch.yaml 2>err
    grep -q 'done=0 up_to_date=3' err
    # an input
    cp series.csv in
    mirrorgap run batch.yaml 2>err
    grep -q 'done=3 up_to_date=0' err
    # a file that an option names
    printf 'iso_o,iso_d,contig,dist\nCHN,USA,0,11000\n' >dist.csv
    sed -i 's/by: /distances: dist.csv, by: /' batch.yaml
    mirrorgap run -q batch.yaml
    printf 'iso_o,iso_d,contig,dist\nCHN,USA,0,12000\n' >dist.csv
    mirrorgap run -q batch.yaml
    [ "$(outcome pairs)" = up_to_date ] && [ "$(outcome gaps)" = 'done' ]
}

@test "run: --dry-run tells the plan and does nothing" {
    write_batch
    mirrorgap run batch.yaml --dry-run >plan.csv
    [ ! -e S ] && [ ! -e pairs.csv ] && [ ! -e batch.yaml.run.json ]
    "$PYTHON" - <<'PY'
import csv, os
rows = list(csv.DictReader(open("plan.csv")))
assert [r["name"] for r in rows] == ["read", "pairs", "gaps"] and {r["state"] for r in rows} == {"to_do"}
lines = sum(1 for _ in open("in/plus.csv")) - 1
assert {int(r["rows_estimate"]) for r in rows} == {lines}, rows
assert {int(r["bytes_estimate"]) for r in rows} == {os.path.getsize("in/plus.csv")}
PY
    # the command of the plan is one that a shell runs
    mirrorgap run -q batch.yaml
    sed -i 's/options: {by/options: {cif: "fixed:0.1", by/' batch.yaml
    mirrorgap run batch.yaml --dry-run --format json >plan.json
    "$PYTHON" -c 'import json
r = json.load(open("plan.json"))
assert [x["state"] for x in r] == ["up_to_date", "up_to_date", "to_do"]
assert r[1]["rows_estimate"] == 13
print(r[2]["command"])' | sed "s|^mirrorgap|$MG_PROG -q|" >again.sh
    rm gaps.csv
    sh again.sh
    [ -s gaps.csv ]
}

@test "run: a step that fails spoils only what reads from it, and the worst code is told" {
    write_batch
    cat >>batch.yaml <<'END'
  - do: hubs
    name: bad
    output: nowhere/m.csv
  - do: evaluate
    name: after
    files: [nowhere/m.csv]
    output: e.csv
    options: {truth: t.csv}
  - do: pairs
    name: none
    output: none.csv
    options: {period: 1950}
  - do: dump
    name: still
    output: dump.csv
END
    run mirrorgap run batch.yaml
    [ "$status" -eq 1 ]
    [ "$(outcome bad)" = failed ] && [ "$(outcome after)" = not_run ]
    [ "$(outcome none)" = nothing ] && [ "$(outcome still)" = 'done' ] && [ -s dump.csv ]
    # once it can be done, only that is
    mkdir nowhere
    sed -i '/- do: evaluate/,/truth/d' batch.yaml
    run mirrorgap run batch.yaml
    [ "$status" -eq 3 ]
    [ "$(outcome bad)" != failed ] && [ "$(outcome none)" = up_to_date ] && [ "$(outcome still)" = up_to_date ]
    # a folder that cannot be read stops what is made of it
    sed -i 's/files: \[in\]/files: [gone]/' batch.yaml
    run mirrorgap run batch.yaml
    [ "$status" -eq 1 ]
    [ "$(outcome read)" = failed ] && [ "$(outcome pairs)" = not_run ]
}

@test "run: faults of a batch are told with line and column" {
    refused() { # PATTERN TEXT
        printf '%b' "$2" >x.yaml
        fails_with 1 "$1" mirrorgap run x.yaml
    }
    refused 'x.yaml:4.*no YAML' 'store: S\nsteps:\n  - do: pairs\n\t- do: x\n'
    refused 'x.yaml:3.*nexpected key: d0' 'store: S\nsteps:\n  - d0: pairs\n'
    refused 'x.yaml:4.*nexpected key: perid' 'steps:\n  - do: pairs\n    options:\n      perid: 3\n'
    refused 'x.yaml:2.*' 'steps:\n  - do: fly\n'
    refused 'x.yaml:2.*' 'steps:\n  - do: run\n'
    refused 'x.yaml:3.*' 'steps:\n  - do: pairs\n    options: {names: maybe}\n'
    refused 'x.yaml:1.*STRING' 'store: [a]\nsteps: [{do: info}]\n'
    refused 'steps' 'store: S\n'
    refused 'empty' ''
    refused 'x.yaml' 'store: &a S\nsteps: [{do: *a}]\n'
    refused 'no YAML' 'a: \201\202'
    head -c 3000 /dev/urandom >x.yaml
    fails_with 1 'x.yaml' mirrorgap run x.yaml
    fails_with 1 'gone.yaml' mirrorgap run gone.yaml
    fails_with 1 '' mirrorgap run .
    [ ! -e x.yaml.run.json ]
}

@test "run: a step that is asked wrongly is told before anything is done" {
    wrong() { # PATTERN YAML
        printf 'store: S\nsteps:\n  - {do: ingest, files: [plus.csv]}\n  - %s\n' "$2" >x.yaml
        fails_with 2 "$1" mirrorgap run x.yaml
        [ ! -e S ]
    }
    wrong "step 2 .pairs.: 'target' is no option of pairs" '{do: pairs, options: {target: PRK}}'
    wrong 'step 2 .explain.: explain needs a cell' '{do: explain}'
    wrong 'pairs takes no cell' '{do: pairs, cell: 2016/CHN/USA/01}'
    wrong 'verify has no output' '{do: verify, output: v.csv}'
    wrong 'synth takes no files' '{do: synth, files: [a], output: w}'
    wrong "called '1-ingest' too" '{do: dump, name: 1-ingest}'
    printf 'steps: [{do: dump}]\n' >x.yaml
    fails_with 2 'names no store' mirrorgap run x.yaml
    fails_with 2 'one FILE' mirrorgap run a.yaml b.yaml
    fails_with 2 'dry-run' mirrorgap run x.yaml --format json
}

@test "run: paths are meant from the batch's folder, and the summary goes where -o says" {
    write_batch
    mkdir away
    cd away
    mirrorgap run -q ../batch.yaml -o sum.json
    [ -s sum.json ] && [ -s ../pairs.csv ] && [ ! -e ../batch.yaml.run.json ]
    [ "$(outcome pairs sum.json)" = 'done' ]
    mirrorgap run ../batch.yaml -o sum.json 2>err
    grep -q 'up_to_date=3' err
}

@test "run: one batch at a time, and a signal ends it with what is done kept" {
    mkdir -p in
    cp plus.csv in
    cat >batch.yaml <<'END'
store: S
steps:
  - {do: ingest, name: read, files: [in]}
  - {do: dump, name: first, output: first.csv}
  - {do: dump, name: slow, files: ["-"]}
  - {do: dump, name: last, output: last.csv}
END
    sleep 30 | "$MG_PROG" run -q batch.yaml 2>err >/dev/null &
    job=$!
    for _ in $(seq 100); do [ -s first.csv ] && break; sleep 0.1; done
    sleep 0.3
    fails_with 1 'being run already' mirrorgap run batch.yaml
    kill -TERM $job
    code=0
    wait $job || code=$?
    [ "$code" -eq 130 ]
    [ "$(outcome first)" = 'done' ] && [ "$(outcome slow)" = interrupted ] && [ "$(outcome last)" = pending ]
    [ ! -e last.csv ]
    mirrorgap run -q batch.yaml <plus.csv >out 2>err
    [ "$(wc -l <out)" -eq 13 ]
    [ "$(outcome first)" = up_to_date ] && [ "$(outcome last)" = 'done' ]
}

@test "run: files without a store, figures and pages" {
    cat >batch.yaml <<'END'
options: {no-provenance: yes}
steps:
  - {do: plot, cell: series, files: [series.csv], output: s.svg}
  - {do: explain, cell: 2016/CHN/USA/01, files: [plus.csv], output: e.txt}
  - {do: screen, files: [plus.csv], output: dos, options: {dossier: PRK}}
END
    run mirrorgap run batch.yaml
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ]
    [ -s s.svg ]
    "$PYTHON" -c 'import json
for s in json.load(open("batch.yaml.run.json"))["steps"]:
    assert s["exit"] in (0, 3), s'
}

@test "run: paths in other spellings are the same, and names like options are names" {
    mkdir -p in more
    cp plus.csv ./-odd.csv
    cp series.csv more
    cat >batch.yaml <<'END'
store: ./S/
steps:
  - {do: ingest, name: one, files: [-odd.csv]}
  - {do: ingest, name: two, store: S, files: [more]}
  - {do: dump, name: dump, store: .//S, output: ./d.csv}
END
    mirrorgap run batch.yaml 2>err
    mirrorgap ingest -q -s T ./-odd.csv more
    cmp <(mirrorgap dump T) d.csv
    # two that write into one store do not undo each other
    mirrorgap run batch.yaml 2>err
    grep -q 'done=0 up_to_date=3' err
    # a step that fails spoils those that read it by another name
    sed -i 's/files: \[more\]/files: [gone]/' batch.yaml
    run mirrorgap run batch.yaml
    [ "$status" -eq 1 ]
    [ "$(outcome dump)" = not_run ]
    fails_with 2 'the batch itself' mirrorgap run batch.yaml -o ./batch.yaml
    grep -q 'do: ingest' batch.yaml
}

@test "run: what cannot be compared is done again, and nothing is written over" {
    mkdir -p in mine
    cp plus.csv in
    mirrorgap regimes -q un-dprk >mine/all.csv
    cp "$BATS_TEST_DIRNAME/../../datasets/regimes/gold/rules.csv" mine/rules.csv
    cat >batch.yaml <<'END'
store: S
steps:
  - {do: ingest, name: read, files: [in]}
  - {do: dump, name: stdin, files: ["-"], output: i.csv}
  - {do: regimes, name: rules, files: [./mine], output: r.csv}
  - {do: pairs, name: pairs, output: p.csv}
  - {do: info, name: shown, options: {rejects: bad.csv}}
END
    mirrorgap run batch.yaml <plus.csv >shown 2>err
    mirrorgap run batch.yaml <series.csv >shown2 2>err
    [ "$(outcome stdin)" = 'done' ] && [ "$(outcome rules)" = up_to_date ] && cmp shown shown2 && [ -s shown ]
    cmp <(mirrorgap dump -i series.csv) i.csv
    sed -i '$d' mine/rules.csv
    rm p.csv.meta.json
    mirrorgap run batch.yaml <plus.csv >shown 2>err
    [ "$(outcome rules)" = 'done' ] && [ "$(outcome pairs)" = 'done' ] && [ -s p.csv.meta.json ]
    # a damaged store is not the one that was made
    rm S/A-2018-*.h5
    run mirrorgap run batch.yaml
    [ "$status" -ne 0 ] && [ "$(outcome read)" != up_to_date ]
    # writing over things
    wrong() {
        printf 'steps:\n  - %s\n  - %s\n' "$2" "$3" >x.yaml
        fails_with 2 "$1" mirrorgap run x.yaml
    }
    wrong 'both write' '{do: dump, files: [plus.csv], output: a.csv}' '{do: dump, name: b, files: [plus.csv], output: ./a.csv}'
    wrong 'over the batch' '{do: dump, files: [plus.csv], output: a.csv}' '{do: dump, name: b, files: [plus.csv], output: x.yaml}'
    printf 'steps: [{do: info}]\n---\nsteps: []\n' >x.yaml
    fails_with 1 'one document' mirrorgap run x.yaml
    printf 'steps: [{do: "in\0fo"}]\n' >x.yaml
    fails_with 1 'NUL' mirrorgap run x.yaml
    fails_with 1 'cannot' mirrorgap run batch.yaml -o nowhere/s.json
}

@test "run: a step that dies fails alone, and a parent that ignores its children does no harm" {
    cat >batch.yaml <<'END'
steps:
  - {do: dump, name: bad, files: [gone.csv], output: a.csv}
  - {do: dump, name: good, files: [plus.csv], output: b.csv}
END
    "$PYTHON" -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], sys.argv[1:])' "$MG_PROG" run -q batch.yaml && false
    [ "$(outcome bad)" = failed ] && [ "$(outcome good)" = 'done' ] && [ -s b.csv ]
}
