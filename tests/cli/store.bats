#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Stores: what is in them, what comes out, who may write.

load helper

# slow_writer FILE...: an ingest into S that also reads its standard input, which
# is descriptor 8, and so works until that is closed; $first is its number.
slow_writer() {
    local code
    head -n 1 plus.csv >head.csv
    mirrorgap ingest -q -s S head.csv
    mkfifo slow
    "$MG_PROG" ingest -q --wait -s S "$@" - <slow 3>&- 4>&- &
    first=$!
    exec 8>slow
    for _ in $(seq 100); do
        code=0
        mirrorgap remove -q S --source nothing 2>refused || code=$?
        [ $code -eq 3 ] || return 0 # refused: the first one is at work
        sleep 0.1
    done
    return 1
}

teardown() {
    local job
    for job in $(jobs -p); do kill -KILL "$job" || true; done
}

@test "the same file again changes nothing" {
    mirrorgap ingest -q -s S plus.csv
    cp -r S before
    run --separate-stderr mirrorgap ingest --ack -s S plus.csv
    [ "$status" -eq 0 ]
    [ "$output" = "COMMIT plus.csv" ]
    # shellcheck disable=SC2154 # run sets it
    [[ $stderr == *"already ingested"* ]]
    diff -r -x LOCK before S
}

@test "a copy under another name is the same file" {
    mirrorgap ingest -q -s S plus.csv
    cp plus.csv copy.csv
    run mirrorgap ingest -s S copy.csv
    [[ $output == *"already ingested"* ]]
}

@test "A and then B is the same as A and B together" {
    mirrorgap ingest -q -s one plus.csv legacy.csv breakdown.csv series.csv editions.csv
    for f in plus legacy breakdown series editions; do
        mirrorgap ingest -q -s many $f.csv
    done
    for verb in dump pairs ledger scores; do
        mirrorgap $verb -q one >one.txt
        mirrorgap $verb -q many >many.txt
        cmp one.txt many.txt
    done
}

@test "details that come before, with, or after their total" {
    { head -n 1 breakdown.csv; grep ',1000,\|,2100,' breakdown.csv; } >details.csv
    { head -n 1 breakdown.csv
      echo 'C,A,2022,2022,484,M,392,0,H6,870321,C00,0,0,5,10,10000,,,101000'; } >total.csv
    mirrorgap ingest -q -s A details.csv
    mirrorgap dump A | grep ',M,100000,.*,256$'
    mirrorgap ingest -q -s A total.csv
    mirrorgap ingest -q -s B total.csv
    mirrorgap ingest -q -s B details.csv
    dump A >A.txt
    dump B >B.txt
    grep ',M,101000,.*,0$' A.txt
    cmp A.txt B.txt
}

@test "remove gives the store as if the file had never been read" {
    mirrorgap ingest -q -s S plus.csv breakdown.csv
    mirrorgap ingest -q -s S series.csv
    mirrorgap remove -q S --source breakdown.csv
    mirrorgap ingest -q -s T plus.csv series.csv
    for verb in dump pairs ledger scores; do
        mirrorgap $verb -q S >s.txt
        mirrorgap $verb -q T >t.txt
        cmp s.txt t.txt
    done
    mirrorgap verify -q S
    run -1 grep breakdown <(mirrorgap info -q S --sources)
    mirrorgap ingest -q -s S breakdown.csv
    dump S >s.txt
    mirrorgap dump -q -i plus.csv series.csv breakdown.csv >t.txt
    cmp s.txt t.txt
}

@test "remove by hash, the last source, and one that is not there" {
    mirrorgap ingest -q -s S plus.csv
    run -3 mirrorgap remove S --source other.csv
    hash=$(mirrorgap info -q S --sources | tail -n 1 | cut -d, -f3)
    mirrorgap remove -q S --source "$hash"
    [ -z "$(dump S)" ]
    mirrorgap verify -q S
    [ -z "$(find S -name '*.h5')" ]
}

