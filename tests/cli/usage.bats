#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# How the program is asked, and its exit codes (CONTRACT 6).

load helper

@test "--help and --version end with 0 and speak on stdout" {
    run -0 --separate-stderr mirrorgap --help
    [[ $output == *"Usage: mirrorgap VERB"* ]]
    # shellcheck disable=SC2154 # run sets it
    [ -z "$stderr" ]
    run -0 --separate-stderr mirrorgap --version
    [[ $output =~ ^mirrorgap\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "each verb that --help lists tells its options" {
    verbs=$(mirrorgap --help | sed -n 's/^  \([a-z-]*\)  .*/\1/p')
    [ "$(wc -w <<<"$verbs")" -ge 9 ]
    for verb in $verbs; do
        run -0 mirrorgap "$verb" --help
        [[ $output == *"--threads"* && $output == *"Usage: mirrorgap $verb"* ]]
    done
}

@test "no verb, an unknown verb and a wrong option end with 2" {
    fails_with 2 'Usage' mirrorgap
    fails_with 2 "no verb 'frobnicate'" mirrorgap frobnicate
    fails_with 2 'nope' mirrorgap pairs --nope plus.csv
}

@test "missing and superfluous arguments end with 2" {
    fails_with 2 'STORE' mirrorgap pairs
    fails_with 2 'STORE' mirrorgap pairs one two
    fails_with 2 '.' mirrorgap ingest plus.csv
    fails_with 2 '.' mirrorgap ingest -s S
    fails_with 2 'source' mirrorgap remove S
    [ ! -e S ]
}

@test "values that make no sense end with 2 and say which" {
    fails_with 2 'foo' mirrorgap pairs -i plus.csv --status foo
    fails_with 2 'seven' mirrorgap pairs -i plus.csv --period seven
    fails_with 2 'Narnia' mirrorgap pairs -i plus.csv --country Narnia
    fails_with 2 'xls' mirrorgap pairs -i plus.csv --format xls
    fails_with 2 '12' mirrorgap pairs -i plus.csv --level 12
    fails_with 2 'W' mirrorgap pairs -i plus.csv --freq W
    fails_with 2 '0' mirrorgap pairs -i plus.csv --threads 0
    fails_with 2 'never' mirrorgap pairs -i plus.csv --cif never
    fails_with 2 'tables' mirrorgap dump -i plus.csv --layout tables
}

@test "a wrong value: the option and its choices are named" {
    fails_with 2 "'nope' is no value for --parser fast\|avx2\|portable\|libcsv" \
        mirrorgap dump -i plus.csv --parser nope
    fails_with 2 "'' is no value for --parser" mirrorgap ingest -s S plus.csv --parser ''
    fails_with 2 "'FAST' is no value for --parser" mirrorgap dump -i plus.csv --parser FAST
    fails_with 2 "'xls' is no value for --format csv" mirrorgap pairs -i plus.csv --format xls
    fails_with 2 "'0' is no value for --threads N" mirrorgap pairs -i plus.csv -@ 0
    [ ! -e S ]
}

@test "options may stand anywhere after the verb" {
    mirrorgap pairs -q -i --cif none plus.csv --limit 3 >a
    mirrorgap pairs --limit=3 plus.csv -i --cif=none -q >b
    cmp a b
}

@test "nothing that matches ends with 3, and the table has its header" {
    run -3 --separate-stderr mirrorgap pairs -q -i plus.csv --period 2025
    [[ $output == period,freq,* ]]
    [ "${#lines[@]}" -eq 1 ]
    run -3 mirrorgap scores -q -i plus.csv --hs 99
}

@test "an empty store gives 3 from pairs, and 0 from ingest" {
    head -n 1 plus.csv >head.csv
    mirrorgap ingest -q -s S head.csv
    run -3 mirrorgap pairs -q S
    run -0 --separate-stderr mirrorgap dump S
    [ -z "$output" ]
}

@test "what cannot be read or written ends with 1" {
    fails_with 1 'nowhere.csv' mirrorgap dump -i nowhere.csv
    fails_with 1 'nowhere' mirrorgap info nowhere
    mkdir plain && touch plain/file
    fails_with 1 'plain' mirrorgap verify plain
    fails_with 1 'none/out.csv' mirrorgap pairs -i plus.csv -o none/out.csv
}

@test "a full standard output is a failure" {
    [ -c /dev/full ] || skip "no /dev/full"
    for verb in dump pairs scores; do
        run -1 bash -c '"$1" "$2" -q -i plus.csv >/dev/full' - "$MG_PROG" "$verb"
    done
    run -1 bash -c '"$1" --help >/dev/full' - "$MG_PROG"
    run -1 bash -c '"$1" debug-parse plus.csv >/dev/full' - "$MG_PROG"
    run -1 bash -c '"$1" ingest -q --ack -s S plus.csv >/dev/full' - "$MG_PROG"
}

@test "a closed standard output is a failure, and no file gets the table" {
    run -1 bash -c '"$1" pairs -q -i plus.csv >&-' - "$MG_PROG"
    run -1 bash -c '"$1" ingest -q --ack -s S plus.csv >&-' - "$MG_PROG"
    run -0 mirrorgap verify -q S
}

@test "the same bytes on 1 thread and on 4" {
    mirrorgap ingest -q -s S ./*.csv --max-bad 1 --keep-going || true
    for verb in dump pairs scores ledger "info --coverage" "pairs --names"; do
        # shellcheck disable=SC2086 # a verb and its option
        mirrorgap $verb -q -@ 1 S >one
        # shellcheck disable=SC2086
        mirrorgap $verb -q -@ 4 S >four
        cmp one four
    done
    mirrorgap ingest -q -@ 1 -s S1 plus.csv legacy.csv answer.json
    mirrorgap ingest -q -@ 4 -s S4 plus.csv legacy.csv answer.json
    diff -r -x LOCK S1 S4
}

@test "the same bytes in any locale" {
    mirrorgap pairs -i plus.csv --names --cif fixed:0.06 >plain.txt 2>plain.err
    export LOCPATH=$BATS_FILE_TMPDIR/locales
    mkdir -p "$LOCPATH"
    for name in tr_TR de_DE; do
        localedef -i $name -f UTF-8 "$LOCPATH/$name.UTF-8" 2>/dev/null ||
            skip "localedef cannot make $name"
        # it must differ, or the test shows nothing
        [ "$(LC_ALL=$name.UTF-8 locale decimal_point)" = , ]
        LC_ALL=$name.UTF-8 mirrorgap pairs -i plus.csv --names --cif fixed:0.06 >out 2>err
        cmp plain.txt out
        cmp plain.err err
    done
}

@test "talk in JSON lines holds one object a line" {
    run --separate-stderr mirrorgap ingest --log-json -s S plus.csv nowhere.csv
    [ "$status" -eq 1 ]
    # shellcheck disable=SC2154
    "$PYTHON" -c 'import json, sys
for line in sys.argv[1].splitlines(): assert {"kind", "text"} == set(json.loads(line))' "$stderr"
}
