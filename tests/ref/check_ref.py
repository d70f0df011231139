#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the reference tables in datasets/ref.

    check_ref.py [FOLDER]

FOLDER holds the official lists (comtrade_plus, comtrade_legacy, tables, geography). Each difference between them and
the tables is printed; those that are meant stand in meant.csv beside this script. Without FOLDER only the tables
themselves are checked. Exit 1 if anything fails.
"""
import csv
import gzip
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REF = os.path.normpath(os.path.join(HERE, "..", "..", "datasets", "ref"))
YEARS = range(1900, 2101)
COLUMNS = {
    "countries.csv": "code,iso3,iso2,name,from_year,to_year,kind,prefer,lat,lon,landlocked,continent,region,"
                     "advanced,aliases,note",
    "units.csv": "code,abbr,name,family,to_base,base,aliases",
    "editions.csv": "edition,name,in_force_from,code_aliases",
    "flows.csv": "code,legacy_code,wits_code,part_of,names",
    "chapters.csv": "hs2,section,name",
    "borders.csv": "code_a,code_b,note",
    "valuation.csv": "reporter,flow,from_year,to_year,valuation,system",
    "hs_components.csv": "from,to,before,after,cut",
    "unions.csv": "union,code,from_year,to_year,kind,succession,note",
    "confusable.csv": "code_a,code_b,directions,why",
    "outline.csv": "kind,points",
}
CONTINENTS = {"Africa", "America", "Asia", "Europe", "Pacific"}
# sub-regions of UN M49 and their continent, cases aside where CEPII differs
REGIONS = {"Northern Africa": "Africa", "Eastern Africa": "Africa", "Middle Africa": "Africa",
           "Southern Africa": "Africa", "Western Africa": "Africa", "Caribbean": "America",
           "Central America": "America", "South America": "America", "Northern America": "America",
           "Central Asia": "Asia", "Eastern Asia": "Asia", "South-eastern Asia": "Asia", "Southern Asia": "Asia",
           "Western Asia": "Asia", "Eastern Europe": "Europe", "Northern Europe": "Europe",
           "Southern Europe": "Europe", "Western Europe": "Europe", "Australia and New Zealand": "Pacific",
           "Melanesia": "Pacific", "Micronesia": "Pacific", "Polynesia": "Pacific", "Antarctica": ""}
ELSEWHERE = {"CYP": "Europe", "TUR": "Europe", "RUS": "Asia", "SUN": "Asia", "ATF": "", "HMD": "", "BVT": "", "SGS": "",
             "ATB": ""}
NES = {899, 837, 838, 839, 568, 129, 221, 290, 471, 472, 473, 492, 527, 536, 577, 636, 637, 697, 879}
GROUPS = {97, 918, 975}
KINDS = {"world", "group", "nes", "part", "country"}
# what one ISO3 or name must mean in one year
MEANINGS = [
    ("USA", 2010, 842), ("FRA", 2010, 251), ("IND", 2010, 699), ("IND", 1970, 356), ("NOR", 2010, 579),
    ("CHE", 2010, 757), ("Switzerland", 2010, 757), ("ITA", 2010, 380), ("DEU", 2010, 276), ("DEU", 1989, 280),
    ("BEL", 2010, 56), ("BEL", 1998, 58), ("ETH", 2010, 231), ("ETH", 1990, 230), ("PAK", 2010, 586),
    ("VNM", 2010, 704), ("YEM", 2010, 887), ("YEM", 1989, 886), ("PAN", 2010, 591), ("KNA", 2010, 659),
    ("SDN", 2011, 736), ("SDN", 2012, 729), ("Sudan", 2008, 736), ("ROM", 2009, 642), ("SER", 2009, 688),
    ("SER", 2004, 891), ("YUG", 1990, 890), ("YUG", 2000, 891), ("SCG", 2004, 891), ("MNT", 2009, 499),
    ("TMP", 2009, 626), ("ZAR", 2009, 180), ("OAS", 2009, 490), ("S19", 2020, 490), ("TWN", 2009, 490),
    ("UNS", 2009, 899), ("_X", 2009, 899), ("WLD", 2009, 0), ("W00", 2020, 0), ("EUN", 2009, 97), ("EUR", 2020, 97),
    ("SUN", 1989, 810), ("CSK", 1990, 200), ("DDR", 1989, 278), ("ZAF", 2010, 710), ("ZAF", 1995, 711),
    ("ANT", 2008, 530), ("PRK", 2016, 408), ("KOR", 2016, 410), ("Türkiye", 2020, 792), ("Turkey", 2020, 792),
    ("Korea, Dem. Rep.", 2009, 408), ("Dem. People's Rep. of Korea", 2016, 408), ("Rep. of Korea", 2016, 410),
    ("Viet Nam", 2010, 704), ("Czechia", 2010, 203), ("USA", 1995, 842), ("United States of America", 2010, 842),
]

passed = failed = left_out = 0
differences = []        # (table, code, what)
tables_seen = set()     # kinds of comparison that were made, to know which entries of meant.csv can be stale


def read(path, sep=","):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f, delimiter=sep))


def report(name, faults):
    global passed, failed
    if faults:
        failed += 1
        print("FAIL", name)
        for x in faults:
            print("    ", x)
    else:
        passed += 1


def fold(s):
    return s.strip().casefold()


def year_in(row, y):
    return (not row["from_year"] or int(row["from_year"]) <= y) and (not row["to_year"] or y <= int(row["to_year"]))


class Countries:
    """Looks an ISO3, a name or an alias up, as README.md says."""

    def __init__(self, rows):
        self.by_key = {}
        for r in rows:
            for k in {fold(x) for x in [r["iso3"], r["name"]] + r["aliases"].split("|") if x.strip()}:
                self.by_key.setdefault(k, []).append(r)

    def find(self, key, year=None):
        rows = self.by_key.get(fold(key), [])
        if year is None:                # the latest
            last = max([int(r["to_year"] or 9999) for r in rows], default=0)
            hits = [r for r in rows if int(r["to_year"] or 9999) == last]
        else:
            hits = [r for r in rows if year_in(r, year)]
        if not hits and rows:           # none in force: the nearest in time

            def away(r):
                if r["from_year"] and year < int(r["from_year"]):
                    return int(r["from_year"]) - year
                return year - int(r["to_year"])
            near = min(away(r) for r in rows)
            hits = [r for r in rows if away(r) == near]
        if len(hits) > 1:
            hits = [r for r in hits if r["prefer"] == "1"]
        return int(hits[0]["code"]) if len(hits) == 1 else None


def ambiguous(rows):
    """Keys that mean two codes in some year and that prefer does not settle."""
    out = []
    for k, group in Countries(rows).by_key.items():
        if len(group) > 1:
            for y in YEARS:
                hits = [r for r in group if year_in(r, y)]
                lead = [r for r in hits if r["prefer"] == "1"]
                if len(hits) > 1 and len(lead) != 1:
                    out.append("%s in %d: codes %s, %d preferred" % (k, y, [r["code"] for r in hits], len(lead)))
                    break
    return out


def twice(values):
    seen, out = set(), []
    for v in values:
        if v in seen:
            out.append("%s stands twice" % v)
        seen.add(v)
    return out


def check_form():
    T = {}
    for name, header in COLUMNS.items():
        path = os.path.join(REF, name)
        raw = open(path, "rb").read()
        faults = []
        if b"\r" in raw or raw.startswith(b"\xef\xbb\xbf"):
            faults.append("CR or BOM")
        if not raw.endswith(b"\n") or raw.endswith(b"\n\n"):
            faults.append("must end with one newline")
        text = raw.decode("utf-8")
        lines = text.split("\n")
        if lines[0] != header:
            faults.append("header is " + lines[0])
        faults += ["line %d: blank at its end" % (i + 1) for i, l in enumerate(lines) if l != l.rstrip()]
        faults += ["line %d: comment" % (i + 1) for i, l in enumerate(lines) if l.startswith("#")]
        rows = list(csv.reader(text.splitlines(), strict=True))
        n = len(header.split(","))
        faults += ["line %d: %d fields" % (i + 1, len(r)) for i, r in enumerate(rows) if len(r) != n]
        faults += ["line %d: blank around %r" % (i + 1, v) for i, r in enumerate(rows) for v in r if v != v.strip()]
        for i, r in enumerate(rows):
            for col, v in zip(header.split(","), r):
                if col in ("aliases", "names", "code_aliases") and v and i:
                    parts = v.split("|")
                    faults += ["line %d: empty or padded alias" % (i + 1)] if any(p != p.strip() or not p for p in parts) else []
                    faults += ["line %d: %s" % (i + 1, x) for x in twice(parts)]
        report("form of " + name, faults)
        T[name] = read(path)
    return T


def check_countries(rows):
    report("countries: codes are numbers, unique, sorted",
           twice(r["code"] for r in rows) + [r["code"] for r in rows if not re.fullmatch(r"0|[1-9]\d*", r["code"])]
           + ([] if [r["code"] for r in rows] == sorted((r["code"] for r in rows), key=int) else ["not sorted"]))
    report("countries: names unique", twice(fold(r["name"]) for r in rows))
    report("countries: kinds", ["%s: %s" % (r["code"], r["kind"]) for r in rows if r["kind"] not in KINDS])
    of_kind = {k: {int(r["code"]) for r in rows if r["kind"] == k} for k in KINDS}
    report("countries: the nes list", ["%s differs" % sorted(of_kind["nes"] ^ NES)] if of_kind["nes"] != NES else [])
    report("countries: world and groups", [] if of_kind["world"] == {0} and of_kind["group"] == GROUPS
           else ["world %s, groups %s" % (of_kind["world"], of_kind["group"])])
    report("countries: prefer", ["%s: %s" % (r["code"], r["prefer"]) for r in rows if r["prefer"] not in ("0", "1")])
    f = []
    for r in rows:
        a, b = r["from_year"], r["to_year"]
        if any(x and not re.fullmatch(r"(19|20)\d\d", x) for x in (a, b)) or (a and b and int(a) > int(b)):
            f.append("%s: %s-%s" % (r["code"], a, b))
    report("countries: years", f)
    f = []
    for r in rows:
        place = r["kind"] in ("country", "part") and r["code"] != "283"
        if not place:
            f += ["%s: a %s has no place" % (r["code"], r["kind"])] if r["lat"] or r["lon"] or r["landlocked"] else []
        elif not (re.fullmatch(r"-?\d+\.\d\d", r["lat"]) and re.fullmatch(r"-?\d+\.\d\d", r["lon"])
                  and abs(float(r["lat"])) <= 90 and abs(float(r["lon"])) <= 180):
            f.append("%s: %s %s" % (r["code"], r["lat"], r["lon"]))
        elif r["landlocked"] not in ("0", "1"):
            f.append("%s: landlocked %s" % (r["code"], r["landlocked"]))
    report("countries: places", f)
    placed = [r for r in rows if r["kind"] in ("country", "part") and r["code"] != "283"]
    report("countries: continent, region and advanced",
           ["%s: %s, %s, %s" % (r["code"], r["continent"], r["region"], r["advanced"]) for r in placed
            if r["advanced"] not in ("0", "1") or r["region"] not in REGIONS
            or r["continent"] != ELSEWHERE.get(r["iso3"], REGIONS[r["region"]])]
           + ["%s: not placed, yet it has one" % r["code"] for r in rows
              if r not in placed and (r["continent"] or r["region"] or r["advanced"])])
    report("countries: iso2 and iso3", ["%s: %s %s" % (r["code"], r["iso2"], r["iso3"]) for r in rows
           if not re.fullmatch(r"[A-Z0-9_]{0,3}", r["iso3"]) or not re.fullmatch(r"[A-Z0-9]{0,2}", r["iso2"])])
    report("countries: an ISO3, name or alias means one code in one year", ambiguous(rows))
    c = Countries(rows)
    report("countries: each ISO3, name and alias has a code in each year and without a year",
           ["%s in %s" % (k, y) for k in c.by_key for y in [None] + list(range(1960, 2040)) if c.find(k, y) is None])
    report("countries: known meanings", ["%s in %d is %s, not %d" % (k, y, c.find(k, y), w)
                                         for k, y, w in MEANINGS if c.find(k, y) != w])
    broken = [dict(r) for r in rows]
    for r in broken:
        r["prefer"] = "0"
    report("countries: the ambiguity check sees a lost prefer", [] if ambiguous(broken) else ["it does not"])


def names_clash(rows, columns, ident):
    owner, out = {}, []
    for r in rows:
        for col in columns:
            for v in r[col].split("|"):
                if v and owner.setdefault(fold(v), r[ident]) != r[ident]:
                    out.append("%s: %s and %s" % (v, owner[fold(v)], r[ident]))
    return out


def check_others(T):
    u = T["units.csv"]
    report("units: codes", [] if [r["code"] for r in u] == [str(x) for x in [-1] + list(range(1, 42))] else ["not -1, 1..41"])
    report("units: abbreviations and aliases mean one unit", names_clash(u, ("abbr", "name", "aliases"), "code"))
    f, base = [], {}
    for r in u:
        if r["family"] == "none":
            f += [r["code"] + ": has a factor"] if r["to_base"] or r["base"] else []
        elif not r["base"] or not r["to_base"] or not float(r["to_base"]) > 0:
            f.append(r["code"] + ": no factor")
        elif base.setdefault(r["family"], r["base"]) != r["base"]:
            f.append(r["code"] + ": another base in the same family")
        elif r["abbr"] == r["base"] and float(r["to_base"]) != 1:
            f.append(r["code"] + ": base unit with a factor")
    f += twice(base.values())
    report("units: one base a family", f)
    by = {r["code"]: r for r in u}
    exact = [("9", "5", 1000), ("11", "5", 12), ("14", "4", 1000), ("21", "8", 1000), ("8", "15", 1000),
             ("17", "12", 1000), ("20", "12", 1), ("12", "7", 1000), ("3", "22", 1000), ("19", "7", 158.987294928)]
    report("units: factors", ["%s in %s" % (a, b) for a, b, k in exact if by[a]["family"] != by[b]["family"]
           or abs(float(by[a]["to_base"]) / float(by[b]["to_base"]) / k - 1) > 1e-12])
    report("units: pairs stand alone", [r["code"] for r in u if (r["family"] == "pair") != (r["code"] == "6")])
    e = T["editions.csv"]
    report("editions", [] if [(r["edition"], r["in_force_from"]) for r in e] == [("HS", "")]
           + [("H%d" % i, "%d-01-01" % y) for i, y in enumerate((1988, 1996, 2002, 2007, 2012, 2017, 2022))] else ["rows"])
    report("editions: aliases mean one edition", names_clash(e, ("edition", "name", "code_aliases"), "edition"))
    fl = T["flows.csv"]
    f = twice(r["code"] for r in fl) + [r["code"] for r in fl
        if (r["part_of"] == "") != (r["code"] in "MX") or r["part_of"] not in ("", "M", "X")]
    f += names_clash(fl, ("code", "names"), "code") + names_clash(fl, ("legacy_code",), "code")
    report("flows", f)
    lw = {r["code"]: (r["legacy_code"], r["wits_code"]) for r in fl}
    report("flows: legacy and WITS codes", [] if [lw[k] for k in ("M", "X", "RX", "RM")]
           == [("1", "5"), ("2", "6"), ("3", ""), ("4", "")] else [str(lw)])
    ch = T["chapters.csv"]
    report("chapters: 01..99", [] if [r["hs2"] for r in ch] == ["%02d" % i for i in range(1, 100)] else ["rows"])
    report("chapters: names", ["%s: %s" % (r["hs2"], r["name"]) for r in ch if not 0 < len(r["name"]) <= 40])
    ends = dict(zip("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI".split(),
                    (5, 14, 15, 24, 27, 38, 40, 43, 46, 49, 63, 67, 70, 71, 83, 85, 89, 92, 93, 96, 97)))
    want = {}
    for s, end in ends.items():
        for i in range(len(want) + 1, end + 1):
            want[i] = s
    report("chapters: sections", [r["hs2"] for r in ch if r["section"] != want.get(int(r["hs2"]), "")])


def check_outline(T):
    """Lines of points on the earth, without leaps; coasts on every continent."""
    f, lons, lats = [], set(), set()
    for i, r in enumerate(T["outline.csv"], 2):
        values = [float(v) for v in r["points"].split(" ")]
        points = list(zip(values[0::2], values[1::2]))
        if r["kind"] not in ("coast", "border") or len(values) % 2 or len(points) < 2:
            f.append("line %d: form" % i)
        if any(abs(lon) > 180 or abs(lat) > 90 for lon, lat in points):
            f.append("line %d: off the earth" % i)
        if any(min(abs(a[0] - b[0]), 360 - abs(a[0] - b[0])) > 20 or abs(a[1] - b[1]) > 15 for a, b in zip(points, points[1:])):
            f.append("line %d: leaps" % i)
        lons.update(int(lon // 30) for lon, _ in points)
        lats.update(int(lat // 30) for _, lat in points)
    report("outline: lines", f)
    report("outline: the whole world", [] if len(lons) >= 12 and lats >= {-2, -1, 0, 1, 2} else [str((lons, lats))])


def check_pairs(T):
    area = {r["code"]: r for r in T["countries.csv"]}
    rows = T["borders.csv"]
    report("borders: pairs of areas with a place, in order, none twice",
           ["%s %s" % (r["code_a"], r["code_b"]) for r in rows
            if any(area.get(r[k], {"lat": ""})["lat"] == "" for k in ("code_a", "code_b"))
            or int(r["code_a"]) >= int(r["code_b"])]
           + twice((r["code_a"], r["code_b"]) for r in rows)
           + ([] if [(int(r["code_a"]), int(r["code_b"])) for r in rows]
              == sorted((int(r["code_a"]), int(r["code_b"])) for r in rows) else ["not sorted"]))
    meets = lambda a, b: any(year_in(a, y) and year_in(b, y) for y in YEARS)
    report("borders: both codes are used in some year",
           ["%s %s" % (r["code_a"], r["code_b"]) for r in rows if not meets(area[r["code_a"]], area[r["code_b"]])])
    joined = {r[k] for r in rows for k in ("code_a", "code_b")}
    report("borders: what has no coast has a neighbour",
           [c for c, r in area.items() if r["landlocked"] == "1" and r["kind"] == "country" and c not in joined])
    rows = T["valuation.csv"]
    report("valuation: areas, flows, years, words",
           [str(list(r.values())) for r in rows if r["reporter"] not in area or r["flow"] not in ("M", "X")
            or not re.fullmatch(r"(19|20)\d\d", r["from_year"]) or not re.fullmatch(r"(19|20)\d\d", r["to_year"])
            or r["from_year"] > r["to_year"] or r["valuation"] not in ("CIF", "FOB", "mixed", "")
            or r["system"] not in ("general", "special", "mixed", "") or not r["valuation"] + r["system"]])
    key = [(int(r["reporter"]), r["flow"], int(r["from_year"]), int(r["to_year"])) for r in rows]
    report("valuation: sorted, no year twice", ["%d %s %d" % b[:3] for a, b in zip(key, key[1:])
           if a >= b or (a[:2] == b[:2] and a[3] >= b[2])])
    report("valuation: a row more only where something changes",
           ["%s %s %s" % (b["reporter"], b["flow"], b["from_year"]) for a, b in zip(rows, rows[1:])
            if all(a[k] == b[k] for k in ("reporter", "flow", "valuation", "system"))
            and int(a["to_year"]) + 1 == int(b["from_year"])])
# ---- unions

# code, year, the code that stands for it
UNIONS = [(643, 1991, 810), (643, 1992, 643), (810, 1990, 810), (688, 2005, 891), (688, 2006, 688), (688, 1991, 890),
          (891, 1991, 890), (891, 1992, 891), (728, 2011, 736), (729, 2012, 729), (381, 1988, 380), (381, 2020, 380),
          (638, 1995, 638), (638, 1996, 251), (175, 2013, 175), (175, 2014, 251), (442, 1998, 58), (442, 1999, 442),
          (710, 1999, 711), (710, 2000, 710), (531, 2011, 530), (531, 2012, 531), (280, 1990, 280), (280, 1991, 276)]


def union_faults(rows, countries):
    """What is wrong with the unions' rows; [] where nothing is."""
    area = {r["code"]: r for r in countries}
    out = []
    for r in rows:
        at = "%s in %s" % (r["code"], r["union"])
        out += ["%s: %s is no area" % (at, c) for c in (r["union"], r["code"]) if c not in area]
        out += ["%s: %s is a %s" % (at, c, area[c]["kind"]) for c in (r["union"], r["code"])
                if c in area and area[c]["kind"] not in ("country", "part")]
        years = (r["from_year"], r["to_year"], r["succession"])
        if any(y and not re.fullmatch(r"(19|20)\d\d", y) for y in years):
            out.append("%s: years %s" % (at, years))
            continue
        if r["from_year"] and (int(r["from_year"]) < 1988 or r["to_year"] and r["from_year"] > r["to_year"]):
            out.append("%s: years %s" % (at, years))
        if r["kind"] not in ("variant", "succession", "union") or (r["kind"] == "variant") > (r["succession"] == "") \
                or r["kind"] == "succession" and not r["succession"]:
            out.append("%s: kind %s, succession %s" % (at, r["kind"], r["succession"]))
        if r["kind"] == "succession" and not r["to_year"]:
            out.append("%s: a succession without an end" % at)
        if r["succession"] and not int(r["from_year"] or 0) <= int(r["succession"]) <= int(r["to_year"] or 9999) + 1:
            out.append("%s: succession %s" % (at, r["succession"]))
    for y in range(1988, 2041):
        now = [r for r in rows if re.fullmatch(r"\d*", r["from_year"] + r["to_year"]) and year_in(r, y)]
        out += ["%s in %d" % (x, y) for x in twice(r["code"] for r in now)]
        both = {r["union"] for r in now} & {r["code"] for r in now}
        out += ["%s is union and member in %d" % (c, y) for c in sorted(both)]
    return out


