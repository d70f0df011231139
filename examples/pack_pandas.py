#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pack_pandas.py FILE.h5: tables of `mirrorgap pack` as data frames.

Codes keep their zeros, missing figures are NaN; units stand in the attributes."""
import sys

import h5py
import pandas as pd


def table(file, name):
    """A table of a packed file as a data frame, its columns in order."""
    group = file[name]
    order = group.attrs["column-order"].split(",")
    return pd.DataFrame(
        {
            c: group[c].asstr()[:] if h5py.check_string_dtype(group[c].dtype) else group[c][:]
            for c in order
        }
    )


with h5py.File(sys.argv[1]) as file:
    pairs = table(file, "pairs")
    unit = file["pairs/gap_usd"].attrs["units"]

matched = pairs[pairs.status == "matched"]
by_exporter = matched.groupby("exporter_iso3")["gap_usd"].sum().sort_index()
print(f"exporter,gap ({unit})")
for exporter, gap in by_exporter.items():
    print(f"{exporter},{gap:.0f}")
