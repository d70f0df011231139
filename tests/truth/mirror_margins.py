# SPDX-License-Identifier: GPL-3.0-or-later
"""CIF margins, unit values and quantities of a cell: CONTRACT 5, METHODS 2.2, 2.3 and 2.7, and the comments of margin.h,
prices.h, routes.h, gap.h and quantity.h."""
import csv, gzip, math, os
from oracle import median

RADIUS, Z90, FALLBACK, BAND = 6371.0088, 1.6448536269514722, 0.06, (0.0, 0.1)
SIGMA = {"baci": 0.136, "gfi": 0.1364}


def rows_of(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


class Places:
    """Distances, borders and what models ask of countries."""

    def __init__(self, ref, distances=None):
        self.area = {}
        for r in rows_of(ref, "countries.csv"):
            self.area[int(r["code"])] = r
        stands_for = {}  # CEPII writes TWN, ROM and ZAR, which are aliases here
        for r in self.area.values():
            for iso in [r["iso3"]] + [a for a in r["aliases"].split("|") if len(a) == 3 and a.isupper()]:
                stands_for.setdefault(iso, set()).add(int(r["code"]))
        borders = set()
        for r in rows_of(ref, "borders.csv"):
            a, b = int(r["code_a"]), int(r["code_b"])
            borders |= {(a, b), (b, a)}
        self.borders, self.cepii = borders, {}
        if distances:
            with gzip.open(distances, "rt", encoding="utf-8", newline="") as f:
                for r in csv.DictReader(f):
                    km = next((float(r[c]) for c in ("distw", "dist") if r.get(c) not in (None, "", "NA", ".")), None)
                    contig = r["contig"] == "1" if r["contig"] in ("0", "1") else None
                    for a in stands_for.get(r["iso_o"], ()) if r["iso_o"] != r["iso_d"] else ():
                        self.cepii.update({(a, b): (km, contig) for b in stands_for.get(r["iso_d"], ())})
        self.valuation = {}
        for r in rows_of(ref, "valuation.csv"):
            if r["flow"] == "M" and r["valuation"]:
                self.valuation.setdefault(int(r["reporter"]), []).append((int(r["from_year"]), int(r["to_year"]), r["valuation"]))
        self.memo = {}

    def iso(self, code):
        return self.area[code]["iso3"] if code in self.area else ""

    def files_fob(self, reporter, year):
        spans = self.valuation.get(reporter)
        if spans is None and self.iso(reporter):
            spans = next((s for c, s in sorted(self.valuation.items()) if self.iso(c) == self.iso(reporter)), None)
        if not spans:
            return False
        before = [s for s in spans if s[0] <= year]
        return (max(before) if before else min(spans))[2] == "FOB"

    def route(self, exporter, importer):
        """(km or None, contiguous, same continent) and the two rows of the country table."""
        key = exporter, importer
        if key in self.memo:
            return self.memo[key]
        x, m = self.area.get(exporter), self.area.get(importer)
        if not x or not m or not x["lat"] or not m["lat"]:
            self.memo[key] = (None, False, False, x, m)
            return self.memo[key]
        a, b, c, d = (math.radians(float(v)) for v in (x["lat"], x["lon"], m["lat"], m["lon"]))
        h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
        km, contiguous = 2 * RADIUS * math.asin(min(1.0, math.sqrt(h))), key in self.borders
        km = km if km > 0 else None
        filed = self.cepii.get(key)
        if filed:
            km = filed[0] if filed[0] is not None else km
            contiguous = filed[1] if filed[1] is not None else contiguous
        self.memo[key] = km, contiguous, bool(x["continent"]) and x["continent"] == m["continent"], x, m
        return self.memo[key]


class Prices:
    """Median USD a kg of a code in one period; with fewer than five flows those of its heading, chapter, or of all.

    Both sides' reports count; estimated weights do not, which come from unit values themselves (METHODS 0.4, 1.7)."""

    def __init__(self, periods):
        self.own, self.under, self.memo = {}, {}, {}
        for sides in (sides for rows in periods for sides in rows.values()):
            for f in ("X", "M"):
                for s in sides.get(f, ()):
                    if s.kg and s.value > 0 and not s.flags & 2:
                        self.own.setdefault(s.hs, []).append(s.value / s.kg)
                        for k in {s.hs[:4], s.hs[:2], ""}:
                            self.under.setdefault(k, []).append(s.value / s.kg)

    def find(self, hs):
        if hs not in self.memo:
            enough = [v for v in self.tries(hs) if len(v) >= 5] + [self.under.get("", ())]
            self.memo[hs] = median(enough[0]) if enough[0] else None
        return self.memo[hs]

    def tries(self, hs):
        return [self.own.get(hs, ())] + [self.under.get(k, ()) for k in (hs[:4], hs[:2])]

    def enough(self, hs):
        return any(len(v) >= 5 for v in self.tries(hs) + [self.under.get("", ())])


def explicit(data):
    """{(exporter, importer, hs2): (median, spread)} of what importers filed as CIF and as FOB."""
    found = {}
    for rows in data.rows.values():
        for place, flows in rows.items():
            for s in flows.get("M", ()):
                cif = s.cif or s.value  # the primary value of imports is CIF
                if s.fob and s.hs[:2].isdigit() and -0.05 <= cif / s.fob - 1 <= 1:
                    found.setdefault(place + (s.hs[:2],), []).append(cif / s.fob - 1)
    out = {}
    for k, v in found.items():
        if len(v) >= 3:
            mid = median(v)
            out[k] = mid, median([abs(a - mid) for a in v]) / 0.6744897501960817
    return out


def baci(route, price):
    km, contiguous, _, x, m = route
    if km is None or not price:
        return None
    ln = math.log(km)
    return (.320 - .110 * ln + .010 * ln * ln - .032 * math.log(price) - .044 * contiguous + .049 * (m["landlocked"] == "1")
            - .009 * (x["landlocked"] == "1"))


def gfi(route, price, year, editions_differ):
    km, contiguous, continent, x, m = route
    if km is None or not price:
        return None
    ln = math.log(km)
    return (.118542203547711 - .0238630945051861 * ln + .00235184182340387 * ln * ln - .00355770990417702 * math.log(price)
            - .0273796901900728 * contiguous - .00152904509163344 * continent + .00369756710287752 * (m["landlocked"] == "1")
            - .00435815496310972 * (x["landlocked"] == "1") + .0102652392770192 * (m["advanced"] == "0")
            + .0199472998245159 * (x["advanced"] == "0") - .000516713845203444 * editions_differ
            + {2015: .00140037905013426, 2001: .0124941137721519}.get(year, 0.0))


class Margins:
    def __init__(self, way, places, data, join):
        self.way, self.places, self.join, self.prices = way, places, join, {}
        self.rate = float(way.split(":")[1]) if way.startswith("fixed") else FALLBACK
        self.filed = explicit(data) if way == "auto" else {}
        self.price_rows = data.rows

    def price(self, period, hs):
        if period not in self.prices:
            months = [p for p in self.price_rows if p[:4] == period]  # a year that only months speak of has theirs
            self.prices[period] = Prices([self.price_rows[p] for p in ([period] if period in self.price_rows else months)])
        prices = self.prices[period]
        if self.way == "auto" and not prices.enough(hs.rstrip("*")):
            return None  # fewer than five weights are no world price
        return prices.find(hs.rstrip("*"))

    def apply(self, c):
        """(margin, source, FOB, lowest FOB, highest FOB) of the import figure of a cell."""
        usd, year = c.m.value, int(c.period[:4])
        if self.way == "none":
            return 0.0, "none", usd, usd / (1 + BAND[1]), usd / (1 + BAND[0])
        if c.m.fob:
            return usd / c.m.fob - 1, "filed_fob", c.m.fob, c.m.fob, c.m.fob
        if not self.way.startswith("fixed"):
            if self.places.files_fob(c.importer, year):
                return 0.0, "reported_fob", usd, usd, usd
            known = self.filed.get((c.exporter, c.importer, c.hs[:2]))
            if known:
                mid, spread = known
                return (mid, "pair") + self.at(usd, mid, mid - Z90 * spread, mid + Z90 * spread)
            route = self.places.route(c.exporter, c.importer)
            model = "gfi" if self.way == "gfi" else "baci"
            price = self.price(c.period, c.hs)
            ln = gfi(route, price, year, "editions_differ" in c.notes) if model == "gfi" else baci(route, price)
            if ln is not None:
                half = Z90 * SIGMA[model]
                low, high = ln - half, ln + half
                if model == "gfi":
                    ln = max(ln, 0.0)
                    low, high = ln - half, ln + half
                return (math.expm1(ln), model) + self.at(usd, math.expm1(ln), math.expm1(low), math.expm1(high))
        return (self.rate, "fixed") + self.at(usd, self.rate, *BAND)

    @staticmethod
    def at(usd, margin, low, high):
        return usd / (1 + margin), usd / (1 + high), usd / (1 + low)


class Quantities:
    def __init__(self, ref):
        self.unit = {r["code"]: (r["family"], float(r["to_base"])) for r in rows_of(ref, "units.csv")
                     if r["family"] != "none" and r["to_base"]}

    def compare(self, x, m):
        """(q_x, q_m, estimated) in one measure, or None."""
        if x.kg and m.kg:
            return x.kg, m.kg, bool((x.flags | m.flags) & 2)
        a, b = self.unit.get(x.unit), self.unit.get(m.unit)
        if x.qty and m.qty and x.unit == m.unit and a:
            return x.qty, m.qty, bool((x.flags | m.flags) & 1)
        if x.qty and m.qty and a and b and a[0] == b[0]:
            return x.qty * a[1], m.qty * b[1], bool((x.flags | m.flags) & 1)
        out, estimated = [], False
        for s, u in ((x, a), (m, b)):
            if s.kg:
                out.append(s.kg)
                estimated = estimated or bool(s.flags & 2)
            elif s.qty and u and u[0] == "mass":
                out.append(s.qty * u[1])
                estimated = estimated or bool(s.flags & 1)
        return tuple(out) + (estimated,) if len(out) == 2 else None
