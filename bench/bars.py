# SPDX-License-Identifier: GPL-3.0-or-later
"""bars.py - the bars of docs/performance.md: what each needs to be run, and its value.

A job is (engine, mode, layout, rows); `measured` maps it to its runs, one a round.
"""
import csv
import math

from measure import median

MB = 1e6
# number: (what, must, aim, whether more is better, unit)
BARS = {
    "P1": ("ingest: DuckDB's CPU over ours", 2.5, 6, True, "x"),
    "P2": ("ingest: Polars' CPU over ours", 1.5, 3.5, True, "x"),
    "P3": ("scores from the store: best peer's CPU over ours", 4, 10, True, "x"),
    "P4": ("CSV to ranking: best peer's CPU over ours", 4, 8, True, "x"),
    "P5": ("CSV to ranking: DuckDB's CPU over ours", 5.5, 12, True, "x"),
    "P6": ("ingest and scores: best peer's CPU over ours", 2.5, 5, True, "x"),
    "P7": ("parser: libcsv's CPU over ours", {"full": 6, "compact": 4}, {"full": 12, "compact": 8}, True, "x"),
    "P8": ("portable parser: libcsv's CPU over ours", {"full": 3, "compact": 2}, {"full": 5, "compact": 3.5}, True, "x"),
    "P9": ("parser: instructions a row over libcsv's", 0.13, 0.07, False, ""),
    "P10": ("peak memory of ingest", 160, 64, False, "MB"),
    "P11": ("peak memory of CSV to ranking over input", {"full": 0.25, "compact": 0.5},
            {"full": 0.10, "compact": 0.25}, False, ""),
    "P12": ("store's bytes over Polars' Parquet", 1.0, 0.75, False, ""),
    "P13": ("growth exponent of CPU, CSV to ranking", 1.05, 1.0, False, ""),
    "P14": ("worst difference from DuckDB's top 1000", 1e-9, 1e-12, False, ""),
}
OWN = "mirrorgap"
# Bars of the scenes "full" and "compact": the modes that must run for them.
MODES = {"P1": ["ingest"], "P2": ["ingest"], "P3": ["ingest", "compute"], "P4": ["e2e"], "P5": ["e2e"],
         "P6": ["ingest", "compute"], "P11": ["e2e"], "P12": ["ingest"], "P14": ["ingest", "compute", "e2e"]}
COMPARED = {"P1": ["ingest"], "P2": ["ingest"], "P3": ["compute"], "P4": ["e2e"], "P5": ["e2e"],
            "P6": ["ingest", "compute"]}  # the modes whose CPU a ratio adds up
ONLY = {"P1": ["duckdb"], "P2": ["polars"], "P5": ["duckdb"], "P11": [], "P12": ["polars"], "P14": ["duckdb"]}
LAYOUTS = {"P1": ["full"]}  # elsewhere both


def jobs_of(bar, engines, sizes):
    """The jobs that a bar needs, in the order in which they can run."""
    if bar == "P10":
        return [(OWN, "ingest", "compact", n) for n in sizes["memory"]]
    if bar == "P13":
        return [(OWN, "e2e", "compact", n) for n in sizes["growth"]]
    if bar in ("P7", "P8", "P9"):
        return []
    wanted = [OWN] + [e for e in ONLY.get(bar, engines) if e in engines]
    return [(e, mode, layout, sizes[layout]) for layout in LAYOUTS.get(bar, ["full", "compact"])
            for mode in MODES[bar] for e in wanted]


def ratios(measured, engine, modes, layout, rows):
    """The engine's CPU over ours, round by round, or None where a job is missing."""
    def cpu(who):
        runs = [measured.get((who, mode, layout, rows)) for mode in modes]
        return [sum(r["cpu"] for r in round_) for round_ in zip(*runs)] if all(runs) else None
    theirs, ours = cpu(engine), cpu(OWN)
    return [t / o for t, o in zip(theirs, ours)] if theirs and ours else None


def read_top(path):
    """A ranking by key: exporter, importer, commodity, period -> the figures."""
    alias = {"hs": "cmd", "export_usd": "x", "import_usd": "m", "gap_usd": "gap", "log_gap": "lr"}
    with open(path, newline="", encoding="utf-8") as f:
        rows = csv.reader(f)
        names = [alias.get(n, n) for n in next(rows)]
        at = [names.index(n) for n in ("exporter", "importer", "cmd", "period")]
        figures = [names.index(n) for n in ("x", "m", "gap", "lr", "z_cp", "z_ts", "score")]
        return {tuple(int(float(row[i])) for i in at): [float(row[i]) for i in figures] for row in rows}


