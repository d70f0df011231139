# SPDX-License-Identifier: GPL-3.0-or-later
"""Which HS codes of different editions are the same goods, from the UN's correlation tables and the rules that stand in
include/mirrorgap/concordance.h. Slow and plain; shares no code with the program, and not its table hs_components.csv."""
import csv, gzip

EDITION_OF_YEAR = {"1992": 0, "1996": 1, "2002": 2, "2007": 3, "2012": 4, "2017": 5, "2022": 6}
WASTE = "8549"


class Graph:
    def __init__(self, path):
        self.edges = {}  # older edition: [(code before, code after)]
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as f:
            for r in csv.DictReader(f):
                after, before = r["adjustment"].split(" to ")
                if after in EDITION_OF_YEAR and before in EDITION_OF_YEAR:
                    step = self.edges.setdefault(EDITION_OF_YEAR[before], set())
                    step.add((r["code.before"].zfill(6), r["code.after"].zfill(6)))
        self.memo = {}

    def kept(self, step):
        """(edges left, edges cut) of the table from edition `step` to the next."""
        edges = sorted(self.edges[step])
        n_before, n_after = {}, {}
        for b, a in edges:
            n_before[b] = n_before.get(b, 0) + 1
            n_after[a] = n_after.get(a, 0) + 1
        left, cut = [], []
        for b, a in edges:
            crossing = b[:4] != a[:4]
            renumbered = n_before[b] == 1 and n_after[a] == 1
            waste = (b[:4] == WASTE) != (a[:4] == WASTE)
            (cut if waste or (crossing and not renumbered) else left).append((b, a))
        return left, cut

    def classes(self, low, high):
        """({(edition, code): name}, {name: sorted members}, names with a cut edge); name = (code, star)."""
        if (low, high) in self.memo:
            return self.memo[low, high]
        parent, was_cut = {}, set()

        def find(v):
            parent.setdefault(v, v)
            while parent[v] != v:
                parent[v] = parent[parent[v]]
                v = parent[v]
            return v

        for step in range(low, high):
            left, cut = self.kept(step)
            for b, a in left:
                parent[find((step, b))] = find((step + 1, a))
            for b, a in cut:
                for v in ((step, b), (step + 1, a)):
                    find(v)
                    was_cut.add(v)
        groups = {}
        for v in parent:
            groups.setdefault(find(v), []).append(v)
        name_of, members, cut_names = {}, {}, set()
        for g in groups.values():
            codes = {c for _, c in g}
            name = (min(codes), len(codes) > 1)
            for v in g:
                name_of[v] = name
                members.setdefault(name, []).append(v)
                if v in was_cut:
                    cut_names.add(name)
        self.memo[low, high] = name_of, {k: sorted(v) for k, v in members.items()}, cut_names
        return self.memo[low, high]

    def name(self, low, high, edition, code, target=None):
        """(code, star, cut) of a class; with a target, in the terms of that edition."""
        if low < 0 or high > 6 or low == high:
            return code, False, False
        name_of, members, cut_names = self.classes(low, high)
        name = name_of.get((edition, code))
        if name is None:
            return code, False, False
        cut = name in cut_names
        if target is not None:
            there = [c for e, c in members[name] if e == target]
            if there:
                return min(there), len(there) > 1, cut
        return name + (cut,)
