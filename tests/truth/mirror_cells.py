# SPDX-License-Identifier: GPL-3.0-or-later
"""The mirror join with all its options, from what `dump` and `info --coverage` print (both are checked elsewhere).

CONTRACT 4, METHODS 1.2 to 1.6 and the comments of pair.h, concordance.h and unions.h; no code of the program."""
import csv, math

NES = {899, 837, 838, 839, 568, 129, 221, 290, 471, 472, 473, 492, 527, 536, 577, 636, 637, 697, 879}
FLAG_BITS = ((1, "qty_estimated"), (2, "kg_estimated"), (16, "code_restored"), (256, "rebuilt"))
FIGURES = ("value", "kg", "qty", "cif", "fob")


def edition_number(text):
    return int(text[1]) if len(text) == 2 and text[0] == "H" and text[1].isdigit() else -1


def edition_text(e):
    return "HS" if e < 0 else "H%d" % e


def level_of(hs):
    return 0 if hs == "TOTAL" else len(hs.rstrip("*"))


class Side:
    """What one side filed of a cell; None is missing."""
    __slots__ = ("hs", "edition", "value", "kg", "qty", "cif", "fob", "unit", "flags", "notes")

    def __init__(self, hs, edition, value, kg, qty, cif, fob, unit, flags, notes=()):
        self.hs, self.edition, self.value, self.kg, self.qty, self.cif, self.fob = hs, edition, value, kg, qty, cif, fob
        self.unit, self.flags, self.notes = unit, flags, frozenset(notes)

    def copy(self, **change):
        s = Side(self.hs, self.edition, self.value, self.kg, self.qty, self.cif, self.fob, self.unit, self.flags, self.notes)
        for k, v in change.items():
            setattr(s, k, v)
        return s


def added(sides):
    """One report from several of the same goods: a figure that one of them lacks is missing in the sum."""
    first = sides[0]
    if len(sides) == 1:
        return first
    one_unit = len({s.unit for s in sides}) == 1
    total = {}
    for f in FIGURES:
        v = [getattr(s, f) for s in sides]
        total[f] = None if None in v or (f == "qty" and not one_unit) else math.fsum(v)
    flags = notes = 0
    for s in sides:
        flags |= s.flags
    notes = frozenset().union(*(s.notes for s in sides))
    return first.copy(edition=max(s.edition for s in sides), flags=flags, notes=notes, **total)


class Cell:
    __slots__ = ("period", "exporter", "importer", "hs", "x", "m", "notes", "silence", "m_period")

    def __init__(self, period, exporter, importer, hs, x, m, notes, m_period):
        self.period, self.exporter, self.importer, self.hs = period, exporter, importer, hs
        self.x, self.m, self.notes, self.silence, self.m_period = x, m, notes, "", m_period


class Data:
    """Observations and World rows of a store."""

    def __init__(self, dump, coverage):
        self.rows = {}      # period: {(exporter, importer): {flow: [Side]}}
        self.filed = set()  # (period, flow, reporter): observations or World rows
        number = lambda s: float(s) if s else None
        for r in csv.DictReader(dump.splitlines()):
            flow, kg, qty = r["flow"], number(r["kg"]), number(r["qty"])
            side = Side(r["hs"], edition_number(r["edition"]), float(r["value_usd"]), kg, qty, number(r["cif_usd"]),
                        number(r["fob_usd"]), r["unit"] or "-1", int(r["flags"]))
            place = int(r["exporter"]), int(r["importer"])
            self.rows.setdefault(r["period"], {}).setdefault(place, {}).setdefault(flow, []).append(side)
        for r in csv.DictReader(coverage.splitlines()):
            self.filed.add((r["period"], r["flow"], int(r["reporter"])))


class Unions:
    def __init__(self, path):
        self.rows = []
        with open(path, encoding="utf-8", newline="") as f:
            for r in csv.DictReader(f):
                year = lambda s, none: int(s) if s else none
                self.rows.append((int(r["union"]), int(r["code"]), year(r["from_year"], 0), year(r["to_year"], 9999),
                                  year(r["succession"], None)))

    def map(self, year):
        return {code: union for union, code, a, b, _ in self.rows if a <= year <= b}

    def succession(self, code, year):
        return any(s is not None and abs(year - s) <= 1 and code in (u, c) for u, c, _, _, s in self.rows)


