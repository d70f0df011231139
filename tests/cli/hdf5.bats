#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A segment as other programs read it (docs/store.md).

load helper

@test "h5dump reads a segment" {
    mirrorgap ingest -q -s S plus.csv
    h5dump -d /observations/exporter S/A-2018-*.h5 >t
    grep -q '156, 156, 156, 251, 276, 276, 842' t
    h5dump -pH S/A-2018-*.h5 >t
    grep -q 'COMPRESSION DEFLATE' t
    grep -q 'PREPROCESSING SHUFFLE' t
}

@test "h5py gives what dump prints" {
    "$PYTHON" -c 'import h5py' 2>/dev/null || skip "python3-h5py is not there"
    mirrorgap ingest -q -s S plus.csv legacy.csv answer.json
    mirrorgap dump --header S >dump.csv
    "$PYTHON" - <<'PY'
import csv, glob, math, h5py
want = list(csv.DictReader(open("dump.csv")))
got = []
def names(d):
    return {v: k for k, v in h5py.check_enum_dtype(d.dtype).items()}
for path in sorted(glob.glob("S/*.h5"), key=lambda p: int(p.split("-")[1])):
    with h5py.File(path, "r") as f:
        t = f["observations"]
        hs = f["codes/hs"].asstr()[:][t["hs"][:]]
        flow = [names(t["flow"])[v] for v in t["flow"][:]]
        edition = [names(t["edition"])[v] for v in t["edition"][:]]
        def figures(name):
            d = t[name]
            scale, fill = d.attrs.get("scale", 1), d.attrs.get("_FillValue")
            assert d.attrs["units"] and d.attrs["long_name"]
            return [None if v == fill or v != v else v / scale for v in d[:]]
        column = {n: figures(n) for n in ("value_usd", "kg", "qty", "cif_usd", "fob_usd")}
        bits = t["flags"][:]
        for name, bit, other in (("cif_usd", 9, "value_usd"), ("fob_usd", 10, "value_usd"), ("qty", 11, "kg")):
            column[name] = [o if b >> bit & 1 else v for v, o, b in zip(column[name], column[other], bits)]
        for i in range(len(bits)):
            row = {"exporter": t["exporter"][i], "importer": t["importer"][i], "hs": hs[i], "edition": edition[i],
                   "flow": flow[i], "unit": t["unit"][i], "vintage": t["vintage"][i], "flags": bits[i] & 0x1ff,
                   "period": f.attrs["period"]}
            row.update((n, column[n][i]) for n in column)
            got.append(row)
        assert set(t.attrs["column-order"].split(",")) == set(t)
assert len(got) == len(want) == 21, (len(got), len(want))
for g, w in zip(got, want):
    for name, value in g.items():
        text = w[name]
        if name in ("hs", "edition", "flow"):
            assert text == value, (name, text, value)
        elif value is None:
            assert text == "", (name, text)
        else:
            assert text != "" and float(text) == float(value), (name, text, value)
PY
}
