#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for mirrorgap made of the oracle, to test the testers: they must pass with it, and fail with FAKE_BUG set.

FAKE_BUG: conflict (the first of two conflicting rows stays), gap, silence, order, threads, sequence, score, ledger, crash
"""
import io, json, os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import oracle

BUG = os.environ.get("FAKE_BUG", "")


def main(argv):
    verb, rest, store, files, options = argv[0], [], None, [], {}
    it = iter(argv[1:])
    for a in it:
        if a in ("-q", "-v"):
            continue
        if a in ("-s", "-@", "--cif", "--harmonise", "--level", "--freq", "--model", "--max-bad"):
            options[a] = next(it)
        elif a == "-i":
            options["-i"] = True
        else:
            rest.append(a)
    if verb == "ingest":
        os.makedirs(options["-s"], exist_ok=True)
        path = os.path.join(options["-s"], "files.json")
        old = json.load(open(path)) if os.path.exists(path) else []
        new = [os.path.abspath(f) for f in rest]
        json.dump(new + old if BUG == "sequence" else old + new, open(path, "w"))
        return 0
    files = rest if "-i" in options else json.load(open(os.path.join(rest[0], "files.json")))
    if BUG == "crash":
        os.abort()
    world = oracle.World(files, oracle.find_reference())
    if BUG == "conflict":
        for k, rows in world.rows.items():
            if k in world.obs and len(rows) == 2 and rows[0][0] is None and rows[1][0] is None:
                r = rows[0]
                world.obs[k] = (r[1], r[2], r[3], r[4], r[5], r[6], False)
    out = io.StringIO()
    code = 0
    if verb == "ledger":
        oracle.write_ledger(out, world)
    elif verb == "dump":
        oracle.write_table(out, oracle.DUMP_COLUMNS, oracle.dump_rows(world))
        code = 0 if world.obs else 3
    elif verb == "scores":
        rows = world.scores(int(options.get("--level", 6)), options.get("--freq"))
        if BUG == "score" and rows:
            rows[0]["z_cp"] += 1e-6
        oracle.write_table(out, oracle.SCORE_COLUMNS, rows)
        code = 0 if rows else 3
    else:
        cif = options.get("--cif", "none")
        rows = list(world.pairs(None if cif == "none" else float(cif.split(":")[1])))
        for r in rows:
            if r["status"] == "matched" and r["gap_low"] < 0 < r["gap_high"]:
                r["flags"] = "sign_unstable"
            fp = r["freq"] + r["period"]
            for key in ((fp, r["exporter"], r["importer"], "X", r["hs"]), (fp, r["importer"], r["exporter"], "M", r["hs"])):
                for ed in range(-1, 7):
                    o = world.obs.get(key + (ed,))
                    if o and o[6] and "rebuilt" not in (r["flags"] or ""):
                        r["flags"] = (r["flags"] + ";" if r["flags"] else "") + "rebuilt"
        if BUG == "gap" and rows and cif != "none":
            for r in rows:
                if r["gap_usd"]:
                    r["gap_usd"] *= 1 + 1e-7
                    break
        if BUG == "silence":
            for r in rows:
                if r["silence"] == "reported_zero":
                    r["silence"] = "not_reporting"
                    break
        if BUG == "order" and len(rows) > 1:
            rows[0], rows[1] = rows[1], rows[0]
        if BUG == "threads" and options.get("-@") == "4":
            rows = rows[:-1]
        oracle.write_table(out, oracle.PAIR_COLUMNS, rows)
        n = {s: sum(1 for r in rows if r["status"] == s) for s in ("matched", "exporter_only", "importer_only")}
        import math
        add = lambda c: math.fsum(r[c] for r in rows if r[c] is not None)
        sys.stderr.write("pairs: matched=%d exporter_only=%d importer_only=%d export_usd=%r import_usd=%r gap_usd=%r\n" % (
            n["matched"], n["exporter_only"], n["importer_only"], add("export_usd"), add("import_usd"), add("gap_usd")))
        code = 0 if world.obs else 3
    text = out.getvalue()
    if BUG == "ledger" and verb == "ledger":
        text = text.replace("breakdown", "rebuilt")
    sys.stdout.write(text)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