def check_unions(T):
    rows, countries = T["unions.csv"], T["countries.csv"]
    report("unions: sorted", [] if rows == sorted(rows, key=lambda r: (int(r["union"]), int(r["code"]), r["from_year"]))
           else ["not by union, code, year"])
    report("unions: codes, years, kinds, no code in two unions in one year", union_faults(rows, countries))
    off = []
    for code, year, want in UNIONS:
        got = [int(r["union"]) for r in rows if r["code"] == str(code) and year_in(r, year)] or [code]
        off += ["%d in %d is %s, not %d" % (code, year, got, want)] if got != [want] else []
    report("unions: known meanings", off)
    one = dict(rows[0])
    wrong = [dict(one, code="12345"), dict(one, from_year="1897"), dict(one, kind="empire"), dict(one, union="899"),
             dict(one, union="711"), dict(one, union=one["code"], code="8"), dict(one, from_year="2001", to_year="2000")]
    report("unions: the check sees faults", [str(w) for w in wrong if not union_faults(rows + [w], countries)])
    area = {r["code"]: r for r in countries}
    report("unions: a succession ends with the whole's last year",
           ["%s in %s" % (r["code"], r["union"]) for r in rows if r["kind"] == "succession" and area[r["union"]]["to_year"]
            and int(area[r["union"]]["to_year"]) + 1 != int(r["succession"])])


