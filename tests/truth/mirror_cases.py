# SPDX-License-Identifier: GPL-3.0-or-later
"""What mirror_check.py compares: real files, published figures, random worlds."""
import csv, glob, math, os, random

BY = ("exporter,hs6", "country", "pair,period", "year,importer_region,hs4", "section", "region", "exporter_region,importer",
      "importer,hs2,year")


def read_moves(path):
    """[(period, hub, origin, consignee, hs, usd)]"""
    with open(path, newline="") as f:
        return sorted((r["period"], int(r["hub"]), int(r["origin"]), int(r["consignee"]), r["hs"], float(r["value_usd"]))
                      for r in csv.DictReader(f))


def real(tools, patterns, settings, by=()):
    def case(work):
        from mirror_check import Setting, Store, run
        files = [f for p in patterns for f in sorted(glob.glob(os.path.join(tools.data_dir, p)))]
        if not files:
            return ["no file matches " + " ".join(patterns)]
        store = os.path.join(work, "store")
        run(tools.prog + ["ingest", "-s", store, "-q", *files])
        s = Store(tools, store)
        for options in settings:
            s.pairs(Setting(**options))
            for keys in by if options is settings[0] else ():
                s.gaps(Setting(**options), keys.split(","))
        return s.bad
    return case


def cases(tools, long, worlds, seed):
    none, everything = dict(), dict(cif="auto")
    yield "sawnwood", real(tools, ["legacy-api/sawnwood*"], [
        everything, none, dict(harmonise="none"), dict(harmonise="H0"), dict(harmonise="H3"), dict(harmonise="H6"),
        dict(cif="baci", distances=True), dict(cif="gfi", distances=True), dict(cif="gfi"), dict(cif="fixed:0.06"),
        dict(unions=True), dict(net=True), dict(cif="auto", unions=True, net=True, harmonise="H2", distances=True)], BY)
    yield "crude", real(tools, ["legacy-web/crude_270900_2000_2008.zip"], [everything, dict(harmonise="H2", unions=True)], BY[:3])
    yield "wits", real(tools, ["wits/*.gz"], [everything, dict(unions=True, harmonise="H3")], ("country", "pair"))
    yield "plus-bulk", real(tools, ["plus-bulk/*"], [dict(cif="auto", distances=True), none, dict(lag=1, cif="auto"), dict(harmonise="H1")], BY[:4])
