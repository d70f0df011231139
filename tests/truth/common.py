# SPDX-License-Identifier: GPL-3.0-or-later
"""What run_expected.py and random_worlds.py share: running the program and reading its tables."""
import csv, math, os, re, shlex, subprocess

SUMMARY = re.compile(r"^pairs: matched=(\d+) exporter_only=(\d+) importer_only=(\d+) export_usd=(\S+) import_usd=(\S+) gap_usd=(\S+)$")
THREE = ("secret", "below_threshold", "reported_zero")


def program(word):
    """argv of PROG: a path, or a command line in one word."""
    return [os.path.abspath(word)] if os.path.exists(word) else shlex.split(word)


class Failed(Exception):
    pass


def run(argv, ok=(0,), cwd=None, stdout=None, stderr=None, timeout=600):
    """(exit code, stdout, stderr) as bytes; stdout to a path where one is given."""
    out = open(stdout, "wb") if stdout else subprocess.PIPE
    try:
        p = subprocess.run(argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed("no end after %d s: %s" % (timeout, brief(argv)))
    finally:
        if stdout:
            out.close()
    if ok is not None and p.returncode not in ok:
        tail = p.stderr.decode("utf-8", "replace").strip().splitlines()[-2:]
        raise Failed("exit %d: %s: %s" % (p.returncode, brief(argv), " | ".join(tail)))
    return p.returncode, p.stdout, p.stderr


def brief(argv):
    s = " ".join(os.path.basename(a) if a.startswith("/") else a for a in argv)
    return s if len(s) < 300 else s[:300] + "..."


def number(s):
    return float(s) if s != "" else None


def close(a, b, tol=1e-9, scale=0.0):
    """Equal within tol relative; scale allows for what a difference of large numbers loses."""
    if a is None or b is None:
        return a is None and b is None
    return abs(a - b) <= tol * max(abs(a), abs(b)) or abs(a - b) <= 1e-13 * scale


def read_ledger(data):
    """{reason: (rows, value)}"""
    rows = list(csv.DictReader(data.decode().splitlines()))
    return {r["reason"]: (int(r["rows"]), number(r["value_usd"]) or 0.0) for r in rows}


def summary_line(stderr):
    for line in reversed(stderr.decode("utf-8", "replace").splitlines()):
        m = SUMMARY.match(line.strip())
        if m:
            return [int(m.group(i)) for i in (1, 2, 3)] + [float(m.group(i)) for i in (4, 5, 6)]
    return None


def check_summary(stderr, counts, export_usd, import_usd, gap_usd):
    """Complaints about the last line of `pairs` on stderr against the sums of its table."""
    line = summary_line(stderr)
    if line is None:
        return ["no line `pairs: matched=... gap_usd=...` on stderr"]
    want = [counts.get(k, 0) for k in ("matched", "exporter_only", "importer_only")]
    bad = []
    if line[:3] != want:
        bad.append("stderr says matched, exporter_only, importer_only = %s, the table has %s" % (line[:3], want))
    size = abs(export_usd) + abs(import_usd)
    for name, a, b in zip(("export_usd", "import_usd", "gap_usd"), line[3:], (export_usd, import_usd, gap_usd)):
        if not close(b, a, 1e-9, size):
            bad.append("stderr says %s=%r, the table adds up to %r" % (name, a, b))
    return bad


def fsum(v):
    return math.fsum(v)