# ---- comparisons with the official lists; each returns differences (code, what)

def area_lists(folder):
    """Rows (list, code, names, iso2, iso3, from, to, group); iso and dates None where the list has none."""
    out = []
    for f, k in (("partner", "Partner"), ("reporter", "reporter")):
        for r in read(os.path.join(folder, "comtrade_plus", f + ".csv")):
            out.append((f, int(r[k + "Code"]), [r["text"], r[k + "Desc"], r[f + "Note"]], r[k + "CodeIsoAlpha2"].strip(),
                        r[k + "CodeIsoAlpha3"].strip(), r["entryEffectiveDate"][:4], r["entryExpiredDate"][:4],
                        r["isGroup"] == "True"))
    with open(os.path.join(folder, "comtrade_plus", "Reporters.json"), encoding="utf-8-sig") as f:
        for r in json.load(f)["results"]:
            g = lambda k: (r.get(k) or "").strip()
            out.append(("Reporters.json", int(r["reporterCode"]), [g("text"), g("reporterDesc"), g("reporterNote")],
                        g("reporterCodeIsoAlpha2"), g("reporterCodeIsoAlpha3"), g("entryEffectiveDate")[:4],
                        g("entryExpiredDate")[:4], bool(r["isGroup"])))
    for r in read(os.path.join(folder, "comtrade_plus", "codebook_areas.csv")):
        out.append(("codebook", int(r["geoAreaCode"]), [r["geoAreaDescription"]], None, None, None, None, None))
    for f in ("partner", "reporter"):
        with open(os.path.join(folder, "comtrade_legacy", f + "Areas.json"), encoding="utf-8-sig") as g:
            for r in json.load(g)["results"]:
                if r["id"] != "all":
                    out.append(("legacy", int(r["id"]), [r["text"]], None, None, None, None, None))
    for r in read(os.path.join(folder, "tables", "comtrade_special_codes.csv")):
        out.append(("special codes", int(r["code"]), [], None, None, None, None, None))
    return out


