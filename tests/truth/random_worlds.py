#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""random_worlds.py [--n N] [--seed S] [--keep DIR] [--all-doubts] PROG

Makes small, hostile but legal Comtrade worlds, runs PROG on them and compares every cell with the oracle.
World i uses seed S+i, so `--seed K --n 1 --keep DIR PROG` repeats one and leaves its files in DIR.

Each world, with files of several layouts in an arbitrary order:
  ingest all at once; ingest one by one into a second store; dump and both pairs tables must be the same bytes;
  ledger, pairs --cif none, pairs --cif fixed:0.06 and scores --model robust-z against the oracle;
  -@ 1 and -@ 4, and -i FILES in place of the store, must print the same bytes.
Situations that the contract does not settle (oracle.World.unsure) are taken out of a world unless --all-doubts is given.
One line a failed world and its first differences; ends with `N passed, N failed`; exit 1 on failure.
"""
import argparse, csv, gzip, io, json, math, os, random, shutil, sys, tempfile, zipfile
from decimal import Decimal

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle
from common import THREE, Failed, check_summary, close, number, program, read_ledger, run

SAFE = [(842, "USA", "USA"), (156, "CHN", "China"), (408, "PRK", "Dem. People's Rep. of Korea"), (410, "KOR", "Rep. of Korea"),
        (251, "FRA", "France"), (276, "DEU", "Germany"), (699, "IND", "India"), (384, "CIV", "Côte d'Ivoire"),
        (8, "ALB", "Albania"), (36, "AUS", "Australia"), (392, "JPN", "Japan"), (76, "BRA", "Brazil"),
        (757, "CHE", "Switzerland"), (579, "NOR", "Norway"), (490, "S19", "Other Asia, nes"), (484, "MEX", "Mexico")]
OTHER = [(899, "_X ", "Areas, nes"), (837, "X1 ", "Bunkers"), (568, "E19", "Other Europe, nes"), (1999, "", "Atlantis"),
         (0, "W00", "World"), (97, "EUR", "European Union"), (918, "", "European Union, group"), (975, "", "ASEAN")]
oracle.NAME.update({n: c for c, _, n in SAFE + OTHER})  # without the reference lists too
INFO = {c: (i, n) for c, i, n in SAFE + OTHER}
ISO_OK = {c for c, _, _ in SAFE} | {0, 97}
WITS_ISO = {490: "OAS", 0: "WLD", 97: "EUN"}
FLOW_NAME = dict(M="Import", X="Export", RX="Re-export", RM="Re-import", DX="Domestic Export", FM="Foreign Import",
                 MIP="Import of goods for inward processing", XIP="Export of goods after inward processing",
                 MOP="Import of goods after outward processing", XOP="Export of goods for outward processing")
FLOW_NUMBER = dict(M="1", X="2", RX="3", RM="4")
WITS_FLOW = dict(M="5", X="6")

PLUS = ("typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,partnerCode,"
        "partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,classificationSearchCode,"
        "isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,"
        "qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,"
        "isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,legacyEstimationFlag,isReported,isAggregate").split(",")
BULK = [c for c in PLUS if not (c.endswith("Desc") or c.endswith("ISO") or c.endswith("Abbr") or c in ("aggrLevel", "isLeaf"))]
WEB = ("Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,Reporter,"
       "Reporter ISO,Partner Code,Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,Customs Proc. Code,Customs,"
       "Mode of Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,Alt Qty Unit Code,Alt Qty Unit,"
       "Alt Qty,Netweight (kg),Gross weight (kg),Trade Value (US$),CIF Trade Value (US$),FOB Trade Value (US$),Flag").split(",")
MANGLED = ("Classification,Year,Period,Period.Desc.,Aggregate.Level,Is.Leaf.Code,Trade.Flow.Code,Trade.Flow,Reporter.Code,Reporter,"
           "Reporter.ISO,Partner.Code,Partner,Partner.ISO,X2nd.Partner.Code,X2nd.Partner,X2nd.Partner.ISO,Customs.Proc..Code,Customs,"
           "Mode.of.Transport.Code,Mode.of.Transport,Commodity.Code,Commodity,Qty.Unit.Code,Qty.Unit,Qty,Alt.Qty.Unit.Code,"
           "Alt.Qty.Unit,Alt.Qty,Netweight..kg.,Gross.weight..kg.,Trade.Value..US..,CIF.Trade.Value..US..,FOB.Trade.Value..US..,"
           "Flag").split(",")
BULK22 = [c for c in WEB if not (c.startswith("2nd") or c.startswith("Customs") or c.startswith("Mode") or c.startswith("Alt")
                                 or c.startswith("Gross") or c.startswith("CIF") or c.startswith("FOB"))]
API = ("pfCode,yr,period,periodDesc,aggrLevel,IsLeaf,rgCode,rgDesc,rtCode,rtTitle,rt3ISO,ptCode,ptTitle,pt3ISO,ptCode2,ptTitle2,"
       "pt3ISO2,cstCode,cstDesc,motCode,motDesc,cmdCode,cmdDescE,qtCode,qtDesc,TradeQuantity,qtAltCode,qtAltDesc,AltQuantity,"
       "NetWeight,GrossWeight,TradeValue,CIFValue,FOBValue,estCode").split(",")
AUTH = ("Year,Reporter Code,Trade Flow Code,Partner Code,Classification,Commodity Code,Quantity Unit Code,Supplementary Quantity,"
        "Netweight (kg),Value,Estimation Code").split(",")
WITS = ("Nomenclature,ReporterISO3,ProductCode,ReporterName,PartnerISO3,PartnerName,Year,TradeFlowName,TradeFlowCode,"
        "TradeValue in 1000 USD").split(",")
LAYOUTS = ["plus", "plus_comma", "plus_bulk", "plus_json", "plus_subset", "plus_iso", "web", "web_r", "transitional", "bulk22",
           "api", "api_json", "auth", "wits"]
WHOLE = ["plus", "plus_comma", "plus_bulk", "plus_json"]
DETAIL = WHOLE + ["web", "web_r", "transitional", "api", "api_json"]
DATED = ["plus", "plus_bulk", "plus_json"]


# --------------------------------------------------------------------------------------------------------------- the world

def base_row(freq, period, rep, par, flow, hs, ed):
    return dict(type="C", freq=freq, period=period, rep=rep, par=par, flow=flow, hs=hs, ed=ed, p2="", cst="", mot="", mos="",
                value=0, kg=None, qty=None, unit="-1", cif=None, fob=None, date="", odd="", dup=False)


def money(rng, v):
    k = rng.random()
    if k < 0.04:
        return 0
    if k < 0.10:
        return rng.randint(1, 1500)
    if k < 0.30:
        return round(v, 3)
    return max(1, int(v))


def fill(rng, r, v, kg):
    r["value"] = money(rng, v)
    if rng.random() < 0.75 and kg > 0:
        r["kg"] = max(1, int(kg)) if rng.random() < 0.7 else round(kg, 3) or None
    k = rng.random()
    if k < 0.25:
        r["unit"], r["qty"] = "5", max(1, int(kg / 7))
    elif k < 0.35:
        r["unit"], r["qty"] = "12", round(kg / 900 + 0.001, 3)
    elif k < 0.6 and r["kg"] is not None:
        r["unit"], r["qty"] = "8", r["kg"]
    if r["flow"] in ("X", "RX"):
        if rng.random() < 0.5:
            r["fob"] = r["value"] if rng.random() < 0.8 else int(r["value"] * 0.97)
    else:
        if rng.random() < 0.5:
            r["cif"] = r["value"] if rng.random() < 0.8 else int(r["value"] * 1.02)
        if rng.random() < 0.25:
            r["fob"] = int(r["value"] * rng.choice([0.9, 0.95, 1.0]))
    r["cif"], r["fob"] = r["cif"] or None, r["fob"] or None
    return r


def split(rng, total, n):
    """n parts of an amount that add up to it exactly, in thousandths."""
    t = int(round(total * 1000))
    cut = sorted(rng.randint(0, t) for _ in range(n - 1))
    return [(b - a) / 1000 if (b - a) % 1000 else (b - a) // 1000 for a, b in zip([0] + cut, cut + [t])]


def details(rng, r, dims, share=1.0):
    """Rows that split r along the dimensions; all of them carry what r carries."""
    values = {"p2": [str(c) for c, _, _ in SAFE[:5]], "cst": ["C01", "C03", "C04", "C20"], "mot": ["1000", "2000", "2100", "3200"],
              "mos": ["1", "2", "3"]}
    picks = {tuple(rng.choice(values[d]) for d in dims) for _ in range(rng.randint(1, 4))}
    n, out = len(picks), []
    amounts = {f: split(rng, (r[f] or 0) * share, n) for f in ("value", "kg", "qty", "cif", "fob")}
    for i, pick in enumerate(sorted(picks)):
        d = dict(r)
        d.update(zip(dims, pick))
        for f in amounts:
            d[f] = None if r[f] is None else amounts[f][i] or (0 if f == "value" else 1)
        out.append(d)
    return out


def world(rng):
    """A list of abstract rows and the dated flag."""
    dated = rng.random() < 0.25
    countries = [c for c, _, _ in rng.sample(SAFE, rng.randint(5, 9))]
    if rng.random() < 0.5 and 490 not in countries:
        countries.append(490)
    partners = countries + rng.sample([899, 837, 568], rng.randint(0, 2)) + ([1999] if rng.random() < 0.3 else [])
    codes = rng.sample(["030613", "010121", "270900", "870323", "854231", "999999"], rng.randint(2, 3))
    codes += rng.sample(["0306", "2709", "03", "27", "TOTAL"], rng.randint(0, 3))
    years = [str(y) for y in range(rng.randint(2005, 2012), rng.randint(2013, 2018))][-rng.randint(2, 5):]
    months = ["2016%02d" % m for m in range(1, rng.randint(2, 6))]
    periods = []
    k = rng.random()
    if k < 0.8:
        periods += [("A", y) for y in years]
    if k > 0.6:
        periods += [("M", m) for m in months]
    density = rng.choice([0.3, 0.6, 0.9])
    rows = []
    main = {c: rng.choice(["H1", "H2", "H3", "H4", "H5", "H6"]) for c in countries}
    for freq, period in periods:
        for rep in countries:
            for flow in ("X", "M", "RX", "RM"):
                if flow in ("RX", "RM") and rng.random() < 0.85:
                    continue
                k = rng.random()
                if k < 0.15:      # does not report this flow and period, or World only
                    if k < 0.06:
                        r = fill(rng, base_row(freq, period, rep, 0, flow, rng.choice(codes), main[rep]), rng.lognormvariate(10, 2), 100)
                        r["mot"] = rng.choice(["", "", "2100"])
                        rows.append(r)
                    continue
                if rng.random() < 0.2:
                    rows.append(fill(rng, base_row(freq, period, rep, 0, flow, rng.choice(codes), main[rep]), 1e6, 1e4))
                for par in partners:
                    edition = main[rep] if rng.random() < 0.9 else rng.choice(["HS", "H0", "H3", "H6"])
                    for hs in codes:
                        if rng.random() > density:
                            continue
                        rows += cell(rng, freq, period, rep, par, flow, hs, edition)
                    if rng.random() < 0.06:  # the same data in an older or newer edition, some codes only there
                        e2 = rng.choice(["HS", "H0", "H2", "H4", "H6"])
                        for hs in rng.sample(codes, rng.randint(1, len(codes))):
                            rows += cell(rng, freq, period, rep, par, flow, hs, e2, plain=rng.random() < 0.7)
    some = lambda: base_row(*rng.choice(periods), rng.choice(countries), rng.choice(partners), rng.choice("XM"), rng.choice(codes),
                            rng.choice(["H3", "H5"]))
    for _ in range(rng.randint(0, 12)):
        r = fill(rng, some(), rng.lognormvariate(11, 2), 1000)
        k = rng.randint(0, 5)
        if k == 0:
            r["flow"] = rng.choice(["DX", "FM", "MIP", "XIP", "MOP", "XOP"])
        elif k == 1:
            r["ed"], r["hs"] = rng.choice([("S1", "27861"), ("S4", "0411"), ("BEC", "31"), ("EB02", "236"), ("S3", "33")])
        elif k == 2:
            r["type"], r["ed"], r["hs"] = "S", "EB10", "10"
        elif k == 3:
            r["par" if rng.random() < 0.6 else "rep"] = rng.choice([97, 918, 975])
        elif k == 4:
            r["par"] = r["rep"]
            if rng.random() < 0.3:
                r["mot"] = "1000"
        else:
            r["odd"] = rng.choice(["no value", "bad value", "no partner", "no code", "no reporter"])
        rows.append(r)
    if rng.random() < 0.4:
        r = fill(rng, some(), 5000, 10)   # World rows of a group, and of a country that files nothing else
        r["rep"], r["par"] = rng.choice([97, 484]), 0
        rows.append(r)
    if dated:
        days = ["2019-03-01", "2021-12-31", "2023-05-01", "2023-05-02"]
        for r in rows:
            r["date"] = rng.choice(days)
    rng.shuffle(rows)
    return rows, dated


def truth(rng_seed, freq, period, exporter, importer, hs):
    r = random.Random("%s/%s/%s/%s/%s/%s" % (rng_seed, freq, period, exporter, importer, hs))
    v = r.lognormvariate(12, 2.5)
    return v, v / r.uniform(0.5, 20)


def cell(rng, freq, period, rep, par, flow, hs, edition, plain=False):
    if par == rep:
        return [] if rng.random() < 0.9 else [fill(rng, base_row(freq, period, rep, par, flow, hs, edition), 5000, 100)]
    exporter, importer = (rep, par) if flow in ("X", "RX") else (par, rep)
    v, kg = truth(rng.world_seed, freq, period, exporter, importer, hs)
    if flow in ("M", "RM") and rng.random() > 0.05:
        v *= rng.choice([1.06, 1.02, 1.1, rng.lognormvariate(0.06, 0.4)])
        kg *= rng.choice([1.0, 1.0, rng.lognormvariate(0, 0.2)])
    r = fill(rng, base_row(freq, period, rep, par, flow, hs, edition), v, kg)
    if flow == "X" and rng.random() < 0.05:
        r["value"] = v  # long decimals
    k = rng.random()
    if plain or k < 0.72:
        return [r]
    if k < 0.80:                       # details beside their total
        out = [r]
        for dims in some_sets(rng):
            out += details(rng, r, dims)
        if rng.random() < 0.2:
            out.append(dict(out[-1]))
        return out
    if k < 0.90:                       # details without it, of one or several kinds that compete
        out = []
        for dims in some_sets(rng):
            share = 1.0 if rng.random() < 0.4 else rng.uniform(0.3, 1.2)
            out += details(rng, r, dims, share)
        return out
    r["dup"] = True
    twin = dict(r)
    if k < 0.94:                       # exact
        return [r, twin] if rng.random() < 0.8 else [r, twin, dict(r)]
    f = rng.choice(["value", "value", "kg", "qty", "cif", "fob"])
    if f == "qty" and r["unit"] == "-1":
        f = "value"
    twin[f] = (twin[f] or 0) + rng.choice([1, 0.001, 1000]) if f in ("value", "kg") else int(twin[f] or 0) + rng.randint(1, 50)
    out = [r, twin]
    if rng.random() < 0.2:
        third = dict(r)
        third["value"] = r["value"] + 7777
        out.append(third)
    return out


def some_sets(rng):
    sets = [("mot",), ("cst",), ("p2",), ("mos",), ("cst", "mot"), ("p2", "mot"), ("p2", "cst", "mot"), ("p2", "mos")]
    return rng.sample(sets, rng.choice([1, 1, 2, 3]))


# ---------------------------------------------------------------------------------------------------------------- the files

def can(r, layout):
    if layout in WHOLE:
        return True
    detail = r["p2"] or r["cst"] or r["mot"] or r["mos"]
    if detail and (layout not in DETAIL or r["mos"]):
        return False
    if r["type"] != "C":
        return False
    if layout in ("plus_iso", "wits") and (r["rep"] not in ISO_OK or r["par"] not in ISO_OK or r["freq"] != "A"):
        return False
    if layout in ("auth",) and r["freq"] != "A":
        return False
    if layout in ("plus_iso", "plus_subset"):
        return r["ed"][0] == "H"
    if layout == "wits":
        return r["flow"] in WITS_FLOW and not r["dup"] and r["ed"][0] == "H"
    if layout == "transitional":
        return True
    return r["flow"] in FLOW_NUMBER


def spelled(rng, v, missing=("", "NA", "N/A", "NaN", "null")):
    """A number as text, in one of the ways that files have."""
    if v is None:
        return rng.choice(missing)
    if isinstance(v, float) and not v.is_integer():
        return repr(v) if rng.random() < 0.9 else format(Decimal(repr(v)), "E")
    v = int(v)
    k = rng.random()
    if k < 0.06:
        return "%d.0" % v
    if k < 0.12:
        return format(Decimal(v), "E")
    return str(v)


NO_KG = ("", "", "NA", "0", "-1", "null")
NO_CIF = ("", "", "NA", "0", "0.0", "N/A")


def fields(rng, r, layout):
    """Column name -> text, for the columns of the layout's family."""
    iso, name = INFO[r["rep"]]
    piso, pname = INFO[r["par"]]
    wits = layout == "wits"
    value = r["value"]
    odd = r["odd"]
    if wits:
        value = None if odd in ("no value", "bad value") else format(Decimal(repr(value) if isinstance(value, float) else value) / 1000, "f")
    elif odd == "no value":
        value = rng.choice(["", "NA", "NaN", "N/A", "null"])
    elif odd == "bad value":
        value = rng.choice(["abc", "12x", "1.2.3"])
    else:
        value = spelled(rng, value)
    if value is None:
        value = ""
    hs = "" if odd == "no code" else r["hs"]
    if hs[:1] == "0" and r["ed"][0] == "H" and rng.random() < 0.15:
        hs = hs[1:]
    rep, par = str(r["rep"]), str(r["par"])
    if odd == "no partner":
        par = piso = pname = ""
    if odd == "no reporter":
        rep = iso = name = ""
    k = rng.random()
    if not odd and layout in ("plus", "plus_comma", "plus_json", "web", "web_r", "api", "api_json") and k < 0.06:
        if r["rep"] in ISO_OK and r["rep"] != 490:
            rep = ""
            if k < 0.02:
                iso = ""
        elif r["par"] in ISO_OK and r["par"] != 490:
            par = rng.choice(["", "NA"])
    flow_name = FLOW_NAME[r["flow"]]
    if layout in ("web", "web_r", "bulk22", "api", "api_json") and r["freq"] == "M" and r["flow"] in "XM":
        flow_name += "s"
    desc = rng.choice(["Shrimps, frozen", 'Oils "crude", n.e.s.', "Bicycles; other", "Thé vert", "plain"])
    if rng.random() < 0.02:
        desc = "two\nlines, one field"
    kg = spelled(rng, r["kg"], NO_KG)
    qty = spelled(rng, r["qty"], NO_KG)
    cif, fob = spelled(rng, r["cif"], NO_CIF), spelled(rng, r["fob"], NO_CIF)
    level = str(len(r["hs"]) if r["hs"].isdigit() else 0)
    year = r["period"][:4]
    if layout.startswith("plus"):
        return dict(typeCode=r["type"], freqCode=r["freq"], refPeriodId=(r["period"] + "0101")[:8], refYear=year,
                    refMonth=r["period"][4:] or "52", period=r["period"], reporterCode=rep, reporterISO=iso, reporterDesc=name,
                    flowCode=r["flow"], flowDesc=flow_name, partnerCode=par, partnerISO=piso, partnerDesc=pname,
                    partner2Code=r["p2"] or rng.choice(["0", "0", "0", ""]), partner2ISO="" if r["p2"] else "W00",
                    partner2Desc="" if r["p2"] else "World", classificationCode=r["ed"],
                    classificationSearchCode=r["ed"] if r["ed"][0] != "H" else "HS", isOriginalClassification="true", cmdCode=hs,
                    cmdDesc=desc, aggrLevel=level, isLeaf="true", customsCode=r["cst"] or rng.choice(["C00", "C00", "C00", ""]),
                    customsDesc="", mosCode=r["mos"] or rng.choice(["0", "0 ", "-1", ""]), motCode=r["mot"] or rng.choice(["0", "0", "0", ""]),
                    motDesc="", qtyUnitCode=r["unit"], qtyUnitAbbr="N/A", qty=qty, isQtyEstimated="false", altQtyUnitCode="-1",
                    altQtyUnitAbbr="N/A", altQty="", isAltQtyEstimated="false", netWgt=kg, isNetWgtEstimated="false", grossWgt="0",
                    isGrossWgtEstimated="false", cifvalue=cif, fobvalue=fob, primaryValue=value, legacyEstimationFlag="0",
                    isReported="true", isAggregate="false", datasetDate=r["date"])
    letters = layout == "transitional"
    unit = r["unit"] if r["unit"] != "-1" or letters else "1"
    flow = "0" if letters else FLOW_NUMBER.get(r["flow"], "")
    if wits:
        return dict(zip(WITS, ("NC" if r["ed"] == "HS" else r["ed"], WITS_ISO.get(r["rep"], iso) if iso else "",
                               rng.choice([" Total", "Total"]) if hs == "TOTAL" else hs, name,
                               WITS_ISO.get(r["par"], piso) if piso else "", pname, year, FLOW_NAME[r["flow"]], WITS_FLOW[r["flow"]],
                               value)))
    if layout == "auth":
        return dict(zip(AUTH, (year, rep, flow, par, r["ed"], hs, unit, qty, kg, value, "0")))
    second = dict(p2=r["p2"] or ("0" if letters else rng.choice(["", "", "0"])), cst=r["cst"] or ("C00" if letters else ""),
                  mot=r["mot"] or ("0" if letters else rng.choice(["", "", "0"])))
    if not letters and piso == "W00":
        piso = "WLD"
    values = (r["ed"], year, r["period"], r["period"], level, "1", flow, r["flow"] if letters else flow_name, rep, name, iso, par, pname,
              piso, second["p2"], "", "", second["cst"], "", second["mot"], "", hs, desc, unit, "", qty, "", "", "", kg, "", value, cif,
              fob, "0")
    web = dict(zip(WEB, values))
    if layout in ("api", "api_json"):
        order = ("Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,Trade Flow Code,Trade Flow,Reporter Code,Reporter,"
                 "Reporter ISO,Partner Code,Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,Customs Proc. Code,Customs,"
                 "Mode of Transport Code,Mode of Transport,Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,Alt Qty Unit Code,"
                 "Alt Qty Unit,Alt Qty,Netweight (kg),Gross weight (kg),Trade Value (US$),CIF Trade Value (US$),FOB Trade Value (US$),"
                 "Flag").split(",")
        return {a: web[w] for a, w in zip(API, order)}
    if layout == "web_r":
        return {m: web[w] for m, w in zip(MANGLED, WEB)}
    return web


