# SPDX-License-Identifier: GPL-3.0-or-later
"""What mirror_check.py compares: real files, published figures, random worlds."""
import csv, glob, os, random

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


def published(tools):
    """(M - X) / M of 1,892 pairs of countries and years, as a study printed them, to the last of 15 digits, and |M - X|."""
    def case(work):
        from mirror_check import run
        with open(os.path.join(tools.data_dir, "results", "asymmetries_asia_pacific_2015_2019.csv"), newline="") as f:
            rows = [r for r in csv.DictReader(f) if r["Reporter.ISO"] != r["Partner.ISO"]]  # trade with oneself is no pair
        if len(rows) != 1891:
            return ["%d rows with two countries" % len(rows)]
        path, bad = os.path.join(work, "published.csv"), []
        with open(path, "w", newline="") as f:
            w = csv.writer(f)
            w.writerow("refYear period reporterISO flowCode partnerISO classificationCode cmdCode primaryValue".split())
            for r in rows:  # million dollars as if they were dollars: the formula has no unit
                importer, exporter = r["Reporter.ISO"], r["Partner.ISO"]
                w.writerow((r["Year"], r["Year"], importer, "M", exporter, "H4", "TOTAL", r["Import"]))
                w.writerow((r["Year"], r["Year"], exporter, "X", importer, "H4", "TOTAL", r["Export"]))
        out = run(tools.prog + ["pairs", "-q", "--cif", "none", "-i", path])[1].decode()
        pairs = {(p["period"], p["importer_iso3"], p["exporter_iso3"]): p for p in csv.DictReader(out.splitlines())}
        sums = run(tools.prog + ["gaps", "-q", "--cif", "none", "--by", "pair,year", "-i", path])[1].decode()
        nets = {(g["year"], g["importer_iso3"], g["exporter_iso3"]): g for g in csv.DictReader(sums.splitlines())}
        for r in rows:
            key = r["Year"], r["Reporter.ISO"], r["Partner.ISO"]
            if key not in pairs:
                bad.append("no pair %s" % (key,))
                continue
            share = float(pairs[key]["gap_usd"]) / float(pairs[key]["import_usd"])
            if "%.15g" % share != r["DIF"]:
                bad.append("%s: published %s, got %.15g" % (key, r["DIF"], share))
            size = abs(float(r["Import"]) - float(r["Export"]))
            if abs(float(nets[key]["gross_positive_usd"]) + float(nets[key]["gross_negative_usd"]) - size) > 1e-9 * size:
                bad.append("%s: |M - X| is %r, got %s" % (key, size, nets[key]))
        return bad
    return case


WAYS = ("none", "baci", "gfi", "auto", "auto", "fixed:0.06")
HARMONISE = ("common", "common", "none", "H0", "H2", "H4", "H6")


def random_world(tools, seed):
    """A world under six settings, with sums by two lists of keys each."""
    def case(work):
        import mirror_worlds
        from mirror_check import Setting, Store, run
        rng = random.Random("mirror %d" % seed)
        trade, tools.moves_file = mirror_worlds.write(rng, tools.graph, work)
        store = os.path.join(work, "store")
        run(tools.prog + ["ingest", "-s", store, "-q", trade])
        s = Store(tools, store)
        odds = lambda p: rng.random() < p
        for i in range(6):
            setting = Setting(cif=rng.choice(WAYS), harmonise=rng.choice(HARMONISE), distances=odds(0.5), unions=odds(0.4),
                              net=odds(0.3), lag=rng.choice([0, 0, 1, 2]), months=odds(0.4), moves=odds(0.3))
            s.pairs(setting)
            for keys in rng.sample(BY, 2):
                s.gaps(setting, keys.split(","))
        return s.bad
    return case


def hostile_world(tools, seed):
    """A world of random_worlds.py, with all its layouts and doubles, under two settings."""
    def case(work):
        import random_worlds
        from mirror_check import Setting, Store, run
        paths = random_worlds.make(seed, os.path.join(work, "in"), False, os.path.join(tools.data_dir, "reference"))[0]
        store = os.path.join(work, "store")
        run(tools.prog + ["ingest", "-s", store, "-q", "--max-bad", "1", *paths])
        s = Store(tools, store)
        for setting in (Setting(cif="auto"), Setting(cif="gfi", harmonise="H3", net=True)):
            s.pairs(setting)
            s.gaps(setting, ["country", "hs4"])
        return s.bad
    return case


def cases(tools, long, worlds, seed):
    """(name, function of a folder to work in, which returns complaints)"""
    auto, none, fixed = dict(cif="auto"), dict(), dict(cif="fixed:0.06")
    saw = ["legacy-api/sawnwood*"]
    yield "sawnwood, margins", real(tools, saw, [auto, dict(cif="baci", distances=True), dict(cif="gfi", distances=True), fixed], BY)
    yield "sawnwood, editions", real(tools, saw, [none] + [dict(harmonise=h) for h in ("none", "H0", "H3", "H6")], BY[:1])
    yield "sawnwood, unions and net", real(tools, saw, [dict(unions=True), dict(net=True),
                                                      dict(cif="auto", unions=True, net=True, harmonise="H2", distances=True)], BY[:1])
    yield "crude", real(tools, ["legacy-web/crude_270900_2000_2008.zip"], [auto, dict(harmonise="H2", unions=True)], BY[:3])
    yield "wits", real(tools, ["wits/*.gz"], [auto, dict(unions=True, harmonise="H3")], ("country", "pair"))
    yield "plus-bulk", real(tools, ["plus-bulk/*"], [dict(cif="auto", distances=True), dict(lag=1, cif="auto"), dict(harmonise="H1")], BY[:4])
    yield "published asymmetries", published(tools)
    if long:
        yield "fish 2010", real(tools, ["plus-monthly/fish_monthly_2010*"], [auto, none, dict(cif="gfi", harmonise="H2", distances=True),
                                dict(lag=1), dict(months=True, net=True), dict(unions=True)], BY)
        yield "fish 2010 and 2011", real(tools, ["plus-monthly/fish_monthly_201[01]*"], [dict(lag=2, cif="baci"), dict(months=True)], BY[:2])
        yield "oil", real(tools, ["legacy-bulk/oil_hs27_1988*"], [auto, dict(unions=True, cif="gfi"), dict(net=True, distances=True)], BY)
        yield "wood", real(tools, ["legacy-bulk/wood*"], [auto, dict(unions=True), dict(cif="gfi", distances=True, net=True)], BY)
        yield "soya", real(tools, ["legacy-web-monthly/soya*"], [auto, dict(lag=1), dict(months=True, cif="auto")], BY[:5])
    for i in range(worlds if worlds is not None else 40 if long else 6):
        yield "world %d" % (seed + i), random_world(tools, seed + i)
    for i in range(worlds if worlds is not None else 40 if long else 6):
        yield "hostile world %d" % (seed + i), hostile_world(tools, seed + i)