class Join:
    """Cells of a Data. harmonise: "none", "common" or "H0".."H6"."""

    def __init__(self, data, graph, harmonise="common", unions=None, net=False, lag=0, months=False, moves=()):
        self.data, self.graph, self.harmonise, self.unions = data, graph, harmonise, unions
        self.net, self.lag, self.moves, self.prepared = net, lag, moves, {}
        self.within = {"X": 0, "M": 0}
        self.rows, self.filed = data.rows, set(data.filed)
        if months:
            self.rows = self.with_years()
        self.any_report = {r for _, _, r in self.filed}
        if unions:
            self.filed = {(p, f, unions.map(int(p[:4])).get(r, r)) for p, f, r in self.filed}
        self.any_report |= {r for _, _, r in self.filed}

    def with_years(self):
        out = {p: {k: {f: list(s) for f, s in v.items()} for k, v in g.items()} for p, g in self.rows.items()}
        by_month, annual = {}, set()
        for p, g in self.rows.items():
            for place, flows in g.items():
                for f in flows:
                    reporter = place[0] if f in ("X", "RX") else place[1]
                    if len(p) == 6:
                        by_month.setdefault((p[:4], f, reporter), set()).add(p)
                    else:
                        annual.add((p, f, reporter))
        whole = {k for k, months in by_month.items() if len(months) == 12 and k not in annual}
        sums = {}
        for p, g in self.rows.items():
            if len(p) == 6:
                for place, flows in g.items():
                    for f, sides in flows.items():
                        reporter = place[0] if f in ("X", "RX") else place[1]
                        if (p[:4], f, reporter) in whole:
                            for s in sides:
                                sums.setdefault((p[:4], place, f, s.hs, s.edition), []).append(s)
        for (year, place, f, _, _), sides in sums.items():
            s = added(sides).copy()
            s.notes = s.notes | {"from_months"}
            out.setdefault(year, {}).setdefault(place, {}).setdefault(f, []).append(s)
        self.filed |= {(y, f, r) for y, f, r in whole}
        return out

    def prepare(self, period):
        """Rows of a period after moves and unions: {(exporter, importer): {flow: [Side]}}."""
        if period in self.prepared:
            return self.prepared[period]
        rows = {k: {f: list(s) for f, s in v.items()} for k, v in self.rows.get(period, {}).items()}
        for move in self.moves:
            if move[0] == period:
                self.move(rows, *move[1:])
        if self.unions:
            rows = self.joined(rows, int(period[:4]))
        self.prepared[period] = rows
        return rows

    @staticmethod
    def move(rows, hub, origin, consignee, hs, usd):
        """Part of what the consignee filed as from the origin is from the hub: weights and quantities in proportion."""
        filed = rows.get((origin, consignee), {}).get("M", [])
        for i, s in enumerate(filed):
            if s.hs == hs and 0 < usd <= s.value and consignee != hub:
                part = lambda share: {f: None if getattr(s, f) is None else getattr(s, f) * share for f in FIGURES}
                marked = s.notes | {"re_exports_moved"}
                filed[i] = s.copy(notes=marked, **part(1 - usd / s.value))
                rows.setdefault((hub, consignee), {}).setdefault("M", []).append(s.copy(notes=marked, **part(usd / s.value)))
                return

    def joined(self, rows, year):
        to, out = self.unions.map(year), {}
        for (exporter, importer), flows in rows.items():
            place = to.get(exporter, exporter), to.get(importer, importer)
            for f, sides in flows.items():
                if place[0] == place[1]:
                    if f in self.within:
                        self.within[f] += len(sides)
                    continue
                notes = {"union"} if place != (exporter, importer) else set()
                for s in sides:
                    out.setdefault(place, {}).setdefault(f, []).append(s.copy(notes=s.notes | notes))
        return out

    def settle(self, sides, low, high):
        """{name: Side} of one flow of one group."""
        out = {}
        for s in sides:
            name, star, cut = s.hs, False, False
            if self.harmonise != "none" and s.edition >= 0 and low < high and len(s.hs) == 6:
                target = None if self.harmonise == "common" else int(self.harmonise[1])
                name, star, cut = self.graph.name(low, high, s.edition, s.hs, target)
            notes = set(s.notes) | ({"component"} if star else set()) | ({"edition_cut"} if cut else set())
            out.setdefault(name + ("*" if star else ""), []).append(s.copy(notes=frozenset(notes)))
        return {k: added(v) for k, v in out.items()}

    def group(self, x_flows, m_flows):
        """{flow: {name: Side}} of an exporter and an importer."""
        flows = {"X": x_flows.get("X", []), "RX": x_flows.get("RX", []), "M": m_flows.get("M", []), "RM": m_flows.get("RM", [])}
        used = flows if self.net else ("X", "M")  # re-exports are no side of a pair
        editions = [s.edition for f in used for s in flows[f] if s.edition >= 0]
        if self.harmonise not in ("none", "common"):
            editions = editions + [int(self.harmonise[1])] if editions else []
        low, high = (min(editions), max(editions)) if editions else (0, 0)
        sides = {f: self.settle(flows[f], low, high) for f in flows}
        if self.net:
            for f, part in (("X", "RX"), ("M", "RM")):
                for k, s in sides[f].items():
                    if k in sides[part]:
                        sides[f][k] = self.less(s, sides[part][k])
        return sides

    @staticmethod
    def less(s, r):
        minus = lambda a, b: None if a is None or b is None else max(a - b, 0.0)
        return s.copy(value=max(s.value - r.value, 0.0), kg=minus(s.kg, r.kg), qty=minus(s.qty, r.qty) if s.unit == r.unit else None,
                      cif=minus(s.cif, r.cif), fob=minus(s.fob, r.fob), flags=s.flags | r.flags & 3, notes=s.notes | {"net_of_re_exports"})

    def cell(self, period, place, hs, x, m, m_period):
        notes = set()
        for s in (x, m):
            if s:
                notes |= s.notes
        if x and m and x.edition != m.edition:
            notes.add("editions_differ")
        if self.unions and any(self.unions.succession(c, int(period[:4])) for c in place):
            notes.add("succession_year")
        for s, mark in ((x, "_x"), (m, "_m")):
            if s:
                notes |= {name + mark for bit, name in FLAG_BITS if s.flags & bit}
        if m_period != period:
            notes.add("lagged")
        return Cell(period, place[0], place[1], hs, x, m, notes, m_period)

    def periods(self):
        return sorted(self.rows, key=int)

    def cells(self):
        for period in self.periods():
            m_period = later(period, self.lag) if len(period) == 6 else period
            if m_period not in self.rows:  # the imports that would answer are not held
                continue
            here, there = self.prepare(period), self.prepare(m_period)
            rest = {"X": Secrecy(here), "M": Secrecy(there)}
            for place in sorted(set(here) | set(there)):
                sides = self.group(here.get(place, {}), there.get(place, {}))
                for k in sorted(set(sides["X"]) | set(sides["M"]), key=lambda k: (level_of(k), k)):
                    c = self.cell(period, place, k, sides["X"].get(k), sides["M"].get(k), m_period)
                    if c.x is None or c.m is None:
                        c.silence = self.silence(c, rest, sides)
                    yield c

    def silence(self, c, rest, sides):
        silent, flow, figure, period = (c.exporter, "X", c.m.value, c.period) if c.x is None else \
            (c.importer, "M", c.x.value, c.m_period)
        if silent in NES:
            return "nes"
        if silent not in self.any_report:
            return "never_reports"
        if (period, flow, silent) not in self.filed:
            return "not_reporting"
        if rest[flow].hides(silent, flow, sides[flow], c.hs, figure):
            return "secret"
        return "below_threshold" if figure < 1000 else "reported_zero"


class Secrecy:
    """What reporters file without saying with whom (partners 839, 899), or of a chapter beyond the codes that they name."""

    def __init__(self, rows):
        self.unsaid = {}
        for (exporter, importer), flows in rows.items():
            for f, reporter, partner in (("X", exporter, importer), ("M", importer, exporter)):
                if partner in (839, 899):
                    for s in flows.get(f, []):
                        key = reporter, f, s.hs[:2], level_of(s.hs)
                        self.unsaid[key] = self.unsaid.get(key, 0.0) + s.value

    def hides(self, silent, flow, sides, hs, figure):
        """Whether a figure fits inside the larger of the two remainders."""
        chapter, level = hs[:2], level_of(hs)
        if not chapter.isdigit() or figure <= 0:
            return False
        room = max(self.unsaid.get((silent, flow, chapter, n), 0.0) for n in (2, 4, 6))
        if level > 2 and chapter in sides:
            named = math.fsum(s.value for k, s in sides.items() if k[:2] == chapter and level_of(k) == level)
            room = max(room, sides[chapter].value - named)
        return figure <= room


def later(period, months):
    n = int(period[:4]) * 12 + int(period[4:]) - 1 + months
    return "%04d%02d" % (n // 12, n % 12 + 1)
