# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures of cells (CONTRACT 5) and sums of gaps (METHODS 4.4, 4.5, rollup.h), as dicts by column; None is missing."""
import math
from mirror_cells import level_of
from mirror_margins import rows_of


class Measured:
    """A cell with its measures."""
    __slots__ = ("c", "status", "margin", "source", "fob", "gap", "low", "high", "log_gap", "rel_gap", "log_qty", "log_price",
                 "agreement", "estimated", "flags")

    def __init__(self, c, margins, quantities):
        self.c, self.flags = c, set(c.notes)
        self.margin = self.source = self.fob = self.gap = self.low = self.high = self.log_gap = self.rel_gap = None
        self.log_qty = self.log_price = self.agreement = None
        self.estimated = False
        x, m = c.x, c.m
        self.status = "exporter_only" if m is None else "importer_only" if x is None else "matched"
        if m is not None:
            self.margin, self.source, self.fob, low, high = margins.apply(c)
        if x is None or m is None:
            self.rel_gap = 1.0 if x is None else -1.0
            return
        self.gap, self.low, self.high = self.fob - x.value, low - x.value, high - x.value
        if self.fob > 0 and x.value > 0:
            self.log_gap = math.log(self.fob / x.value)
        if self.fob + x.value > 0:
            self.rel_gap = self.gap / (self.fob + x.value)
        q = quantities.compare(x, m)
        if q:
            self.log_qty, self.agreement = math.log(q[1] / q[0]), min(q[:2]) / max(q[:2])
            if q[2]:
                self.estimated = True
                self.flags.add("estimated_quantity")
            if self.log_gap is not None:
                self.log_price = self.log_gap - self.log_qty
        if self.low < 0 < self.high:
            self.flags.add("sign_unstable")

    def row(self):
        """Columns of `pairs` that are numbers or text to compare; the iso3 columns are checked elsewhere."""
        c, x, m = self.c, self.c.x, self.c.m
        ed = lambda s: "" if s is None else "HS" if s.edition < 0 else "H%d" % s.edition
        return dict(level=level_of(c.hs), edition_x=ed(x), edition_m=ed(m), status=self.status, silence=c.silence,
                    export_usd=x and x.value, import_usd=m and m.value, margin=self.margin, margin_source=self.source or "",
                    import_fob_usd=self.fob, gap_usd=self.gap, gap_low=self.low, gap_high=self.high, log_gap=self.log_gap,
                    rel_gap=self.rel_gap, export_kg=x and x.kg, import_kg=m and m.kg, log_qty_gap=self.log_qty,
                    log_price_gap=self.log_price, qty_agreement=self.agreement, flags=self.flags)


KEYS = ("exporter", "importer", "pair", "country", "period", "year", "hs2", "hs4", "hs6", "section", "exporter_region",
        "importer_region", "region")


class Keys:
    def __init__(self, ref, places):
        self.section = {r["hs2"]: r["section"] for r in rows_of(ref, "chapters.csv")}
        self.region = {c: r["region"] for c, r in places.area.items()}

    def of(self, by, m):
        """[(key, tells of the importer, tells of the exporter)] of a cell."""
        c, out = m.c, []
        two_sided = "country" in by
        for side in ("importer", "exporter") if two_sided else ("both",):
            key = []
            for k in by:
                key += self.part(k, c, c.importer if side == "importer" else c.exporter)
            out.append((tuple(key), side != "exporter", side != "importer"))
        return out

    def part(self, k, c, country):
        if k == "pair":
            return [c.exporter, c.importer]
        if k in ("exporter", "importer"):
            return [getattr(c, k)]
        if k == "country":
            return [country]
        if k == "period":
            return [c.period]
        if k == "year":
            return [c.period[:4]]
        if k in ("hs2", "hs4", "hs6"):  # empty where the cell is no finer
            return ["" if level_of(c.hs) < int(k[2]) else c.hs if k == "hs6" else c.hs[:int(k[2])]]
        if k == "section":
            return [self.section.get(c.hs[:2], "")]
        if k == "region":
            return [self.region.get(c.exporter, ""), self.region.get(c.importer, "")]
        return [self.region.get(getattr(c, k.split("_")[0]), "")]


