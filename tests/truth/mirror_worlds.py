# SPDX-License-Identifier: GPL-3.0-or-later
"""Random worlds for mirror_check.py: several editions and levels, unions of countries, re-exports, months that make up years,
trade kept secret, imports with both values. Rows are clean: what cleaning does is random_worlds.py's matter."""
import csv, os

COLUMNS = ("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,customsCode,"
           "motCode,qtyUnitCode,qty,isQtyEstimated,netWgt,isNetWgtEstimated,cifvalue,fobvalue,primaryValue").split(",")
# a union or two of each kind, countries that file imports FOB, landlocked ones, Taiwan
COUNTRIES = (58, 56, 442, 381, 380, 251, 810, 643, 804, 891, 688, 499, 711, 710, 124, 36, 756, 757, 490, 842, 156, 276, 40, 344)
YEARS = (1990, 1991, 1992, 1995, 1998, 1999, 2000, 2001, 2004, 2005, 2006, 2010, 2015, 2016)


def codes_of(rng, graph):
    """Codes that change from one edition to another, with siblings, headings and chapters."""
    step = rng.choice(sorted(graph.edges))
    edges = sorted(graph.edges[step])
    seeds = [e for e in edges if e[0] != e[1]]
    codes = set()
    for b, a in rng.sample(seeds, 3):
        heading = [e for e in edges if e[0][:4] == b[:4] or e[1] == a]
        for e in rng.sample(heading, min(5, len(heading))):
            codes |= set(e)
    codes = rng.sample(sorted(codes), min(len(codes), 12)) + ["999999", "270900"]
    for c in rng.sample(codes, 4):
        codes += [c[:4], c[:2]] if rng.random() < 0.7 else [c[:2]]
    return sorted(set(codes)) + ["TOTAL"]


def file_row(period, reporter, flow, partner, edition, hs, **figures):
    r = dict.fromkeys(COLUMNS, "")
    r.update(typeCode="C", freqCode="A" if len(period) == 4 else "M", refYear=period[:4], period=period, reporterCode=reporter,
             flowCode=flow, partnerCode=partner, partner2Code=0, classificationCode=edition, cmdCode=hs, customsCode="C00", motCode=0,
             qtyUnitCode=-1, isQtyEstimated="false", isNetWgtEstimated="false")
    r.update(figures)
    return r


def figures(rng, flow, value):
    f = dict(primaryValue=value)
    if rng.random() < 0.8:
        f["netWgt"] = max(1, round(value / rng.lognormvariate(0.5, 0.6)))
        f["isNetWgtEstimated"] = "true" if rng.random() < 0.2 else "false"
    if rng.random() < 0.7:
        f["qtyUnitCode"] = rng.choice([5, 7, 8, 9, 11, 12, 15, 21])
        f["qty"] = round(value / rng.lognormvariate(1, 1), 3) or 1
        f["isQtyEstimated"] = "true" if rng.random() < 0.2 else "false"
    if flow == "M" and rng.random() < 0.35:
        f["cifvalue"] = value
        if rng.random() < 0.6:
            f["fobvalue"] = round(value / rng.choice([0.9, 1.0, 1.03, 1.07, 1.2, 2.5]), 2)
    elif flow in ("X", "RX") and rng.random() < 0.5:
        f["fobvalue"] = value
    return f


def world(rng, graph):
    """(rows for a file of Comtrade+, moves of re-exports)"""
    countries = rng.sample(COUNTRIES, rng.randint(7, 11))
    for union in ((58, 56, 442), (381, 380), (810, 643, 804), (711, 710), (891, 688, 499)):
        if rng.random() < 0.35:
            countries = sorted(set(countries) | set(union))
    partners = countries + [899, 839] + rng.sample([837, 568, 97], 1)
    first = rng.choice(YEARS)
    months = ["%d%02d" % (first + m // 12, m % 12 + 1) for m in range(rng.choice([0, 2, 12, 13]))]
    periods = [str(first + i) for i in range(rng.randint(1, 3))] + months
    codes = codes_of(rng, graph)
    only_months = set(rng.sample(countries, 4)) if len(months) >= 12 else set()
    rows, filed = [], []
    for reporter in countries:
        home = rng.choice("0123456")
        whole_year = reporter in only_months
        for period in periods:
            if rng.random() < 0.12 and not whole_year:
                continue
            if whole_year and len(period) == 4:
                continue
            edition = "H" + (home if rng.random() < 0.8 else rng.choice("0123456"))
            if whole_year:
                edition = "H" + home
            edition = "HS" if rng.random() < 0.04 else edition
            for partner in partners:
                if partner == reporter or rng.random() < 0.35:
                    continue
                for flow in ("X", "M", "RX", "RM"):
                    if rng.random() < (0.7 if flow[0] == "R" else 0.15):
                        continue
                    for hs in codes:
                        if rng.random() < (0.45 if len(months) < 12 else 0.7):
                            continue
                        value = round(rng.lognormvariate(8 if flow[0] != "R" else 7, 2), rng.choice([0, 0, 2]))
                        rows.append(file_row(period, reporter, flow, partner, edition, hs, **figures(rng, flow, value)))
                        if flow == "M" and partner in countries:
                            filed.append((period, partner, reporter, hs, value))
            if rng.random() < 0.2:
                rows.append(file_row(period, reporter, rng.choice("XM"), 0, edition, "TOTAL", primaryValue=10 ** 6))
    moves = {}
    for period, origin, consignee, hs, value in rng.sample(filed, min(len(filed), 40)):
        hub = rng.choice([344, rng.choice(countries)])
        if hub not in (origin, consignee):
            moves[period, origin, consignee, hs] = (hub, round(value * rng.choice([0.2, 0.5, 0.9, 1.5]), 2))
    rng.shuffle(rows)
    return rows, moves


def write(rng, graph, folder):
    """(path of the trade file, path of the moves)"""
    rows, moves = world(rng, graph)
    trade, moved = os.path.join(folder, "world.csv"), os.path.join(folder, "moves.csv")
    with open(trade, "w", newline="") as f:
        w = csv.DictWriter(f, COLUMNS, lineterminator="\n")
        w.writeheader()
        w.writerows(rows)
    with open(moved, "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(("period", "hub", "origin", "consignee", "hs", "value_usd"))
        for (period, origin, consignee, hs), (hub, usd) in sorted(moves.items()):
            w.writerow((period, hub, origin, consignee, hs, usd))
    return trade, moved
