#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""report_check.py PROGRAM DATA - the page, its CSV files, the verbs' CSV and JSON, and the packed HDF5 file must tell
the same numbers, to the last bit.

Run on the synthetic sample and, where DATA holds it, on real wood. Ends with "N passed, N failed".
"""
import csv
import json
import math
import os
import re
import subprocess
import sys
import tempfile

try:
    import h5py
except ImportError:
    h5py = None

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PROGRAM, DATA = os.path.abspath(sys.argv[1]), sys.argv[2]
TOP = 700
passed = failed = 0


def check(name, good, why=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(("ok   " if good else "FAIL ") + name + ("" if good else f": {why}"))


def run(*args):
    done = subprocess.run([PROGRAM, *args, "-q"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(args)}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def rows(text):
    return list(csv.DictReader(text.splitlines()))


def page_tables(path):
    """Each table of the page as rows of texts and numbers."""
    with open(path, encoding="utf-8") as file:
        text = re.search(r'<script type="application/json" id="data">(.*?)</script>', file.read(), re.S).group(1)
    assert "<" not in text
    tables = {}
    for name, table in json.loads(text)["tables"].items():
        columns = {}
        for column in table["columns"]:
            values = column["values"]
            columns[column["name"]] = [column["texts"][v] for v in values] if "texts" in column else values
        tables[name] = [dict(zip(columns, row)) for row in zip(*columns.values())]
        assert len(tables[name]) == table["rows"], name
    return tables


def same(a, b):
    """Whether two fields are one: texts, or numbers to the last bit; None and "" are missing."""
    a, b = ("" if v is None or (isinstance(v, float) and math.isnan(v)) else v for v in (a, b))
    if isinstance(a, str) and isinstance(b, str) and a == b:
        return True
    if isinstance(a, str) and a.startswith("'") and a[1:] == b:  # made safe for spreadsheets
        return True
    try:
        return a != "" and b != "" and float(a) == float(b)
    except ValueError:
        return False


def compare(name, first, second, columns=None):
    if len(first) != len(second):
        return check(name, False, f"{len(first)} and {len(second)} rows")
    for i, (a, b) in enumerate(zip(first, second)):
        for column in columns or a:
            if not same(a[column], b[column]):
                return check(name, False, f"row {i}, {column}: {a[column]!r} and {b[column]!r}")
    return check(name, len(first) > 0, "no row")


def packed(path, group, n):
    """The first rows of a group of the packed file, its columns as texts or floats."""
    with h5py.File(path, "r") as file:
        columns = {}
        for name, data in file[group].items():
            columns[name] = [v.decode() if isinstance(v, bytes) else float(v) for v in data[:n]]
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def look_at(name, source, work):
    folder = os.path.join(work, "report")
    run("report", *source, "-o", folder, "--top", str(TOP))
    page = page_tables(os.path.join(folder, "index.html"))
    files = {}
    for table in page:
        with open(os.path.join(folder, "data", table + ".csv"), encoding="utf-8", newline="") as file:
            files[table] = list(csv.DictReader(file))
        compare(f"{name}: page and data/{table}.csv", files[table], page[table])
    verbs = {"scores": ("scores", "--names", "--limit", str(TOP)), "series": ("gaps", "--by", "period"),
             "coverage": ("info", "--coverage"), "ledger": ("ledger",), "reliability": ("reliability",),
             "sources": ("info", "--sources")}
    for table, verb in verbs.items():
        text = run(verb[0], *source, *verb[1:])
        with open(os.path.join(folder, "data", table + ".csv"), encoding="utf-8", newline="") as file:
            check(f"{name}: data/{table}.csv is what `{' '.join(verb)}` prints, byte for byte", file.read() == text)
        compare(f"{name}: `{' '.join(verb)}` as JSON", rows(text),
                json.loads(run(verb[0], *source, *verb[1:], "--format", "json")))
    scores = rows(run("scores", *source, "--names"))
    compare_counts(name, scores, files)
    compare_package(name, folder, files)
    if h5py is not None:
        pack = os.path.join(work, "all.h5")
        run("pack", *source, "-o", pack)
        compare(f"{name}: page and /scores of the HDF5 file", packed(pack, "scores", TOP), page["scores"],
                [c for c in page["scores"][0] if c not in ("exporter_name", "importer_name", "commodity")])


def compare_counts(name, scores, files):
    """Silences and summary from all scores, added up in another way."""
    found = {}
    for row in scores:
        c = found.setdefault((row["status"], row["silence"]), [0, [], 0])
        c[0] += 1
        c[1].append(max(float(row[side]) for side in ("export_usd", "import_fob_usd") if row[side] != ""))
        c[2] += row["q"] != "" and float(row["q"]) <= 0.1
    good = len(found) == len(files["silences"]) and all(
        found[row["status"], row["silence"]][0] == int(row["flows"])
        and found[row["status"], row["silence"]][2] == int(row["surprising"])
        and math.isclose(math.fsum(found[row["status"], row["silence"]][1]), float(row["value_usd"]), rel_tol=1e-12)
        for row in files["silences"])
    check(f"{name}: silences are counts and sums of all scores", good)
    summary = {row["measure"]: float(row["value"]) for row in files["summary"]}
    check(f"{name}: the summary counts all flows", summary["flows"] == len(scores))
    check(f"{name}: and those with q <= 0.1", summary["surprising"] == sum(c[2] for c in found.values()))
    called = {(r["period"], r["exporter"], r["importer"], r["hs"]) for r in scores
              if r["q"] != "" and float(r["q"]) <= 0.1 and any(
                  r[s] != "" and float(r[s]) > 0 for s in ("export_usd", "import_fob_usd"))}
    drawn = {(r["period"], r["exporter"], r["importer"], r["hs"]) for r in files["scatter"]}
    check(f"{name}: every flow with q <= 0.1 is in the scatter", called <= drawn, f"{len(called - drawn)} are not")
    flows = {(r["exporter"], r["importer"], r["hs"]) for r in scores[:TOP]}
    history = [r for r in scores if (r["exporter"], r["importer"], r["hs"]) in flows]
    compare(f"{name}: histories have every period of the first flows",
            sorted(files["histories"], key=flow_key), sorted(history, key=flow_key), list(files["histories"][0]))


def flow_key(row):
    return row["exporter"], row["importer"], row["hs"], row["period"]


def compare_package(name, folder, files):
    with open(os.path.join(folder, "datapackage.json"), encoding="utf-8") as file:
        package = json.load(file)
    good = {r["name"] for r in package["resources"]} == set(files)
    for resource in package["resources"]:
        with open(os.path.join(folder, resource["path"]), encoding="utf-8") as file:
            good = good and file.readline().rstrip("\n").split(",") == [f["name"] for f in resource["schema"]["fields"]]
        for field in resource["schema"]["fields"]:
            if field["type"] == "number":
                for row in files[resource["name"]]:
                    if row[field["name"]] != "":
                        float(row[field["name"]])
    check(f"{name}: datapackage.json names every file and column, and numbers are numbers", good)
    with open(os.path.join(folder, "provenance.json"), encoding="utf-8") as file:
        provenance = json.load(file)
    check(f"{name}: provenance.json has the sources' hashes",
          [s["hash"] for s in provenance["sources"]] == [s["hash"] for s in files["sources"]])


def main():
    with tempfile.TemporaryDirectory() as work:
        look_at("sample", ("-i", os.path.join(ROOT, "datasets", "sample")), work)
    wood = os.path.join(DATA, "legacy-bulk", "wood_hs44_2005_2013.csv.gz")
    left = 0
    if os.path.exists(wood):
        with tempfile.TemporaryDirectory() as work:
            look_at("wood", ("-i", wood), work)
    else:
        left = 1
        print("skip wood: left out, there is no real data")
    if h5py is None:
        print("skip HDF5: left out, there is no h5py")
        left += 1
    print(f"{passed} passed, {failed} failed" + (f", {left} skipped" if left else ""))
    return failed > 0


sys.exit(main())