def disagreement(path, reference):
    """Worst difference of two rankings, relative above 1; inf where keys or order differ."""
    ours, theirs = read_top(path), read_top(reference)
    if not theirs or list(ours) != list(theirs):
        return math.inf
    return max(abs(a - b) / max(1.0, abs(b)) for key, row in theirs.items() for a, b in zip(ours[key], row))


class Judge:
    """Values of the bars from what was measured."""

    def __init__(self, state, sizes):
        self.measured, self.parser, self.instructions = state["measured"], state["parser"], state["instructions"]
        self.bytes, self.tops, self.engines, self.sizes = state["bytes"], state["tops"], state["engines"], sizes

    def cases(self, bar):
        """(case, values of the rounds, how to tell them apart from the bar's name)."""
        if bar in ("P7", "P8"):
            way = "best" if bar == "P7" else "portable"
            for layout, rounds in self.parser.items():
                yield layout, [r["libcsv"] / r[way] for r in rounds]
        elif bar == "P9":
            if self.instructions:
                yield "full", [self.instructions["ratio"]]
        elif bar == "P10":
            for job in jobs_of(bar, [], self.sizes):
                yield from self.one(job, "compact %.0e" % job[3], lambda job, r: r["rss_mb"])
        elif bar == "P13":
            yield from self.exponent()
        else:
            for layout in LAYOUTS.get(bar, ["full", "compact"]):
                yield from self.compared(bar, layout, self.sizes[layout])

    def one(self, job, case, value):
        if self.measured.get(job):
            yield case, [value(job, r) for r in self.measured[job]]

    def exponent(self):
        small, large = (self.measured.get(job) for job in jobs_of("P13", [], self.sizes))
        if small and large:
            decades = math.log10(self.sizes["growth"][1] / self.sizes["growth"][0])
            yield "compact", [math.log10(b["cpu"] / a["cpu"]) / decades for a, b in zip(small, large)]

    def compared(self, bar, layout, rows):
        if bar == "P11":
            def share(job, run):
                return run["rss_mb"] * 2**20 / self.bytes[job[2:]]
            jobs = [(OWN, "e2e", layout, rows)]
            if layout == "compact":  # and the largest, where the constant part weighs least
                jobs.append((OWN, "e2e", layout, self.sizes["growth"][1]))
            for job in jobs:
                yield from self.one(job, "%s %.0e" % (layout, job[3]), share)
        elif bar == "P12":
            stores = [self.measured.get((e, "ingest", layout, rows)) for e in (OWN, "polars")]
            if all(stores):
                yield layout, [a["store_bytes"] / b["store_bytes"] for a, b in zip(*stores)]
        elif bar == "P14":
            for mode in "e2e", "compute":
                paths = self.tops.get((OWN, mode, layout, rows)), self.tops.get(("duckdb", "e2e", layout, rows))
                if all(paths):
                    yield "%s %s" % (layout, mode), [disagreement(*paths)]
        else:
            engines = [e for e in ONLY.get(bar, self.engines) if e in self.engines]
            found = [(e, ratios(self.measured, e, COMPARED[bar], layout, rows)) for e in engines]
            found = [(median(r), e, r) for e, r in found if r]
            if found:
                _, best, rounds = min(found)
                yield "%s, %s" % (layout, best), rounds

    def verdicts(self, bars):
        """One dictionary a bar and case; a bar without figures says so."""
        for bar in bars:
            what, must, aim, more, unit = BARS[bar]
            judged = 0
            for case, values in self.cases(bar):
                layout = case.replace(",", " ").split()[0]
                need = must[layout] if isinstance(must, dict) else must
                goal = aim[layout] if isinstance(aim, dict) else aim
                value = max(values) if bar in ("P10", "P11") else median(values)
                judged += 1
                yield {"bar": bar, "what": what, "case": case, "value": value, "low": min(values),
                       "high": max(values), "rounds": len(values), "must": need, "aim": goal, "unit": unit,
                       "more": more, "met": value >= need if more else value <= need,
                       "aim_met": value >= goal if more else value <= goal}
            if not judged:
                yield {"bar": bar, "what": what, "case": "", "value": None, "met": None}