def json_value(rng, column, s):
    """Numbers as numbers mostly, missing as null, "" or text."""
    if s in ("", "NA", "N/A", "NaN", "null"):
        return rng.choice([None, None, "", s])
    if column in ("cmdCode", "typeCode", "freqCode", "period") and not (column == "cmdCode" and s[:1] not in "0T" and rng.random() < 0.3):
        return s
    try:
        Decimal(s)
    except ArithmeticError:
        return {"true": True, "false": False}.get(s, s)
    if s.strip() != s or (len(s) > 1 and s[0] == "0" and s[1].isdigit()) or rng.random() < 0.1:
        return s
    return Literal(s.replace("E+", "e+") if "." in s or s.isdigit() or s.startswith("-") else str(int(Decimal(s))) if "E" in s else s)


class Literal(str):
    """A number that goes into the JSON as it is written."""


def dump_json(rng, records, wrap):
    def one(v):
        if isinstance(v, Literal):
            return str(v)
        return json.dumps(v, ensure_ascii=rng.random() < 0.5)
    body = ",".join("{" + ",".join("%s:%s" % (json.dumps(k), one(v)) for k, v in r.items()) + "}" for r in records)
    return (wrap % (len(records), body)).encode("utf-8")


def file_bytes(rng, layout, style, rows):
    """The rows as one file of that layout; style is fixed for a file's members."""
    if layout in ("plus_json", "api_json"):
        columns = PLUS + ["datasetDate"] if style["dated"] else PLUS if layout == "plus_json" else API
        records = []
        for r in rows:
            f = fields(rng, r, layout)
            rec = {c: json_value(rng, c, f[c]) for c in columns}
            for c in list(rec):
                if rec[c] is None and rng.random() < 0.2:
                    del rec[c]
            records.append(rec)
        if layout == "plus_json":
            return dump_json(rng, records, rng.choice(['{"elapsedTime":"0.1 secs","count":%d,"data":[%s],"error":""}',
                                                       '{"count":%d,\n "data": [%s]}']))
        return dump_json(rng, records, '{"validation":{"status":{"name":"Ok","value":0},"message":null,"count":{"value":%d}},"dataset":[%s]}')
    columns, heads = style["columns"], style["heads"]
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if style["quote"] else csv.QUOTE_MINIMAL
    w = csv.writer(out, delimiter=style["delimiter"], lineterminator=style["eol"], quoting=quoting)
    w.writerow(heads)
    extra = [""] if layout == "plus_comma" else []
    for r in rows:
        f = fields(rng, r, layout)
        w.writerow([f.get(c, "junk, x") for c in columns] + extra)
        if layout in ("web", "transitional") and rng.random() < 0.01:
            w.writerow(["No data matches your query or your query is too complex. Request JSON or XML format for more information."]
                       + [""] * (len(columns) - 1))
    body = out.getvalue()
    if style["eol"] == "\r\n" and layout != "plus_bulk" and rng.random() < 0.2:
        body = body.rstrip("\r\n")  # no end of line at the end
    if style["latin"]:
        return body.encode("latin-1")
    return (b"\xef\xbb\xbf" if style["bom"] else b"") + body.encode("utf-8")


