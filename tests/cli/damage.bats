#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Each of these once lost data: a failed writer swept away what the manifest named.

load helper

segments() {
    find "$1" -name '*.h5' | wc -l
}

@test "a damaged manifest is refused, and no segment is removed" {
    mirrorgap ingest -q -s store series.csv
    before=$(segments store)
    sed -i '0,/generation/s//generatiom/' store/MANIFEST.json
    fails_with 1 'checksum' mirrorgap ingest -q -s store totals.csv
    [ "$(segments store)" -eq "$before" ]
    [ "$before" -gt 0 ]
}

@test "a lost manifest is told, and no segment is removed" {
    mirrorgap ingest -q -s store series.csv
    before=$(segments store)
    rm store/MANIFEST.json
    fails_with 1 'MANIFEST.json is missing' mirrorgap ingest -q -s store totals.csv
    fails_with 1 'MANIFEST.json is missing' mirrorgap pairs store
    [ "$(segments store)" -eq "$before" ]
}

@test "a folder that is no store stays as it is" {
    mkdir folder
    touch folder/tmp.precious folder/A-results.h5
    fails_with 1 'no store' mirrorgap ingest -q -s folder series.csv
    [ "$(find folder -type f | wc -l)" -eq 2 ]
}

@test "files in a store that are not ours are never removed" {
    mirrorgap ingest -q -s store series.csv
    touch store/tmp.precious store/A-results.h5
    mirrorgap ingest -q -s store totals.csv
    [ -e store/tmp.precious ] && [ -e store/A-results.h5 ]
}

@test "a flush that fails after the new manifest is in place keeps the store readable" {
    command -v strace >/dev/null || skip "no strace"
    mirrorgap ingest -q -s store series.csv
    for n in 1 2 3 4 5 6 7 8; do
        rm -rf copy
        cp -r store copy
        strace -f -o /dev/null -e trace=fsync -e "inject=fsync:error=EIO:when=$n" \
            "$MG_PROG" ingest -q -s copy totals.csv || true
        mirrorgap verify -q copy
        mirrorgap ingest -q -s copy totals.csv
        mirrorgap verify -q copy
    done
}

@test "whole numbers beyond thousandths beside fractions are kept exactly" {
    printf '%s\n' freqCode,period,reporterCode,flowCode,partnerCode,classificationCode,cmdCode,qty,primaryValue \
        A,2020,76,X,156,H5,1201,1.5,100.5 A,2020,156,M,76,H5,1201,10000000000000,999999999999999.99 >big.csv
    mirrorgap ingest -q -s store big.csv
    dump store >out
    grep -q ',M,1000000000000000,,10000000000000,' out
}
