#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What a file may look like: the same observations must come of it.

load helper

@test "byte order mark" {
    { printf '\357\273\277'; cat plus.csv; } >bom.csv
    reads_as_plain bom.csv
}

@test "CRLF line ends" {
    sed 's/$/\r/' plus.csv >crlf.csv
    reads_as_plain crlf.csv
}

@test "no line end after the last row" {
    head -c -1 plus.csv >open.csv
    reads_as_plain open.csv
}

@test "semicolons and tabs" {
    for name in semicolon:';' tab:$'\t'; do
        "$PYTHON" -c 'import csv, sys
rows = csv.reader(open("plus.csv", newline=""))
csv.writer(open(sys.argv[1], "w", newline=""), delimiter=sys.argv[2], lineterminator="\n").writerows(rows)' \
            "${name%%:*}.csv" "${name#*:}"
        reads_as_plain "${name%%:*}.csv"
    done
}

@test "every field in quotes" {
    "$PYTHON" -c 'import csv
rows = csv.reader(open("plus.csv", newline=""))
csv.writer(open("quoted.csv", "w", newline=""), quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)'
    reads_as_plain quoted.csv
}

@test "columns in another order, and unknown ones" {
    "$PYTHON" -c 'import csv
rows = [list(reversed(r)) for r in csv.reader(open("plus.csv", newline=""))]
rows = [r + ["remark" if i == 0 else "line %d" % i] for i, r in enumerate(rows)]
csv.writer(open("turned.csv", "w", newline=""), lineterminator="\n").writerows(rows)'
    reads_as_plain turned.csv
}

@test "column names in any letter case" {
    { head -n 1 plus.csv | tr '[:upper:]' '[:lower:]'; tail -n +2 plus.csv; } >lower.csv
    reads_as_plain lower.csv
    { head -n 1 plus.csv | tr '[:lower:]' '[:upper:]'; tail -n +2 plus.csv; } >upper.csv
    reads_as_plain upper.csv
}

@test "one trailing comma more in the rows than in the header" {
    { head -n 1 plus.csv; tail -n +2 plus.csv | sed 's/$/,/'; } >comma.csv
    reads_as_plain comma.csv
}

@test "ISO-8859-1, and names of countries in it" {
    sed -i 's/Germany/C\xc3\xb4te d\xe2\x80\x99Or/; s/China/T\xc3\xbcrkiye/' plus.csv
    sed 's/\xe2\x80\x99/ /' plus.csv | iconv -f UTF-8 -t ISO-8859-1 >latin.csv
    run -1 iconv -f UTF-8 -t UTF-8 latin.csv
    reads_as_plain latin.csv
}

@test "gzip, zstd, xz and zip, by content and not by name" {
    gzip -c plus.csv >a.csv.gz
    zstd -q plus.csv -o b.dat
    xz -c plus.csv >c.csv
    zip -q d.txt plus.csv && mv d.txt* d.csv
    for f in a.csv.gz b.dat c.csv d.csv; do
        reads_as_plain $f
    done
}

@test "gzip of several members" {
    { head -n 5 plus.csv | gzip -c; tail -n +6 plus.csv | gzip -c; } >two.csv.gz
    reads_as_plain two.csv.gz
}

@test "a zip with several members" {
    { head -n 1 plus.csv; grep ',2018,' plus.csv; } >2018.csv
    { head -n 1 plus.csv; grep ',2019,' plus.csv; } >2019.csv
    zip -q both.zip 2018.csv 2019.csv
    reads_as_plain both.zip
}

@test "a folder, with folders in it" {
    mkdir -p in/more
    { head -n 1 plus.csv; grep ',2018,' plus.csv; } >in/2018.csv
    { head -n 1 plus.csv; grep ',2019,' plus.csv; } | gzip -c >in/more/2019.csv.gz
    reads_as_plain in
    mirrorgap ingest -q -s S in
    mirrorgap dump S >store.txt
    cmp expected.txt store.txt
}

@test "standard input" {
    mirrorgap dump -i plus.csv >expected.txt
    mirrorgap dump -i - <plus.csv >got.txt
    cmp expected.txt got.txt
    gzip -c plus.csv | mirrorgap dump -i - >got.txt
    cmp expected.txt got.txt
    mirrorgap ingest -q -s S - <plus.csv
    mirrorgap dump S >got.txt
    cmp expected.txt got.txt
}

@test "all readers agree" {
    for f in *.csv; do
        [ "$f" != quotes.csv ] || continue
        mirrorgap dump -i "$f" --parser fast >fast.txt
        mirrorgap dump -i "$f" --parser avx2 >avx2.txt
        mirrorgap dump -i "$f" --parser portable >portable.txt
        mirrorgap dump -i "$f" --parser libcsv >libcsv.txt
        cmp fast.txt avx2.txt
        cmp fast.txt portable.txt
        cmp fast.txt libcsv.txt
    done
}