def style_of(rng, layout, dated):
    s = dict(delimiter=rng.choice([",", ",", ",", ";", "\t"]), eol=rng.choice(["\n", "\r\n"]), quote=rng.random() < 0.3,
             bom=rng.random() < 0.25, latin=rng.random() < 0.15, dated=dated and layout in ("plus", "plus_json"))
    columns = {"plus": PLUS, "plus_comma": PLUS, "plus_bulk": BULK, "web": WEB, "web_r": MANGLED, "transitional": WEB, "bulk22": BULK22,
               "api": API, "auth": AUTH, "wits": WITS}.get(layout)
    if layout == "plus_subset":
        columns = [c for c in PLUS if c in ("period", "reporterCode", "flowCode", "partnerCode", "cmdCode", "primaryValue")
                   or rng.random() < 0.5]
        if "qty" in columns and "qtyUnitCode" not in columns:
            columns.append("qtyUnitCode")
    elif layout == "plus_iso":
        columns = [c for c in PLUS if c in ("reporterISO", "reporterDesc", "flowDesc", "partnerISO", "partnerDesc", "cmdCode", "cmdDesc",
                                            "primaryValue", "refYear", "netWgt")]
    elif layout == "plus" and s["dated"]:
        columns = PLUS + ["datasetDate"]
    if columns is None:
        return s
    columns = list(columns)
    if layout == "plus_bulk":
        s.update(delimiter="\t", quote=False)
    elif layout != "plus_comma":
        if rng.random() < 0.3:
            columns.insert(rng.randint(0, len(columns)), "somethingNew")
        if rng.random() < 0.4:
            rng.shuffle(columns)
    s["columns"] = columns
    heads = columns
    if layout.startswith("plus"):
        k = rng.random()
        if k < 0.15:
            heads = [c.lower() for c in columns]
        elif k < 0.3:
            heads = [c[0].upper() + c[1:] for c in columns]
        elif k < 0.35:
            heads = [c.upper() for c in columns]
    s["heads"] = heads
    return s


