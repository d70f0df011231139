#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""mirror_check.py [--long] [--only NAME] [--worlds N] [--seed S] PROG DATA_DIR

Computes what `pairs` and `gaps` must print with their options (--harmonise, --cif, --distances, --unions, --net-re-exports,
--lag, --annual-from-months, --re-exports, --by) and compares every row and column, on real files and on random worlds.
Figures within 1e-9 of their size (of what was added up, for differences), counts and words exactly.
One line a failed comparison; ends with `N passed, N failed`; exit 1 on failure.
"""
import argparse, csv, io, os, random, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mirror_cases
from common import Failed, close, number, program, run
from mirror_cells import Data, Join, Unions
from mirror_graph import Graph
from mirror_margins import Margins, Places, Quantities
from mirror_sums import Keys, Measured, finest, gaps

REF = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "datasets", "ref")
EXACT = ("level", "edition_x", "edition_m", "status", "silence", "margin_source")


class Setting:
    """One way to lay the two sides side by side: options of the program, and the oracle's."""

    def __init__(self, cif="none", harmonise="common", distances=False, unions=False, net=False, lag=0, months=False, moves=False):
        self.cif, self.harmonise, self.distances, self.unions, self.net = cif, harmonise, distances, unions, net
        self.lag, self.months, self.moves = lag, months, moves

    def options(self, tools):
        out = ["--cif", self.cif, "--harmonise", self.harmonise]
        out += ["--distances", tools.distances] if self.distances else []
        out += ["--unions"] if self.unions else []
        out += ["--net-re-exports"] if self.net else []
        out += ["--lag", str(self.lag)] if self.lag else []
        out += ["--annual-from-months"] if self.months else []
        out += ["--re-exports", tools.moves_file] if self.moves else []
        return out


class Tools:
    """What does not change from one store to the next."""

    def __init__(self, prog, data_dir):
        reference = os.path.join(data_dir, "reference")
        self.prog, self.data_dir = prog, data_dir
        self.distances = os.path.join(reference, "geography", "dist_cepii.csv.gz")
        self.graph = Graph(os.path.join(reference, "concordance", "HS_consolidated_comtrade_concordances.csv.gz"))
        self.places = {False: Places(REF), True: Places(REF, self.distances)}
        self.unions, self.quantities = Unions(os.path.join(REF, "unions.csv")), Quantities(REF)
        self.keys = Keys(REF, self.places[False])
        self.moves_file = None