def compare_areas(folder, T):
    rows = T["countries.csv"]
    mine = {int(r["code"]): r for r in rows}
    find = Countries(rows)
    codes, iso, years, names, kinds = [], [], [], [], []
    listed = set()
    for lst, c, texts, i2, i3, a, b, grp in area_lists(folder):
        listed.add(c)
        r = mine.get(c)
        if r is None:
            codes.append((c, "not in the table"))
            continue
        if i3 is not None:
            iso += [(c, "iso3 %s, list %s" % (r["iso3"], i3))] if r["iso3"] != i3 else []
            iso += [(c, "iso2 %s, list %s" % (r["iso2"], i2))] if r["iso2"] != i2 else []
            a = "" if a in ("1900", "1901") else a
            years += [(c, "from_year %s, list %s" % (r["from_year"], a))] if r["from_year"] != a else []
            years += [(c, "to_year %s, list %s" % (r["to_year"], b))] if r["to_year"] != b else []
            kinds += [(c, "kind %s, list group" % r["kind"])] if grp and r["kind"] not in ("world", "group") else []
            kinds += [(c, "kind %s, list no group" % r["kind"])] if not grp and r["kind"] in ("world", "group") else []
        y = int(r["to_year"] or r["from_year"] or 2020)
        for t in texts:
            got = find.find(t, y) if t.strip() else c
            if got != c:
                names.append((c, "%s means %s" % (t.strip(), got)))
    codes += [(c, "in no list") for c in mine if c not in listed]
    return [("codes", codes), ("ISO codes", iso), ("years", years), ("names", names), ("groups", kinds)]


