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
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
REF = os.path.normpath(os.path.join(HERE, "..", "..", "datasets", "ref"))
YEARS = range(1900, 2101)
COLUMNS = {
    "countries.csv": "code,iso3,iso2,name,from_year,to_year,kind,prefer,lat,lon,landlocked,aliases,note",
    "units.csv": "code,abbr,name,family,to_base,base,aliases",
    "editions.csv": "edition,name,in_force_from,code_aliases",
    "flows.csv": "code,legacy_code,wits_code,part_of,names",
    "chapters.csv": "hs2,section,name",
    "confusable.csv": "code_a,code_b,directions,why",
}
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
    find, place, land, d = Countries(rows), [], [], []
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
    return [("ISO3 of CEPII", d), ("places of CEPII", place), ("landlocked of CEPII", land)]


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


COMPARISONS = [   # table, files it needs (from FOLDER), comparison, how many checks it makes
    ("countries", ["comtrade_plus/partner.csv", "comtrade_plus/reporter.csv", "comtrade_plus/Reporters.json",
                   "comtrade_plus/codebook_areas.csv", "comtrade_legacy/partnerAreas.json",
                   "comtrade_legacy/reporterAreas.json", "tables/comtrade_special_codes.csv"], compare_areas, 5),
    ("countries", ["geography/areas_not_specified.csv"], compare_nes, 1),
    ("countries", ["geography/geo_cepii.csv"], compare_cepii, 3),
    ("units", ["comtrade_plus/codebook_quantity_units.csv"], compare_units, 1),
    ("flows", ["comtrade_plus/codebook_flows.csv", "comtrade_legacy/trade_flows.json"], compare_flows, 1),
    ("chapters", ["comtrade_plus/HS.json.gz"], compare_chapters, 1),
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
    check_official(folder, T)
    if left_out:
        print("%d comparisons with the official lists left out: files not found" % left_out)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
