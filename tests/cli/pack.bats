#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# pack: one HDF5 file with the numbers that the verbs print.

load helper

# same GROUP FILE.csv: a group of all.h5 has the columns, texts and numbers of the CSV.
same() {
    "$PYTHON" - "$1" "$2" <<'PY'
import csv, sys, h5py, numpy as np
group = h5py.File("all.h5")[sys.argv[1]]
rows = list(csv.reader(open(sys.argv[2])))
assert group.attrs["column-order"].split(",") == rows[0], rows[0]
assert len(rows) > 1
for i, name in enumerate(rows[0]):
    column, want = group[name], [r[i] for r in rows[1:]]
    assert column.attrs["units"] and column.attrs["long_name"]
    if h5py.check_string_dtype(column.dtype):
        assert list(column.asstr()[:]) == want, name
    else:
        want = np.array([float(x) if x else np.nan for x in want])
        assert np.array_equal(column[:], want, equal_nan=True), name
PY
}

@test "pack: each table has what its verb prints, to the last bit" {
    mirrorgap ingest -q -s st plus.csv
    mirrorgap pack -q st -o all.h5
    mirrorgap dump -q --header st -o t.csv && same observations t.csv
    mirrorgap pairs -q st -o t.csv && same pairs t.csv
    mirrorgap scores -q st -o t.csv && same scores t.csv
    mirrorgap ledger -q st --by file -o t.csv && same ledger t.csv
    mirrorgap info -q st --sources -o t.csv && same sources t.csv
    "$PYTHON" - <<'PY'
import h5py
f = h5py.File("all.h5")
hs = f["observations/hs"]
assert b"010121" in hs[:] and hs.dtype.itemsize == 6, hs.dtype
assert f.attrs["generator"].startswith("mirrorgap ") and "pack" in f.attrs["history"]
assert f["pairs"].attrs["data"] == f.attrs["data"] and f.attrs["data"].startswith("store ")
names = dict(zip(f["countries/country"][:], f["countries/name"].asstr()[:]))
assert names[b"156"] == "China" and len(f["chapters/hs2"]) > 90 and b"8" in f["units/unit"][:]
PY
}

@test "pack: files read into memory, filters and options as of pairs" {
    mirrorgap pack -q -i plus.csv --hs 01 --cif none -o all.h5
    mirrorgap pairs -q -i plus.csv --hs 01 --cif none -o t.csv
    same pairs t.csv
    mirrorgap pack -q -i plus.csv --period 1950 -o none.h5 || [ $? -eq 3 ]
    "$PYTHON" -c 'import h5py; assert h5py.File("none.h5")["pairs/gap_usd"].shape == (0,)'
}

@test "pack: columns of texts that grow wider, over many chunks" {
    # 12,000 chapters, then 9,000 codes of four and 9,000 of six digits
    "$PYTHON" - <<'PY'
head = open("plus.csv").readline()
def row(year, cmd, importer, value):
    return f"C,A,{year},{year},156,CHN,China,X,{importer},,,0,H3,{cmd},,C00,0,0,-1,,,,{value},{value}\n"
with open("wide.csv", "w") as f:
    f.write(head)
    importers = [842, 276, 392, 410, 528, 826]
    n = 0
    for year in range(1990, 2010):
        for k in range(100):
            for m in importers:
                code = f"{k % 96 + 1:02d}" if year < 2003 else f"{k + 101:04d}" if year < 2006 else f"{k + 10121:06d}"
                n += 1
                f.write(row(year, code, m, 1000 + n))
PY
    for i in 1 2 3; do
        sed -e "1!s/^\(C,A,[0-9]*,[0-9]*,\)156,CHN,China/\1$(echo 36 76 124 | cut -d" " -f"$i"),,/" wide.csv >"w$i.csv"
    done
    mirrorgap pack -q -i w1.csv w2.csv w3.csv -o all.h5
    mirrorgap dump -q --header -i w1.csv w2.csv w3.csv -o t.csv
    [ "$(wc -l <t.csv)" -gt 20000 ]
    same observations t.csv
    mirrorgap pairs -q -i w1.csv w2.csv w3.csv -o t.csv
    same pairs t.csv
    h5ls all.h5/pairs >names.txt
    run ! grep -q wider names.txt
}

@test "pack: the same bytes again, on any number of threads" {
    mirrorgap pack -q -i plus.csv -@ 1 --no-provenance -o one.h5
    sleep 1
    mirrorgap pack -q -i plus.csv -@ 2 --no-provenance -o two.h5
    cmp one.h5 two.h5
}

@test "pack: whole or not at all" {
    echo before >kept.h5
    fails_with 1 quotes.csv mirrorgap pack -i quotes.csv -o kept.h5
    [ "$(cat kept.h5)" = before ]
    fails_with 1 'nowhere/all.h5' mirrorgap pack -q -i plus.csv -o nowhere/all.h5
    fails_with 2 'FILE.h5' mirrorgap pack -i plus.csv
    fails_with 2 'one format' mirrorgap pack -i plus.csv -o all.h5 --format json
    [ -z "$(find . -name '*.tmp.*')" ]
}

# example COMMAND...: prints the gaps by exporter that are in all.h5.
example() {
    mirrorgap pack -q -i plus.csv -o all.h5
    mirrorgap pairs -q -i plus.csv -o pairs.csv
    "$PYTHON" - >want.txt <<'PY'
import collections, csv
gaps = collections.Counter()
for r in csv.DictReader(open("pairs.csv")):
    if r["status"] == "matched":
        gaps[r["exporter_iso3"]] += float(r["gap_usd"])
print("exporter,gap (USD)")
for k in sorted(gaps):
    print(f"{k},{gaps[k]:.0f}")
PY
    [ "$(wc -l <want.txt)" -gt 1 ]
    "$@" all.h5 >got.txt
    diff want.txt got.txt
}

@test "examples: pandas reads a packed file" {
    "$PYTHON" -c 'import pandas' 2>/dev/null || skip "pandas is not installed"
    example "$PYTHON" "$BATS_TEST_DIRNAME/../../examples/pack_pandas.py"
}

@test "examples: R reads a packed file" {
    Rscript -e 'library(rhdf5); library(data.table)' >/dev/null 2>&1 ||
        skip "R with rhdf5 and data.table is not installed"
    example Rscript "$BATS_TEST_DIRNAME/../../examples/pack_rhdf5.R"
}