def compare_nes(folder, T):
    mine = {int(r["code"]): r["kind"] for r in T["countries.csv"]}
    listed = {int(r["PartnerCode"]) for r in read(os.path.join(folder, "geography", "areas_not_specified.csv"))}
    d = [(c, "kind %s, Harvard's list nes" % mine[c]) for c in listed if mine[c] != "nes"]
    d += [(c, "kind nes, not in Harvard's list") for c in mine if mine[c] == "nes" and c not in listed]
    return [("nes areas", d)]


def compare_cepii(folder, T):
    rows = T["countries.csv"]
    mine = {r["code"]: r for r in rows}
    find, place, land, cont, d = Countries(rows), [], [], [], []
    cities = {}
    for r in read(os.path.join(folder, "geography", "geo_cepii.csv")):
        cities.setdefault(r["iso3"], []).append(r)
    for iso, places in cities.items():
        c = find.find(iso, 2004)
        if c is None:
            d.append((iso, "ISO3 of CEPII not known"))
            continue
        m = mine[str(c)]
        if not m["lat"]:
            d.append((c, "%s of CEPII has no place" % iso))
            continue
        main = [p for p in places if p["maincity"] == "1"] or places
        p = main[0]
        dlon = abs((float(m["lon"]) - float(p["lon"]) + 180) % 360 - 180)
        if abs(float(m["lat"]) - float(p["lat"])) > 3 or dlon > 3:
            place.append((c, "more than 3 degrees from CEPII's %s" % p["city_en"]))
        if m["landlocked"] != p["landlocked"]:
            land.append((c, "landlocked %s, CEPII %s" % (m["landlocked"], p["landlocked"])))
        if m["continent"] != ("" if p["continent"] == "No" else p["continent"]):
            cont.append((c, "continent %s, CEPII %s" % (m["continent"], p["continent"])))
    return [("ISO3 of CEPII", d), ("places of CEPII", place), ("landlocked of CEPII", land),
            ("continents of CEPII", cont)]