@test "verify and every reader find one flipped bit, wherever it is" {
    mirrorgap ingest -q -s S plus.csv
    mirrorgap verify -q S
    for file in S/A-2018-*.h5 S/MANIFEST.json; do
        size=$(stat -c %s "$file")
        cp "$file" whole
        for at in 0 $((size / 3)) $((size / 2)) $((size - 2)); do
            "$PYTHON" -c 'import sys
b = bytearray(open("whole", "rb").read()); b[int(sys.argv[2])] ^= 16; open(sys.argv[1], "wb").write(b)' "$file" "$at"
            run -1 mirrorgap verify S
            run -1 mirrorgap dump S
            [[ $output != 2018* ]]
        done
        cp whole "$file"
    done
    mirrorgap verify -q S
}

@test "a missing segment is named" {
    mirrorgap ingest -q -s S plus.csv
    rm S/A-2018-*.h5
    fails_with 1 'A-2018' mirrorgap verify S
    fails_with 1 'A-2018' mirrorgap pairs S
}

@test "a file that fails stops the ingest, --keep-going loads the others" {
    sed '4s/,250000.25$/,abc/' plus.csv >bad.csv
    fails_with 1 'bad.csv' mirrorgap ingest -s S bad.csv legacy.csv
    run --separate-stderr mirrorgap dump S
    [ -z "$output" ]
    run --separate-stderr mirrorgap ingest --ack --keep-going -s S bad.csv legacy.csv nowhere.csv
    [ "$status" -eq 1 ]
    [ "$output" = "COMMIT legacy.csv" ]
    dump S >got.txt
    mirrorgap dump -q -i legacy.csv >want.txt
    cmp want.txt got.txt
}

@test "an ingest that fails leaves the store as it was" {
    mirrorgap ingest -q -s S plus.csv
    cp -r S before
    gzip -c series.csv | head -c 200 >cut.csv.gz
    fails_with 1 'cut.csv.gz' mirrorgap ingest -s S legacy.csv cut.csv.gz
    diff -r -x LOCK before S
}

@test "a second writer is refused while the first one works, readers are not" {
    mirrorgap ingest -q -s S legacy.csv
    slow_writer plus.csv
    kill -STOP $first
    fails_with 1 'S' mirrorgap ingest -s S editions.csv
    fails_with 1 'S' mirrorgap remove S --source legacy.csv
    dump S >during.txt
    kill -CONT $first
    cat series.csv >&8
    exec 8>&-
    wait $first
    mirrorgap dump -q -i legacy.csv >want.txt
    cmp want.txt during.txt
    mirrorgap dump -q -i legacy.csv plus.csv series.csv >want.txt
    dump S >got.txt
    cmp want.txt got.txt
}

@test "--wait waits for the first writer" {
    slow_writer
    "$MG_PROG" ingest -q --wait -s S legacy.csv 8>&- 3>&- 4>&- &
    second=$!
    cat plus.csv >&8
    exec 8>&-
    wait $first
    wait $second
    mirrorgap dump -q -i plus.csv legacy.csv >want.txt
    dump S >got.txt
    cmp want.txt got.txt
}

@test "an ingest that is killed leaves the old store, and the next one clears up" {
    mirrorgap ingest -q -s S legacy.csv
    slow_writer plus.csv
    kill -KILL $first
    exec 8>&-
    wait $first || true
    mirrorgap verify -q S
    mirrorgap ingest -q -s S plus.csv
    mirrorgap dump -q -i legacy.csv plus.csv >want.txt
    dump S >got.txt
    cmp want.txt got.txt
    [ -z "$(find S -name '*tmp*')" ]
}

@test "an interrupted ingest ends with 130 and stores nothing" {
    slow_writer
    head -n 3 plus.csv >&8
    kill -TERM $first
    tail -n +4 plus.csv >&8 || true
    exec 8>&-
    code=0
    wait $first || code=$?
    [ $code -eq 130 ]
    run dump S
    [[ $output != *,010121,* ]]
}

@test "a store that cannot be written is an error, reading it is not" {
    [ "$(id -u)" -ne 0 ] || skip "root may write everywhere"
    mirrorgap ingest -q -s S plus.csv
    chmod a-w S S/*
    fails_with 1 'S' mirrorgap ingest -s S legacy.csv
    run -0 mirrorgap dump S
    chmod u+w S S/*
}

@test "the memory for rows changes nothing but the way" {
    mirrorgap ingest -q -s A series.csv plus.csv
    mirrorgap ingest -q --memory 64k -s B series.csv plus.csv
    dump A >a.txt
    dump B >b.txt
    cmp a.txt b.txt
}
