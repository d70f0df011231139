# SPDX-License-Identifier: GPL-3.0-or-later
"""measure.py - what run and growth share: building, inputs, peers, and one measured process."""
import datetime
import glob
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(HERE)
SCORES = "--model robust-z --cif none --harmonise none --level 6 --limit 1000".split()
FIRST_YEAR, YEARS = 2013, 10  # of our own inputs, as of the peers' generator


def default_work():
    return os.path.join(REPO, "build", "bench")


def median(values):
    return statistics.median(values)


def size_of(path):
    """Bytes of a file, or of all files in a folder."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(path) for f in files)


def delete(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def warm(path):
    """Reads a file, or all of a folder, into the page cache."""
    files = [path] if os.path.isfile(path) else glob.glob(os.path.join(path, "**"), recursive=True)
    for name in filter(os.path.isfile, files):
        with open(name, "rb", buffering=0) as f:
            while f.read(1 << 20):
                pass


class Failed(Exception):
    """A command that did not do its job; says where its talk is."""


def tail(log, lines=5):
    with open(log, encoding="utf-8", errors="replace") as f:
        return "".join("    | " + line for line in f.read().splitlines(True)[-lines:]).rstrip()


def call(command, log, **options):
    """Runs a command whose cost is of no interest."""
    with open(log, "w", encoding="utf-8") as f:
        code = subprocess.run(command, stdout=f, stderr=subprocess.STDOUT, check=False, **options).returncode
    if code:
        raise Failed("'%s' ended with %d (log: %s)\n%s" % (" ".join(command), code, log, tail(log)))


def run_process(command, log, env=None):
    """Runs a command to its end: CPU s (user + system), wall s, peak resident MB."""
    with open(log, "w", encoding="utf-8") as f:
        begin = time.monotonic()
        child = subprocess.Popen(command, env=dict(os.environ, **(env or {})), stdin=subprocess.DEVNULL,
                                 stdout=f, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failed("'%s' ended with %d\n%s" % (" ".join(command), child.returncode, tail(log)))
    return {"cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "rss_mb": usage.ru_maxrss / 1024}


def pairs_of(text):
    """Lines of name=value as dictionaries; numbers as numbers."""
    def value(v):
        try:
            return float(v)
        except ValueError:
            return v
    return [{k: v if k == "checksum" else value(v) for k, v in re.findall(r"(\w+)=(\S+)", line)}
            for line in text.splitlines() if "=" in line]


def output_of(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed("'%s' ended with %d: %s" % (" ".join(command), done.returncode, done.stderr.strip()))
    return done.stdout


class Programs:
    """mirrorgap and the programs of this folder, built as people run them."""

    def __init__(self, work):
        build = os.path.join(work, "release")
        log = os.path.join(work, "build.log")
        ninja = ["-G", "Ninja"] if shutil.which("ninja") and not os.path.exists(build) else []
        call(["cmake", "-S", REPO, "-B", build, *ninja, "-DCMAKE_BUILD_TYPE=Release", "-DMIRRORGAP_TESTS=OFF",
              "-DMIRRORGAP_BENCH=ON"], log)
        call(["cmake", "--build", build, "-j", str(os.cpu_count())], log)
        self.mirrorgap = os.path.join(build, "mirrorgap")
        self.parser, self.limits, self.rows = (
            os.path.join(build, "bench", "bench-" + name) for name in ("parser", "limits", "rows"))


class Peers:
    """The rivals' programs and their generator, installed in the work folder."""
    WAYS = {"duckdb": ["node", "duckdb.js"], "polars": ["node", "polars.js"], "chdb": ["node", "chdb.js"],
            "r": ["Rscript", "datatable.R"], "pandas": ["/usr/bin/python3", "pandas_peer.py"]}
    # these two load the file first for a self-join: their faster way
    FASTER = {("duckdb", "e2e"): "e2emem", ("chdb", "e2e"): "e2emem"}

    def __init__(self, source, work, engines):
        self.folder, self.engines, self.generator, self.why = os.path.join(work, "peers"), [], None, None
        if not os.path.isfile(os.path.join(source, "package.json")):
            self.why = "there is no folder '%s'; --peers or MIRRORGAP_PEERS names it" % source
            return
        os.makedirs(self.folder, exist_ok=True)
        for name in os.listdir(source):
            if os.path.isfile(os.path.join(source, name)):
                delete(os.path.join(self.folder, name))
                shutil.copyfile(os.path.join(source, name), os.path.join(self.folder, name))
        log = os.path.join(work, "peers.log")
        try:
            generator = os.path.join(self.folder, "gen")
            call(["cc", "-O2", "-o", generator, generator + ".c", "-lm"], log)
            self.generator = generator
            call(["npm", "install", "--no-audit", "--no-fund"], log, cwd=self.folder, timeout=600)
            self.engines = engines
        except (Failed, OSError, subprocess.TimeoutExpired) as e:
            self.why = str(e)

    def command(self, engine, mode, given, out):
        program, script = self.WAYS[engine]
        return [program, os.path.join(self.folder, script), given, out, self.FASTER.get((engine, mode), mode)]

    def versions(self):
        """What node has installed, by package."""
        found = {}
        for package in sorted(json.load(open(os.path.join(self.folder, "package.json")))["dependencies"]):
            path = os.path.join(self.folder, "node_modules", package, "package.json")
            if self.engines and os.path.exists(path):
                with open(path, encoding="utf-8") as f:
                    found[package] = json.load(f)["version"]
        return found


def make_input(programs, peers, layout, rows, path):
    """A CSV file of that many rows: by the peers' generator, else by our own."""
    if peers.generator:
        command = [peers.generator, "-r", str(rows), "-f", layout]
    else:
        command = [programs.rows, "-f", layout, "-r", str(rows // YEARS), "-y", str(FIRST_YEAR), "-n", str(YEARS)]
    with open(path, "wb") as f:
        done = subprocess.run(command, stdout=f, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Failed("'%s' ended with %d: %s" % (" ".join(command), done.returncode, done.stderr.decode()))


def first_line(command):
    try:
        return output_of(command).splitlines()[0]
    except (OSError, Failed, IndexError):
        return "unknown"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        info = f.read()
    with open("/proc/meminfo", encoding="utf-8") as f:
        memory = int(re.search(r"MemTotal: +(\d+)", f.read())[1])
    name = re.search(r"model name\s*: (.*)", info)
    flags = (re.search(r"flags\s*: (.*)", info) or [""] * 2)[1].split()
    with open("/etc/os-release", encoding="utf-8") as f:
        system = re.search(r'PRETTY_NAME="(.*)"', f.read())
    return {"cpu": name[1] if name else platform.machine(), "cores": os.cpu_count(),
            "simd": [f for f in ("avx2", "pclmulqdq", "avx512bw") if f in flags],
            "memory_gib": round(memory / 2**20, 1), "system": system[1] if system else platform.system(),
            "kernel": platform.release()}


def about(programs):
    """Where, when and of what the figures are."""
    commit = first_line(["git", "-C", REPO, "describe", "--always", "--dirty", "--abbrev=10"])
    return {"date": datetime.date.today().isoformat(), "machine": machine(), "commit": commit,
            "mirrorgap": first_line([programs.mirrorgap, "--version"]),
            "compiler": first_line(["cc", "--version"])}