def finest(measured, freq=None):
    """The cells that `gaps` sums: of one frequency (annual where there is any), the finest level filed."""
    length = {"A": 4, "M": 6}.get(freq) or min(len(m.c.period) for m in measured)
    cells = [m for m in measured if len(m.c.period) == length]
    level = max(level_of(m.c.hs) for m in cells)
    return [m for m in cells if level_of(m.c.hs) == level]


def nets_out(pairs_of_heading, gross):
    return None if gross == 0 else 1 - math.fsum(abs(math.fsum(v)) for v in pairs_of_heading.values()) / gross


def gaps(measured, by, keys):
    """{key: columns} of `gaps --by`; "_scale" is the size of what was added up."""
    groups = {}
    for m in measured:
        for key, importer, exporter in keys.of(by, m):
            groups.setdefault(key, []).append((m, importer, exporter))
    return {k: summed(v) for k, v in groups.items()}


def summed(told):
    out = {s: 0 for s in ("matched", "exporter_only", "importer_only")}
    x_all, m_all, x_matched, m_matched, gap, weighted = [], [], [], [], [], []
    low, high = [], []
    signs = {s: [] for s in ("import_over_usd", "import_under_usd", "export_over_usd", "export_under_usd")}
    within, gross, split = {2: {}, 4: {}}, {2: [], 4: []}, []
    for m, importer, exporter in told:
        out[m.status] += 1
        c = m.c
        if c.x:
            x_all.append(c.x.value)
        if c.m:
            m_all.append(m.fob)
        if m.status != "matched":
            continue
        x_matched.append(c.x.value)
        m_matched.append(m.fob)
        gap.append(m.gap)
        low.append(m.low)
        high.append(m.high)
        if importer:
            signs["import_over_usd" if m.gap > 0 else "import_under_usd"].append(abs(m.gap))
        if exporter:
            signs["export_under_usd" if m.gap > 0 else "export_over_usd"].append(abs(m.gap))
        if m.agreement is not None:
            weighted.append(m.gap * m.agreement)
        for n in (2, 4):
            if level_of(c.hs) > n:
                side = (importer, exporter)
                within[n].setdefault((c.exporter, c.importer, c.period, c.hs[:n], side), []).append(m.gap)
                gross[n].append(abs(m.gap))
        if m.log_gap is not None and m.log_qty is not None and not m.estimated:
            split.append((m.log_gap, m.log_qty))
    add = math.fsum
    modelled = add(m.fob for m, _, _ in told if m.c.m and m.source in ("baci", "gfi", "fit"))
    out.update(modelled_share=modelled / add(m_all) if add(m_all) > 0 else None, net_low_usd=add(low), net_high_usd=add(high), cells=len(told), export_usd=add(x_all), import_fob_usd=add(m_all),
               coverage_export=add(x_matched) / add(x_all) if add(x_all) > 0 else None,
               coverage_import=add(m_matched) / add(m_all) if add(m_all) > 0 else None,
               net_gap_usd=add(gap), gross_positive_usd=add(g for g in gap if g > 0),
               gross_negative_usd=-add(g for g in gap if g < 0) + 0.0, weighted_gap_usd=add(weighted) if weighted else None, weighted_cells=len(weighted),
               misclassification_hs4=nets_out(within[4], add(gross[4])), misclassification_hs2=nets_out(within[2], add(gross[2])),
               split_cells=len(split), **{k: add(v) for k, v in signs.items()})
    out["quantity_share"], out["price_share"], out["_loose"] = shares(split)
    out["_scale"] = add(abs(v) for v in x_all + m_all)
    return out


def shares(split):
    """Cov(g, g_q) / Var(g) and the rest of 1; how far the rounding of sums (sum.h: each term to 2^-50) may take them apart."""
    if len(split) < 2:
        return None, None, 0.0
    n = len(split)
    mean_g, mean_q = math.fsum(g for g, _ in split) / n, math.fsum(q for _, q in split) / n
    var = math.fsum((g - mean_g) ** 2 for g, _ in split)
    if var == 0:
        return None, None, 0.0
    share = math.fsum((g - mean_g) * (q - mean_q) for g, q in split) / var
    size = math.fsum(g * g + abs(g * q) for g, q in split)
    return share, 1 - share, (n * 2.0 ** -49 + 1e-15 * size) * (1 + abs(share)) / var