class Store:
    def __init__(self, tools, store):
        self.tools, self.store = tools, store
        dump = self.ask("dump", "--header")
        self.data = Data(dump, self.ask("info", "--coverage")) if dump else None
        self.bad, self.memo = [], {}

    def ask(self, verb, *options):
        code, out, err = run(self.tools.prog + [verb, self.store, "-q", *options], ok=(0, 3))
        return out.decode("utf-8")

    def say(self, label, *words):
        self.bad.append(label + ": " + " ".join(str(w) for w in words))

    def measured(self, s):
        key = tuple(sorted(vars(s).items()))
        if key not in self.memo:
            moves = mirror_cases.read_moves(self.tools.moves_file) if s.moves else ()
            join = Join(self.data, self.tools.graph, s.harmonise, self.tools.unions if s.unions else None, s.net, s.lag, s.months, moves)
            margins = Margins(s.cif, self.tools.places[s.distances], self.data, join)
            self.memo = {key: [Measured(c, margins, self.tools.quantities) for c in join.cells()]}
        return self.memo[key]

    def pairs(self, s, filters=()):
        options = s.options(self.tools)
        label = "pairs " + " ".join(os.path.basename(o) for o in options)
        rows = list(csv.DictReader(io.StringIO(self.ask("pairs", *options))))
        want = self.measured(s)
        got = {(r["period"], int(r["exporter"]), int(r["importer"]), r["hs"]): r for r in rows}
        if len(got) != len(rows):
            self.say(label, "some cells have two lines")
        order = [(m.c.period, m.c.exporter, m.c.importer, m.c.hs) for m in want]
        if set(order) != set(got):
            self.say(label, len(set(order) - set(got)), "cells are missing:", sorted(set(order) - set(got))[:3],
                     len(set(got) - set(order)), "are too many:", sorted(set(got) - set(order))[:3])
        differ, first = {}, {}
        for m, key in zip(want, order):
            r = got.get(key)
            if r is None:
                continue
            for column, expected, found in self.compare(m, r):
                differ[column] = differ.get(column, 0) + 1
                first.setdefault(column, (key, expected, found))
        for column, n in differ.items():
            self.say(label, column, "differs in", n, "rows, first", first[column][0], "expected", first[column][1], "got",
                     first[column][2])
        return self

    @staticmethod
    def compare(m, r):
        size = (m.c.x.value if m.c.x else 0) + (m.c.m.value if m.c.m else 0)
        for column, expected in m.row().items():
            found = r[column]
            if column == "flags":
                found = set(found.split(";")) - {""}
                same = found == expected
            elif column in EXACT:
                same = str(expected) == found
            else:
                scale = size * 1e3 if column.startswith("gap_") else 1e4
                same = close(expected, number(found), 1e-9, scale)
            if not same:
                yield column, sorted(expected) if isinstance(expected, set) else expected, found

    def gaps(self, s, by, freq=None):
        options = s.options(self.tools) + ["--by", ",".join(by)] + (["--freq", freq] if freq else [])
        label = "gaps " + " ".join(os.path.basename(o) for o in options)
        rows = list(csv.DictReader(io.StringIO(self.ask("gaps", *options))))
        want = gaps(finest(self.measured(s), freq), by, self.tools.keys)
        heads = [h for h in (rows[0] if rows else {}) if not h.endswith("_iso3")]
        heads = heads[:heads.index("cells")] if rows else []
        got = {tuple(int(r[h]) if h in ("exporter", "importer", "country") else r[h] for h in heads): r for r in rows}
        if set(got) != set(want) or len(got) != len(rows):
            self.say(label, "keys differ: missing", sorted(set(want) - set(got))[:3], "too many", sorted(set(got) - set(want))[:3])
        differ = {}
        for key in sorted(set(want) & set(got)):
            w, r = want[key], got[key]
            for column, expected in w.items():
                if column[0] == "_":
                    continue
                found = number(r[column])
                if isinstance(expected, int):
                    same = expected == found
                elif column.endswith("_share"):
                    same = close(expected, found, 1e-9, 1e4 + w["_loose"] * 1e13)
                else:
                    same = close(expected, found, 1e-9, w["_scale"] if column.endswith("usd") else 1e3)
                if not same:
                    differ.setdefault(column, []).append((key, expected, found))
        for column, d in differ.items():
            self.say(label, column, "differs in", len(d), "rows, first", d[0])
        self.identities(label, rows, "country" in by, s, freq)
        return self

    def identities(self, label, rows, twice, s, freq):
        """What must hold whatever the figures are."""
        f = lambda r, c: float(r[c])
        total = lambda c: sum(f(r, c) for r in rows)
        cells = finest(self.measured(s), freq)
        size = sum((m.c.x.value if m.c.x else 0) + (m.fob or 0) for m in cells)
        for r in rows:
            if not close(f(r, "net_gap_usd"), f(r, "gross_positive_usd") - f(r, "gross_negative_usd"), 1e-9, size):
                self.say(label, "net is not positive - negative:", r)
        if total("cells") != len(cells) * (2 if twice else 1):
            self.say(label, "cells add up to", total("cells"))
        signs = total("import_over_usd"), total("import_under_usd"), total("export_over_usd"), total("export_under_usd")
        net = sum(m.gap for m in cells if m.gap is not None)
        for a, b in ((signs[0], signs[3]), (signs[1], signs[2]), (signs[0] - signs[1], net)):
            if not close(a, b, 1e-9, size * 100):
                self.say(label, "the four signs do not add up:", signs, "net", net)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--long", action="store_true", help="the larger files and more worlds")
    p.add_argument("--only", action="append")
    p.add_argument("--worlds", type=int)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("prog")
    p.add_argument("data")
    a = p.parse_args()
    if not os.path.isdir(os.path.join(a.data, "reference", "concordance")):
        print("no data in %s: the mirror cases are left out" % a.data)
        print("0 passed, 0 failed, 1 skipped")
        return 0
    tools = Tools(program(a.prog), os.path.abspath(a.data))
    passed = failed = 0
    for name, case in mirror_cases.cases(tools, a.long, a.worlds, a.seed):
        if a.only and not any(name.startswith(o) for o in a.only):
            continue
        with tempfile.TemporaryDirectory(prefix="mirrorgap-mirror-") as work:
            try:
                bad = case(work)
            except (Failed, OSError, ValueError, KeyError, csv.Error) as e:
                bad = ["%s: %s" % (type(e).__name__, e)]
        passed, failed = passed + (not bad), failed + bool(bad)
        print("%s %s" % ("FAIL" if bad else "ok  ", name), flush=True)
        for b in bad[:12]:
            print("     " + (b if len(b) < 900 else b[:900] + " ..."))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