def compare_contiguity(folder, T):
    """As of 2004, over the pairs that CEPII has."""
    find = Countries(T["countries.csv"])
    mine = {(int(r["code_a"]), int(r["code_b"])) for r in T["borders.csv"]}
    d = []
    for r in read(os.path.join(folder, "geography", "dist_cepii.csv.gz")):
        a, b = find.find(r["iso_o"], 2004), find.find(r["iso_d"], 2004)
        if a is not None and b is not None and a < b and (r["contig"] == "1") != ((a, b) in mine):
            d.append(("%d-%d" % (a, b), "border %d, CEPII %s" % ((a, b) in mine, r["contig"])))
    return [("contiguity of CEPII", d)]


def compare_valuation(folder, T):
    """Year by year, read apart from scripts/make_valuation."""
    mine = {}
    for r in T["valuation.csv"]:
        for y in range(int(r["from_year"]), int(r["to_year"]) + 1):
            mine[(r["reporter"], r["flow"], y)] = (r["valuation"], r["system"])
    source = {}
    for r in read(os.path.join(folder, "valuation", "valuation_systems_1988_on.csv.gz")):
        v = {"CIF": "CIF", "FOB": "FOB", "CIF/FOB": "mixed"}.get(r["valuation"], "")
        s = r["trade_system"].split("/")
        if len(s) == 2 and "Import" in r["trade_system"]:
            s = [x.split()[0] for x in s if r["trade_flow"] in x]
        s = "mixed" if len(s) == 2 else {"General": "general", "Special": "special"}.get(s[0], "")
        if v or s:
            source.setdefault((r["r"], r["trade_flow"][0].replace("I", "M").replace("E", "X"), int(r["y"])),
                              set()).add((v, s))
    d = [(k[0], "%s %d: %s, source %s" % (k[1], k[2], mine.get(k), sorted(v))) for k, v in source.items()
         if v != {mine.get(k)}]
    d += [(k[0], "%s %d is not in the source" % k[1:]) for k in mine if k not in source]
    return [("valuation systems", d)]