def write_files(seed, rows, plan, folder):
    """Writes the planned files; returns the paths in the order of reading."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    paths = []
    for i, f in enumerate(plan):
        rng = random.Random("%s/file/%d" % (seed, i))
        mine = [r for r, where in rows if where == i]
        if not mine and not (f["layout"] == "plus" and f["empty_ok"]):
            continue
        style, layout = f["style"], f["layout"]
        end = ".json" if "json" in layout else ".txt" if layout == "plus_bulk" else rng.choice([".csv", ".csv", ".dat"])
        stem = f["stem"]
        if f["container"] in ("zip", "dir") and len(mine) > 1:
            cut = rng.randint(1, len(mine) - 1)
            parts = [mine[:cut], mine[cut:]]
            names = ["a_" + stem + end, "b_" + stem + end]
            if f["container"] == "dir":
                path = os.path.join(folder, stem)
                os.makedirs(path)
                for n, p in zip(names, parts):
                    with open(os.path.join(path, n), "wb") as out:
                        out.write(file_bytes(rng, layout, style, p))
            else:
                path = os.path.join(folder, stem + ".zip")
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
                    for n, p in zip(names, parts):
                        z.writestr(zipfile.ZipInfo(n, (2020, 1, 1, 0, 0, 0)), file_bytes(rng, layout, style, p))
        else:
            data = file_bytes(rng, layout, style, mine)
            path = os.path.join(folder, stem + end + (".gz" if f["container"] == "gz" else ""))
            with open(path, "wb") as out:
                out.write(gzip.compress(data, mtime=0) if f["container"] == "gz" else data)
        paths.append(path)
    return paths


def make(seed, folder, all_doubts, reference):
    """(paths, oracle.World, dated)"""
    rng = random.Random("world %d" % seed)
    rng.world_seed = seed
    rows, dated = world(rng)
    n = rng.randint(1, 5)
    kinds = [rng.choice(WHOLE if not dated else DATED)] + [rng.choice(LAYOUTS if not dated else DATED) for _ in range(n - 1)]
    rng.shuffle(kinds)
    plan, stems = [], rng.sample(range(100, 999), n)
    for i, layout in enumerate(kinds):
        container = rng.choice(["", "", "", "gz", "zip", "dir"])
        stem = "x%d_%s" % (stems[i], layout)
        if layout == "plus_bulk" and dated:
            day = rng.choice(["2019-03-01", "2021-12-31", "2023-05-01", "2023-05-02"])
            stem, container = "COMTRADE-FINAL-CA%dALL[%s]" % (stems[i], day), rng.choice(["", "gz"])
        plan.append(dict(layout=layout, style=style_of(rng, layout, dated), container=container, stem=stem,
                         empty_ok=not any(p["empty_ok"] for p in plan)))
        if plan[-1]["style"]["latin"] and layout == "plus_bulk":
            plan[-1]["style"]["latin"] = False
    placed = []
    for r in rows:
        where = [i for i, p in enumerate(plan) if can(r, p["layout"])]
        if not r["p2"] and not r["cst"] and not r["mot"] and not r["mos"] and len(where) > 1 and rng.random() < 0.6:
            lossy = [i for i in where if plan[i]["layout"] not in WHOLE]
            where = lossy or where
        placed.append((r, rng.choice(where)))
    for _ in range(12):
        paths = write_files(seed, placed, plan, folder)
        w = oracle.World(paths, reference)
        drop = {k[:5] for _, k in w.unsure if k} if not all_doubts else set()
        if not drop:
            return paths, w, dated
        placed = [(r, i) for r, i in placed
                  if (r["freq"] + r["period"], r["rep"], r["par"], r["flow"], r["hs"]) not in drop]
    raise Failed("the generator cannot get rid of its doubts: %s" % w.unsure[:3])


# --------------------------------------------------------------------------------------------------------------- comparison

def table(data):
    if not data:
        return [], []
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    return rows[0], rows[1:]


def level(s):
    return 0 if s in ("", "0", "total", "TOTAL") else int(s)


class Comparison:
    def __init__(self, w):
        self.w, self.bad = w, []

    def say(self, *words):
        self.bad.append(" ".join(str(x) for x in words))

    def ledger(self, data):
        got, want = read_ledger(data), self.w.ledger_table()
        for k in sorted(set(got) | set(want)):
            g, e = got.get(k, (0, 0.0)), want.get(k, (0, 0.0))
            if g[0] != e[0] or not close(e[1], g[1], 1e-9, 1e3):
                self.say("ledger", k, "expected", e, "got", g)

    def why(self, key, flow, rep, par):
        """The rows the oracle saw behind one side of a cell."""
        return [(k[5], r) for k, rs in self.w.rows.items() for r in rs
                if k[0] == key[0] and k[1] == rep and k[2] == par and k[3] == flow and k[4] == key[3]][:6]

    def pairs(self, label, data, stderr, rate):
        head, rows = table(data)
        want = {(r["freq"] + r["period"], r["exporter"], r["importer"], r["hs"]): r for r in self.w.pairs(rate)}
        if head != oracle.PAIR_COLUMNS and (rows or want):
            return self.say(label, "columns are", head)
        got, order = {}, []
        for row in rows:
            r = dict(zip(head, row))
            key = (r["freq"] + r["period"], int(r["exporter"]), int(r["importer"]), r["hs"])
            if key in got:
                self.say(label, "two lines for", key)
            got[key] = r
            order.append((r["period"], key[1], key[2], level(r["level"]), r["hs"]))
        if order != sorted(order) and order != sorted(order, key=lambda o: (int(o[0]),) + o[1:]):
            at = next((i for i in range(1, len(order)) if order[i] < order[i - 1]), 0)
            self.say(label, "is not sorted by period, exporter, importer, level, hs:", order[max(0, at - 1):at + 1])
        for key in sorted(set(want) - set(got))[:3]:
            self.say(label, "lacks", key, {k: v for k, v in want[key].items() if v not in (None, "")})
        for key in sorted(set(got) - set(want))[:3]:
            self.say(label, "has a line too many:", ",".join(got[key].values()))
        shown = 0
        for key in sorted(set(got) & set(want)):
            g, e = got[key], want[key]
            diff = self.row(key, g, e)
            if diff:
                shown += 1
                if shown > 4:
                    continue
                self.say(label, "/".join(map(str, key)), "; ".join(diff), "| line:", ",".join(g.values()), "| rows X:",
                         self.why(key, "X", key[1], key[2]), "M:", self.why(key, "M", key[2], key[1]))
        if shown > 4:
            self.say(label, "%d lines differ in all" % shown)
        n = {s: sum(1 for r in rows if r[10] == s) for s in ("matched", "exporter_only", "importer_only")} if rows else {}
        add = lambda c: math.fsum(float(r[c]) for r in got.values() if r[c])
        if rows or b"pairs: matched=" in stderr:
            self.bad += [label + " " + b for b in check_summary(stderr, n, add("export_usd"), add("import_usd"), add("gap_usd"))]
        x = sum(1 for k in self.w.obs if k[3] == "X")
        m = sum(1 for k in self.w.obs if k[3] == "M")
        if n and (n["matched"] + n["exporter_only"] != x or n["matched"] + n["importer_only"] != m):
            self.say(label, "identities: X observations", x, "M observations", m, "pairs", n)

    def row(self, key, g, e):
        diff = []
        scale = (e["export_usd"] or 0) + (e["import_usd"] or 0)
        zero = not scale
        for c in oracle.PAIR_COLUMNS:
            if c in ("margin", "margin_source", "flags"):
                continue
            a, b = e[c], g[c]
            if c.endswith("_iso3"):
                if e[c[:-5]] not in ISO_OK or e[c[:-5]] == 490:
                    continue
                ok = a == b
            elif c in ("edition_x", "edition_m"):
                ok = a == b or (a == "HS" and b == "")
            elif c == "level":
                ok = a == level(b)
            elif c == "silence":
                ok = a == b or (b == "secret" and a in THREE)
            elif c in ("exporter", "importer"):
                ok = a == int(b)
            elif c in ("period", "freq", "hs", "status"):
                ok = a == b
            else:
                b = number(b)
                if c == "rel_gap" and e["status"] != "matched" and zero and b is None:
                    continue
                s = scale if c.startswith("gap_") else 1.0 if c in ("log_gap", "log_price_gap", "log_qty_gap", "rel_gap") else 0.0
                ok = close(a, b, 1e-9, s * 1e3)
            if not ok:
                diff.append("%s expected %r got %r" % (c, oracle.show(a), g[c]))
        if e["status"] == "matched":
            low, high = e["gap_low"], e["gap_high"]
            tiny = 1e-9 * scale
            if low < -tiny and high > tiny and "sign_unstable" not in g["flags"]:
                diff.append("flags lack sign_unstable: %r" % g["flags"])
            if (low > tiny or high < -tiny) and "sign_unstable" in g["flags"]:
                diff.append("flags say sign_unstable: %r" % g["flags"])
        fp, exporter, importer, hs = key
        behind = [self.w.obs[k][6] for k in self.sides(fp, exporter, importer, hs)]
        if any(behind) != ("rebuilt" in g["flags"]):
            diff.append("flags %r, but rebuilt: %s" % (g["flags"], behind))
        return diff

    def sides(self, fp, exporter, importer, hs):
        for ed in range(-1, 7):
            for k in ((fp, exporter, importer, "X", hs, ed), (fp, importer, exporter, "M", hs, ed)):
                if k in self.w.obs:
                    yield k

    def scores(self, label, data, freq):
        head, rows = table(data)
        key = lambda r: (int(r["exporter"]), int(r["importer"]), r["hs"], r["period"])
        want = {key(r): r for r in self.w.scores(6, freq)}
        if head != oracle.SCORE_COLUMNS and (rows or want):
            return self.say(label, "columns are", head)
        got = [dict(zip(head, r)) for r in rows]
        keys = [key(r) for r in got]
        if len(set(keys)) != len(keys) or set(keys) != set(want):
            self.say(label, "has %d lines, %d are right; missing %s, too many %s" % (
                len(keys), len(want), sorted(set(want) - set(keys))[:3], sorted(set(keys) - set(want))[:3]))
        shown = 0
        for r, k in zip(got, keys):
            if k not in want:
                continue
            diff = []
            for c in oracle.SCORE_COLUMNS[4:]:
                a, b = want[k][c], number(r[c])
                s = want[k]["export_usd"] + want[k]["import_usd"] if c == "gap_usd" else 1.0
                if b is None or not (close(a, b, 1e-9, s * 1e3) or (c[0] in "zs" and abs(a - b) <= 1e-9 * max(1, abs(a)))):
                    diff.append("%s expected %r got %r" % (c, a, r[c]))
            if diff and shown < 4:
                shown += 1
                self.say(label, "/".join(map(str, k)), "; ".join(diff))
        for (a, b), (i, j) in zip(zip(got, got[1:]), zip(keys, keys[1:])):
            x, y = float(a["score"]), float(b["score"])
            if x < y or (x == y and (i[:3] + (int(i[3]),)) > (j[:3] + (int(j[3]),)) and i > j):
                self.say(label, "is not sorted by score, exporter, importer, hs, period at", i, j)
                break

    def dump(self, data):
        head, rows = table(data)
        if not rows:
            if self.w.obs:
                self.say("dump is empty,", len(self.w.obs), "observations are right")
            return
        if "flow" not in head:
            return self.say("dump has no column flow:", head)
        at, count, want = head.index("flow"), {}, {}
        for r in rows:
            count[r[at]] = count.get(r[at], 0) + 1
        for k in self.w.obs:
            want[k[3]] = want.get(k[3], 0) + 1
        if count != want:
            self.say("dump by flow: expected", want, "got", count)


def same(c, what, a, b):
    if a != b:
        la, lb = a.splitlines(), b.splitlines()
        i = next((i for i, (x, y) in enumerate(zip(la, lb)) if x != y), min(len(la), len(lb)))
        part = lambda l: l[i].decode("utf-8", "replace") if i < len(l) else "(end)"
        c.say(what, "differ at line %d:" % (i + 1), part(la), "<>", part(lb))


def try_world(prog, seed, folder, all_doubts, reference):
    paths, w, dated = make(seed, os.path.join(folder, "in"), all_doubts, reference)
    c = Comparison(w)
    one, two = os.path.join(folder, "together"), os.path.join(folder, "apart")
    for s in (one, two):
        shutil.rmtree(s, ignore_errors=True)
    go = lambda *a, ok=(0,): run(prog + list(a), ok=ok, timeout=120)
    empty = (0,) if w.obs else (0, 3)
    go("ingest", "-q", "-@", "4", "--max-bad", "1", "-s", one, *paths)
    for p in paths:
        go("ingest", "-q", "-@", "1", "--max-bad", "1", "-s", two, p)
    none = ["--harmonise", "none", "--cif", "none"]
    fixed = ["--harmonise", "none", "--cif", "fixed:0.06"]
    c.ledger(go("ledger", one, "-q", ok=(0,) if w.rows_read else (0, 3))[1])
    total = sum(n for n, _ in read_ledger(go("ledger", two, "-q", ok=(0,) if w.rows_read else (0, 3))[1]).values())
    if total != w.rows_read:
        c.say("ledger of the ingests one by one counts", total, "rows,", w.rows_read, "were read")
    dump = go("dump", one, "-q", "--header", ok=empty)[1]
    c.dump(dump)
    same(c, "dump: together and one by one", dump, go("dump", two, "-q", "--header", ok=empty)[1])
    for label, opts, rate in (("pairs none", none, None), ("pairs fixed", fixed, 0.06)):
        code, out, err = go("pairs", one, *opts, ok=empty)
        c.pairs(label, out, err, rate)
        same(c, label + ": together and one by one", out, go("pairs", two, *opts, ok=empty)[1])
        for n in ("1", "4"):
            same(c, label + ": -@ " + n, out, go("pairs", one, "-@", n, "-q", *opts, ok=empty)[1])
        same(c, label + ": store and -i", out, go("pairs", "-q", "--max-bad", "1", *opts, "-i", *paths, ok=empty)[1])
    freqs = sorted({k[0][0] for k in w.obs})
    noisy = any(u[0] == "a MAD of rounding noise" for u in w.unsure)
    for f in [None] if len(freqs) < 2 else freqs:
        opts = ["--model", "robust-z", *none, "--level", "6"] + (["--freq", f] if f else [])
        label = "scores" + (" " + f if f else "")
        before = len(w.unsure)
        rows = w.scores(6, f)
        noisy = noisy or len(w.unsure) > before
        out = go("scores", one, "-q", *opts, ok=(0,) if rows else (0, 3))[1]
        if not noisy:
            c.scores(label, out, f)
        same(c, label + ": -@ 1 and -@ 4", go("scores", one, "-@", "1", "-q", *opts, ok=(0, 3))[1],
             go("scores", one, "-@", "4", "-q", *opts, ok=(0, 3))[1])
        same(c, label + ": store and -i", out, go("scores", "-q", "--max-bad", "1", *opts, "-i", *paths, ok=(0, 3))[1])
    return c.bad, w, paths


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("prog")
    p.add_argument("--n", type=int, default=25)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--keep", help="leave the files and stores of each world in DIR/SEED")
    p.add_argument("--reference")
    p.add_argument("--all-doubts", action="store_true")
    p.add_argument("--make-only", action="store_true", help="only make the worlds and say what is in them")
    p.add_argument("-v", action="store_true")
    a = p.parse_args()
    prog, reference = program(a.prog), a.reference or oracle.find_reference()
    passed = failed = 0
    for seed in range(a.seed, a.seed + a.n):
        folder = os.path.join(a.keep, str(seed)) if a.keep else tempfile.mkdtemp(prefix="mirrorgap-world-")
        bad, w = [], None
        try:
            if a.make_only:
                paths, w, dated = make(seed, os.path.join(folder, "in"), a.all_doubts, reference)
            else:
                bad, w, paths = try_world(prog, seed, folder, a.all_doubts, reference)
        except (Failed, OSError, ValueError, KeyError, csv.Error) as e:
            bad = ["%s: %s" % (type(e).__name__, e)]
        finally:
            if not a.keep:
                shutil.rmtree(folder, ignore_errors=True)
        passed, failed = passed + (not bad), failed + bool(bad)
        if bad:
            print("FAIL seed %d (repeat: random_worlds.py --seed %d --n 1 --keep DIR PROG)" % (seed, seed))
            for b in bad[:8]:
                print("     " + (b if len(b) < 1500 else b[:1500] + " ..."))
            if len(bad) > 8:
                print("     and %d more" % (len(bad) - 8))
        elif a.v or a.make_only:
            led = " ".join("%s=%d" % (k, n) for k, (n, _) in w.ledger_table().items())
            print("ok   seed %d: %d files, %s, %d scored" % (seed, len(paths), led, len(w.scores())))
        sys.stdout.flush()
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