@test "all readers agree on the sample" {
    sample=$BATS_TEST_DIRNAME/../../datasets/sample
    mirrorgap dump -i "$sample" >default.txt
    [ "$(wc -l <default.txt)" -gt 10000 ]
    for parser in fast avx2 portable libcsv; do
        mirrorgap dump -i "$sample" --parser "$parser" >got.txt
        cmp default.txt got.txt
    done
}

@test "exactly 500 rows, and one more or less" {
    for n in 499 500 501; do
        "$PYTHON" - $n <<'PY'
import sys
n = int(sys.argv[1])
with open("many.csv", "w") as f:
    f.write("typeCode,freqCode,period,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,primaryValue\n")
    for i in range(n):
        f.write("C,A,2020,842,X,156,0,H5,%06d,%d\n" % (10000 + i, 5000 + i))
PY
        mirrorgap dump -i many.csv >t
        [ "$(wc -l <t)" -eq "$n" ]
    done
}

@test "two editions of one report: the later stays, in whatever order they come" {
    mirrorgap ingest -q -s A editions.csv
    { head -n 1 editions.csv; tail -n +2 editions.csv | tac; } >turned.csv
    mirrorgap ingest -q -s B turned.csv
    for f in H5 H4; do { head -n 1 editions.csv; grep ",$f," editions.csv; } >$f.csv; done
    mirrorgap ingest -q -s C H5.csv
    mirrorgap ingest -q -s C H4.csv
    mirrorgap ingest -q -s D H4.csv
    mirrorgap ingest -q -s D H5.csv
    for s in A B C D; do
        dump $s | cut -d, -f1-14 >$s.txt
        cmp A.txt $s.txt
        mirrorgap ledger $s >$s.ledger
        cmp A.ledger $s.ledger
    done
    grep -q '^edition_superseded,2,116000$' A.ledger
    run -1 grep ,H4, A.txt
}

@test "a newer vintage wins over an older one that is read later" {
    { head -n 1 plus.csv; sed -n 2p plus.csv; } >old.csv
    sed 's/,500000,500000$/,510000,510000/' old.csv >new.csv
    mirrorgap ingest -q -s S --vintage 2024-02-01 new.csv
    mirrorgap ingest -q -s S --vintage 2020-02-01 old.csv
    mirrorgap dump S | grep ',510000,'
    mirrorgap ledger S | grep '^duplicate_conflict,1,500000$'
}

@test "malformed rows within --max-bad are counted, beyond it the file fails" {
    sed '4s/,250000.25$/,abc/' plus.csv >bad.csv
    fails_with 1 'bad.csv:4:24' mirrorgap dump -i bad.csv
    run --separate-stderr mirrorgap dump --max-bad 0.06 -i bad.csv
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 12 ]
    run -1 mirrorgap dump -q --max-bad 0.05 -i bad.csv
}

@test "a gzip file that is cut, or has one wrong bit, is an error and nothing is stored" {
    gzip -nc series.csv >whole.gz
    size=$(stat -c %s whole.gz)
    for n in 1 11 $((size / 2)) $((size - 1)); do
        head -c "$n" whole.gz >cut.csv.gz
        fails_with 1 'cut.csv.gz' mirrorgap ingest -s S cut.csv.gz
    done
    "$PYTHON" -c 'b = bytearray(open("whole.gz", "rb").read()); b[-6] ^= 4; open("bit.csv.gz", "wb").write(b)'
    fails_with 1 'bit.csv.gz' mirrorgap ingest -s S bit.csv.gz
    run --separate-stderr mirrorgap dump S
    [ -z "$output" ]
}

@test "a file cut inside a record is an error, unless it is allowed" {
    head -c -30 plus.csv >cut.csv
    fails_with 1 'cut.csv' mirrorgap dump -i cut.csv
    mirrorgap dump -q --allow-truncated -i cut.csv >t
    [ "$(wc -l <t)" -eq 13 ]
}

@test "error pages of servers are told apart" {
    printf '<html><body>503</body></html>' >page.csv
    fails_with 1 'HTML' mirrorgap dump -i page.csv
    printf '{"statusCode":401,"message":"Access denied"}' >denied.json
    fails_with 1 'Access denied' mirrorgap dump -i denied.json
    printf '{"data":[{"a":1},' >cut.json
    fails_with 1 'cut.json' mirrorgap dump -i cut.json
    : >empty.csv
    fails_with 1 'empty' mirrorgap dump -i empty.csv
}

@test "names of files with odd bytes are shown, never sent" {
    name=$'esc\033[31mred.csv'
    printf 'no,table\n1,2\n' >"$name"
    run --separate-stderr mirrorgap dump -i "$name"
    [ "$status" -eq 1 ]
    # shellcheck disable=SC2154
    [[ $stderr != *$'\033'* && $stderr == *esc* ]]
}
