#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Files of many pieces of 256 KiB, which are read by all threads at once: whatever
# stands in the middle of one, the rows, the refusals and their lines are those of
# libcsv, which reads from the start to the end.

load helper

# long_file NAME SIZE [WHAT AT]...: rows until there are SIZE bytes; the row at the
# offset AT of the rows (from the end where it is negative) has WHAT in it.
long_file() {
    "$PYTHON" - "$@" <<'PY'
import sys
MIB = 1 << 20
name, size, rest = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
odd = sorted((int(at) % size, what) for what, at in zip(rest[::2], rest[1::2]))
head = (b"typeCode,freqCode,period,reporterCode,flowCode,partnerCode,partner2Code,"
        b"classificationCode,cmdCode,cmdDesc,primaryValue\n")

def row(i, words=b"some words about it", end=b"\n"):
    return b"C,A,%d,842,%s,156,0,H5,%06d,%s,%d" % (
        2000 + i // 80000, b"XM"[i % 2:i % 2 + 1], 10000 + i % 80000 // 2, words, 1000 + i) + end

def special(what, i):
    if what.startswith("record:"):  # of so many bytes more than 1 MiB, its line end left out
        n = MIB + int(what[7:]) - len(row(i, b"", b""))
        return row(i, b"y" * n)
    return {"nul": row(i, b"a\0b"), "after": row(i, b'"a"b'), "open": row(i, b'"a'),
            "inside": row(i, b'a"b'), "doubled": row(i, b'"a ""b"", c"'),
            "lines": row(i, b'"' + b"line\n" * 100 + b'"'),
            "few": b"C,A,2000\n", "blank": b"\n\n", "cr": row(i, b"a\rb"), "header": head}[what]

with open(name, "wb") as f:
    f.write(head)
    n = i = 0
    while n < size:
        if odd and n >= odd[0][0]:
            text = special(odd.pop(0)[1], i)
        else:
            text = row(i)
        f.write(text)
        n += len(text)
        i += 1
PY
}

# as_libcsv FILE: every reader, with one thread and with several, says what libcsv says.
as_libcsv() {
    local way parser threads
    for way in libcsv:1 fast:1 fast:4 avx2:4 portable:4; do
        parser=${way%:*} threads=${way#*:}
        rm -f rejects.csv
        mirrorgap dump -i "$1" --parser "$parser" -@ "$threads" --max-bad 0.9 \
            --rejects rejects.csv >"$parser.$threads.out" 2>"$parser.$threads.err" &&
            code=0 || code=$?
        echo "exit $code" >>"$parser.$threads.err"
        [ ! -e rejects.csv ] || cat rejects.csv >>"$parser.$threads.err"
        cmp libcsv.1.out "$parser.$threads.out"
        cmp libcsv.1.err "$parser.$threads.err"
    done
}

rows() {
    wc -l <libcsv.1.out
}

@test "one odd piece in the middle of six" {
    for what in nul after; do
        long_file odd.csv 1600000 $what 700000
        as_libcsv odd.csv
        [ "$(rows)" -gt 25000 ]
        grep -q '^exit 0$' libcsv.1.err
        [ "$(sed '1,/^source,/d' libcsv.1.err | wc -l)" -eq 1 ]
    done
}

@test "odd pieces one after the other, first and last" {
    long_file odd.csv 900000 nul 10 after 150000 nul 300000 open 600000 after -60
    as_libcsv odd.csv
    [ "$(sed '1,/^source,/d' libcsv.1.err | wc -l)" -eq 5 ]
}

@test "quotes that are in order, and such that are letters" {
    long_file quotes.csv 900000 doubled 5 inside 200000 doubled 400000 lines 700000
    as_libcsv quotes.csv
    run -1 grep -q '^source,' libcsv.1.err
}

@test "a field of many lines across the end of a piece" {
    for at in 261600 261800 262000; do
        long_file lines.csv 600000 lines $at
        as_libcsv lines.csv
        run -1 grep -q '^source,' libcsv.1.err
    done
}

@test "records of the wrong length, blank lines, CR, a header: among fine ones" {
    long_file mixed.csv 900000 few 10 blank 130000 cr 300000 header 450000 few 600000 blank -10
    as_libcsv mixed.csv
}

@test "a quote that never closes swallows nothing" {
    long_file open.csv 900000 open 400000
    as_libcsv open.csv
    [ "$(sed '1,/^source,/d' libcsv.1.err | wc -l)" -eq 1 ]
}

@test "a record longer than 1 MiB" {
    for more in 500 400000 1200000; do
        long_file long.csv 900000 record:$more 300000
        as_libcsv long.csv
        grep -q 'longer than 1 MiB' libcsv.1.err
        [ "$(rows)" -gt 5000 ]
    done
}

@test "a record of just 1 MiB, in the middle and at the end" {
    for more in -2 -1 0 1; do
        long_file just.csv 400000 record:$more 200000
        as_libcsv just.csv
        long_file just.csv 1 record:$more 0
        as_libcsv just.csv
        head -c -1 just.csv >open.csv
        as_libcsv open.csv
        long_file just.csv 60000 nul 10 record:$more -60 # what follows an odd piece
        head -c -1 just.csv >open.csv
        as_libcsv open.csv
    done
}

@test "an odd piece, then a file that ends without a line end, or inside a record" {
    long_file whole.csv 600000 nul 400000
    head -c -1 whole.csv >open.csv
    as_libcsv open.csv
    head -c -20 whole.csv >cut.csv
    as_libcsv cut.csv
    grep -q '^exit 1$' libcsv.1.err
    grep -q 'truncated' libcsv.1.err
}

@test "CRLF in long files" {
    long_file lf.csv 600000 nul 250000 lines 261900 after 550000
    sed 's/$/\r/' lf.csv >crlf.csv
    as_libcsv crlf.csv
}