def compare_units(folder, T):
    mine = {int(r["code"]): r for r in T["units.csv"]}
    d, seen = [], set()
    for r in read(os.path.join(folder, "comtrade_plus", "codebook_quantity_units.csv")):
        c = int(r["qtyCode"])
        seen.add(c)
        m = mine.get(c)
        if m is None:
            d.append((c, "not in the table"))
            continue
        d += [(c, "abbr %s, list %s" % (m["abbr"], r["qtyAbbr"]))] if m["abbr"] != r["qtyAbbr"] else []
        if fold(r["qtyDescription"]) not in {fold(x) for x in [m["abbr"], m["name"]] + m["aliases"].split("|")}:
            d.append((c, "no alias " + r["qtyDescription"]))
    return [("units", d + [(c, "in no list") for c in mine if c not in seen])]


def compare_flows(folder, T):
    rows = T["flows.csv"]
    mine = {r["code"]: r for r in rows}
    name = {fold(n): r["code"] for r in rows for n in r["names"].split("|")}
    d, seen = [], set()
    for r in read(os.path.join(folder, "comtrade_plus", "codebook_flows.csv")):
        c = r["flwCode"]
        seen.add(c)
        if c not in mine:
            d.append((c, "not in the table"))
            continue
        cat = mine[c]["part_of"] or c
        d += [(c, "part of %s, list %s" % (cat, r["flwCategory"]))] if cat != r["flwCategory"] else []
        d += [(c, "no name " + r["flwDescription"])] if name.get(fold(r["flwDescription"])) != c else []
    with open(os.path.join(folder, "comtrade_legacy", "trade_flows.json"), encoding="utf-8-sig") as f:
        for r in json.load(f)["results"]:
            c = name.get(fold(r["text"]))
            if r["id"] != "all" and (c is None or mine[c]["legacy_code"] != r["id"]):
                d.append((r["id"], "legacy flow %s is %s" % (r["text"], c)))
    return [("flows", d + [(c, "in no list") for c in mine if c not in seen])]


def compare_chapters(folder, T):
    mine = {r["hs2"] for r in T["chapters.csv"]}
    with gzip.open(os.path.join(folder, "comtrade_plus", "HS.json.gz"), "rt", encoding="utf-8-sig") as f:
        listed = {r["id"] for r in json.load(f)["results"] if re.fullmatch(r"\d\d", r["id"])}
    return [("chapters", [(c, "not in the table") for c in sorted(listed - mine)]
             + [(c, "in no list") for c in sorted(mine - listed)])]


def compare_wits(folder, T):
    find, d = Countries(T["countries.csv"]), set()
    for r in read(os.path.join(folder, "..", "wits", "wits_total_2009.csv.gz"), ";"):
        for side in ("Reporter", "Partner"):
            iso, name, y = r[side + "ISO3"], r[side + "Name"], int(r["Year"])
            a, b = find.find(iso, y), find.find(name, y)
            if a is None or a != b:
                d.add((iso.strip(), "%s is %s, %s is %s" % (iso, a, name.strip(), b)))
    return [("names of WITS 2009", sorted(d))]


def compare_plus(folder, T):
    find, d = Countries(T["countries.csv"]), set()
    for r in read(os.path.join(folder, "..", "plus", "api_subset_4_eu_wood_paper_hs4.csv.gz")):
        for side in ("reporter", "partner"):
            iso, name, y = r[side + "ISO"], r[side + "Desc"], int(r["refYear"])
            a, b = find.find(iso, y), find.find(name, y)
            if a is None or a != b:
                d.add((iso.strip(), "%s is %s, %s is %s" % (iso.strip(), a, name.strip(), b)))
    return [("names of EU wood and paper", sorted(d))]


def check_components(rows):
    """Of each step: no code twice on a side, nothing that goes without saying, in order."""
    f, seen, order = [], set(), []
    for r in rows:
        sides = [r[side].split("|") if r[side] else [] for side in ("before", "after")]
        step = r["from"], r["to"]
        f += ["%s to %s is no step" % step] if not re.fullmatch(r"H[0-5]", step[0]) \
            or step[1] != "H%d" % (int(step[0][1]) + 1) else []
        f += ["%s is neither 0 nor 1" % r["cut"]] if r["cut"] not in ("0", "1") else []
        for i, codes in enumerate(sides):
            f += ["'%s' is no code" % c for c in codes if not re.fullmatch(r"\d{6}", c)]
            f += ["%s is not sorted" % "|".join(codes)] if codes != sorted(set(codes)) else []
            f += ["%s stands twice in %s to %s" % (c, *step) for c in codes if (step, i, c) in seen]
            seen |= {(step, i, c) for c in codes}
        if r["cut"] == "0" and len(sides[0]) == 1 and sides[0] == sides[1]:
            f.append("%s goes without saying" % sides[0][0])
        order.append((step, not sides[0], sides[0] or sides[1]))
    report("hs_components: lines", f + ([] if order == sorted(order) else ["not sorted"]))


def compare_components(folder, T):
    script = os.path.join(HERE, "..", "..", "scripts", "make_hs_components")
    table = os.path.join(folder, "concordance", "HS_consolidated_comtrade_concordances.csv.gz")
    made = subprocess.run([sys.executable, script, table], capture_output=True, text=True, check=True).stdout
    with open(os.path.join(REF, "hs_components.csv"), encoding="utf-8") as f:
        mine = f.read()
    lost, new = set(made.splitlines()), set(mine.splitlines())
    d = [(x, "not in the table") for x in sorted(lost - new)] + [(x, "not in the UN's tables") for x in sorted(new - lost)]
    return [("components of the HS", d or ([] if made == mine else [("order", "differs")]))]


COMPARISONS = [   # table, files it needs (from FOLDER), comparison, how many checks it makes
    ("countries", ["comtrade_plus/partner.csv", "comtrade_plus/reporter.csv", "comtrade_plus/Reporters.json",
                   "comtrade_plus/codebook_areas.csv", "comtrade_legacy/partnerAreas.json",
                   "comtrade_legacy/reporterAreas.json", "tables/comtrade_special_codes.csv"], compare_areas, 5),
    ("countries", ["geography/areas_not_specified.csv"], compare_nes, 1),
    ("countries", ["geography/geo_cepii.csv"], compare_cepii, 4),
    ("borders", ["geography/dist_cepii.csv.gz"], compare_contiguity, 1),
    ("valuation", ["valuation/valuation_systems_1988_on.csv.gz"], compare_valuation, 1),
    ("units", ["comtrade_plus/codebook_quantity_units.csv"], compare_units, 1),
    ("flows", ["comtrade_plus/codebook_flows.csv", "comtrade_legacy/trade_flows.json"], compare_flows, 1),
    ("chapters", ["comtrade_plus/HS.json.gz"], compare_chapters, 1),
    ("components", ["concordance/HS_consolidated_comtrade_concordances.csv.gz"], compare_components, 1),
    ("countries", ["../wits/wits_total_2009.csv.gz"], compare_wits, 1),
    ("countries", ["../plus/api_subset_4_eu_wood_paper_hs4.csv.gz"], compare_plus, 1),
]


def check_official(folder, T):
    global left_out
    meant = {}
    rows = read(os.path.join(HERE, "meant.csv"))
    for r in rows:
        meant[(r["table"], r["code"], r["what"])] = r["why"]
    report("meant.csv: no entry twice, each with a reason", twice((r["table"], r["code"], r["what"]) for r in rows)
           + ["%s %s" % (r["table"], r["code"]) for r in rows if not r["why"]])
    used, complete = set(), True
    for table, needs, compare, n in COMPARISONS:
        if not folder or not all(os.path.exists(os.path.join(folder, p)) for p in needs):
            left_out += n
            complete = False
            continue
        results = compare(folder, T)
        assert len(results) == n
        for name, diffs in results:
            bad = []
            for code, what in sorted(set(diffs), key=str):
                key = (table, str(code), what)
                used.add(key)
                if key in meant:
                    print("meant %s %s: %s (%s)" % (table, code, what, meant[key]))
                else:
                    bad.append("%s %s: %s" % (table, code, what))
            report("%s against the official lists: %s" % (table, name), bad)
    if complete:
        report("meant.csv: no stale entry", ["%s %s: %s" % k for k in meant if k not in used])
    else:
        left_out += 1


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]) else None
    T = check_form()
    check_countries(T["countries.csv"])
    check_others(T)
    check_outline(T)
    check_pairs(T)
    check_components(T["hs_components.csv"])
    check_unions(T)
    check_official(folder, T)
    if left_out:
        print("%d comparisons with the official lists left out: files not found" % left_out)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
