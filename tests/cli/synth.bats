#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# synth: the same bytes, files that every reader takes, anomalies that are there.

load helper

five=hidden,quantity,price,unit_error,partner_swap
small=(--seed 11 --reporters 12 --commodities 25 --periods 3)

# The truth with the kind first, without its header.
truth() {
    tail -n +2 "$1/truth.csv"
}

@test "the same arguments give the same bytes, with any number of threads" {
    mirrorgap synth -q -o a "${small[@]}" -@ 1
    mirrorgap synth -q -o b "${small[@]}" -@ 4
    mirrorgap synth -q -o c "${small[@]}"
    diff -r a b
    diff -r a c
    mirrorgap synth -q -o d --seed 12 --reporters 12 --commodities 25 --periods 3
    run -1 cmp -s a/plus-2014.csv d/plus-2014.csv
}

@test "these bytes are the same on every machine" {
    # without names, which the country table may change
    mirrorgap synth -q -o w --seed 1 --reporters 6 --commodities 20 --periods 2014:2015 \
        --layout plus-bulk --share 0.1 --kinds "$five"
    cat w/*.txt w/truth.csv | sha256sum >got.txt
    cat got.txt
    grep -q "^f46c4c036dac40a3ae760edfb2624da7efa0750ff479e0ea03329f5f21522f2a " got.txt
}

@test "nothing but the files is left in the folder, temporary ones least" {
    mirrorgap synth -q -o w "${small[@]}"
    [ "$(ls -A w)" = "plus-2014.csv
plus-2015.csv
plus-2016.csv
truth.csv" ]
}

@test "every layout ingests, no row is malformed, the identities hold" {
    for layout in plus legacy-web plus-bulk; do
        mirrorgap synth -q -o "w-$layout" "${small[@]}" --layout "$layout"
        mirrorgap ingest -q -s "s-$layout" "w-$layout"
        mirrorgap ledger "s-$layout" -q >ledger.csv
        grep -q '^kept,' ledger.csv
        run -1 grep '^malformed,' ledger.csv
        mirrorgap pairs "s-$layout" -q -o "$layout.csv" 2>said.txt
        grep -c '^identity:' said.txt
        run -1 grep BROKEN said.txt
        mirrorgap ledger "s-$layout" -q --controls >breaks.csv || [ $? -eq 3 ]
        [ "$(wc -l <breaks.csv)" -le 1 ]
    done
    # the layouts say the same
    cmp plus.csv plus-bulk.csv
    cmp plus.csv legacy-web.csv
    compgen -G 'w-plus-bulk/COMTRADE-FINAL-CA1562014H4\[2015-??-??\].txt'
    diff w-plus/truth.csv w-plus-bulk/truth.csv
}

@test "what truth.csv lists is in the data" {
    mirrorgap synth -q -o w --seed 3 --reporters 20 --commodities 40 --share 0.03
    mirrorgap pairs -q -i w --level 6 --cif none --harmonise none -o pairs.csv 2>/dev/null
    "$PYTHON" - <<'PY'
import csv, collections
moved = {"hidden", "partner_swap", "relabel"}
pairs = {(p["period"], p["exporter"], p["importer"], p["hs"]): p
         for p in csv.DictReader(open("pairs.csv", newline=""))}
seen = collections.Counter()
for t in csv.DictReader(open("w/truth.csv", newline="")):
    key = (t["period"], t["exporter"], t["importer"], t["hs"])
    p = pairs[key]  # a cell that neither side files must not be planted
    mine, status = ("export_usd", "importer_only") if t["side"] == "export" else \
                   ("import_usd", "exporter_only")
    note = dict(w.split("=") for w in t["note"].split() if "=" in w)
    if t["kind"] in moved:
        assert p["status"] == status and t["reported_usd"] == "", t
    else:
        assert p["status"] == "matched", t
        assert float(p[mine]) == float(t["reported_usd"]), (t, p)
    share = float(t["reported_usd"] or "nan") / float(t["true_usd"])
    if t["kind"] == "quantity":
        assert 0.199 < share < 0.601, t
    if t["kind"] == "price":
        assert 0.299 < share < 0.701, t
    if t["kind"] == "unit_error":
        assert share == 1 and "10^" in t["note"], t
    if t["kind"] in ("reroute", "time_shift"):
        assert abs(1 - share - float(note["share"])) < 0.01, t
    if t["kind"] == "rounding":
        assert len(t["reported_usd"].strip("0.")) == 1 and share != 1, t
    # where it went
    wrong = list(key)
    if t["kind"] == "partner_swap":
        wrong[1 if t["side"] == "import" else 2] = note["filed_under"]
    if t["kind"] == "relabel":
        wrong[3] = note["filed_as"]
        assert wrong[3][:4] == key[3][:4] and wrong[3] != key[3], t
    if t["kind"] == "reroute":
        wrong[2] = note["via"]
        if note["onward"] == "yes":
            assert float(pairs[(key[0], note["via"], key[2], key[3])][mine]) > 0, t
    if t["kind"] == "time_shift":
        wrong[0] = note["moved_to"]
        assert int(wrong[0]) == int(key[0]) + 1, t
    if tuple(wrong) != key:
        moved_usd = float(t["true_usd"]) - float(t["reported_usd"] or 0)
        assert float(pairs[tuple(wrong)][mine]) >= moved_usd - 0.01, (t, pairs[tuple(wrong)])
    seen[t["kind"]] += 1
assert set(seen) == {"hidden", "quantity", "price", "unit_error", "partner_swap", "relabel",
                     "reroute", "time_shift", "rounding"}, seen
assert min(seen.values()) >= 10, seen
PY
}

@test "months: every layout tells the same, and shifts go to the next month" {
    months=(--seed 11 --reporters 8 --commodities 12 --periods 201411:201503 --share 0.1)
    for layout in plus legacy-web plus-bulk; do
        mirrorgap synth -q -o "w-$layout" "${months[@]}" --layout "$layout" -@ 1
        mirrorgap pairs -q -i "w-$layout" -o "$layout.csv" 2>/dev/null
    done
    cmp plus.csv plus-bulk.csv
    cmp plus.csv legacy-web.csv
    diff w-plus/truth.csv w-legacy-web/truth.csv
    [ "$(tail -n +2 plus.csv | cut -d, -f1,2 | sort -u | tr '\n' ' ')" = \
        "201411,M 201412,M 201501,M 201502,M 201503,M " ]
    grep -q '^time_shift,201412,.*moved_to=201501' w-plus/truth.csv
    mirrorgap synth -q -o v "${months[@]}" -@ 4
    diff -r w-plus v
    mirrorgap synth -q -o n --seed 1 --reporters 4 --commodities 5 --freq M --periods 14
    [ -e n/plus-201502.csv ] && [ ! -e n/plus-201503.csv ]
}

@test "--kinds plants those only, and the rest of the world stays as it is" {
    mirrorgap synth -q -o a "${small[@]}" --kinds price,rounding --share 0.1
    [ "$(truth a | cut -d, -f1 | sort -u | tr '\n' ' ')" = "price rounding " ]
    mirrorgap synth -q -o b "${small[@]}" --share 0
    mirrorgap pairs -q -i a --level 6 --cif none -o a.csv 2>/dev/null
    mirrorgap pairs -q -i b --level 6 --cif none -o b.csv 2>/dev/null
    [ "$(wc -l <a.csv)" -eq "$(wc -l <b.csv)" ]
    [ "$(diff a.csv b.csv | grep -c '^<')" -eq "$(truth a | wc -l)" ]
}

@test "--tails and --quality: extreme gaps, and reporters far apart" {
    for world in usual tails quality; do
        case $world in
        usual) more=() ;;
        tails) more=(--tails 2) ;;
        quality) more=(--quality 1.5) ;;
        esac
        mirrorgap synth -q -o w --seed 5 --reporters 20 --commodities 40 --share 0 "${more[@]}"
        mirrorgap pairs -q -i w --level 6 --cif none -o "$world.csv" 2>/dev/null
        rm -r w
    done
    "$PYTHON" - <<'PY'
import csv, math, statistics, collections
def look(name):
    by, gaps = collections.defaultdict(list), []
    for p in csv.DictReader(open(name + ".csv", newline="")):
        if p["status"] == "matched" and float(p["export_usd"]) > 1e5:
            g = abs(math.log(float(p["import_usd"]) / float(p["export_usd"]) / 1.06))
            gaps.append(g)
            by[p["exporter"]].append(g)
    gaps.sort()
    each = [statistics.median(v) for v in by.values() if len(v) > 30]
    # extremes against the ordinary, and how far apart reporters are
    return (gaps[-len(gaps) // 1000] / statistics.median(gaps),
            statistics.stdev(map(math.log, each)))
usual, tails, quality = look("usual"), look("tails"), look("quality")
assert tails[0] > 1.5 * usual[0], (usual, tails)
assert quality[1] > 1.2 * usual[1], (usual, quality)
PY
}

@test "ordinary flows look ordinary" {
    mirrorgap synth -q -o w --seed 5 --reporters 20 --commodities 60 --share 0
    [ "$(truth w | wc -l)" -eq 0 ]
    mirrorgap pairs -q -i w --level 6 --cif none -o pairs.csv 2>/dev/null
    "$PYTHON" - <<'PY'
import csv, math, statistics
pairs = [p for p in csv.DictReader(open("pairs.csv", newline=""))]
both = [(float(p["export_usd"]), float(p["import_usd"])) for p in pairs if p["status"] == "matched"]
ratio = statistics.median(m / x for x, m in both)
assert 1.03 < ratio < 1.08, ratio
gap = lambda low, high: statistics.median(
    abs(math.log(m / x / ratio)) for x, m in both if low <= x < high)
assert gap(0, 1e4) > 1.5 * gap(1e6, 1e7) > 1.5 * 0.8 * gap(1e8, 1e12), "size"
silences = {p["silence"] for p in pairs}
assert {"nes", "never_reports", "not_reporting", "reported_zero"} <= silences, silences
assert any("408" in (p["exporter"], p["importer"]) for p in pairs)
PY
}

@test "scores --truth says what was planted, in the last column" {
    mirrorgap synth -q -o w --seed 7 --reporters 20 --commodities 40
    mirrorgap scores -q -i w --model robust-z --truth w/truth.csv --names -o scores.csv
    "$PYTHON" - <<'PY'
import csv
truth = {}
KEY = {"filed_as": 3, "moved_to": 0, "via": 2}
for t in csv.DictReader(open("w/truth.csv", newline="")):
    key = [t["period"], t["exporter"], t["importer"], t["hs"]]
    truth[tuple(key)] = t["kind"]
    note = dict(w.split("=") for w in t["note"].split() if "=" in w)
    for name, value in note.items():
        other = list(key)
        if name == "filed_under":
            other[1 if t["side"] == "import" else 2] = value
        elif name in KEY:
            other[KEY[name]] = value
        elif name == "onward" and value == "yes":
            other[1] = note["via"]
        else:
            continue
        truth.setdefault(tuple(other), t["kind"])
reader = csv.DictReader(open("scores.csv", newline=""))
assert reader.fieldnames[-1] == "planted", reader.fieldnames
rows = list(reader)
for s in rows:
    assert s["planted"] == truth.get((s["period"], s["exporter"], s["importer"], s["hs"]), ""), s
top = sum(s["planted"] != "" for s in rows[:50])
assert top >= 10, top
PY
    mirrorgap scores -q -i w --model robust-z --limit 1 | head -1 >plain.txt
    run -1 grep planted plain.txt
    fails_with 1 "no column 'kind'" mirrorgap scores -q -i w --model robust-z --truth scores.csv
}

@test "--format text lines columns up and shortens money" {
    mirrorgap synth -q -o w "${small[@]}"
    mirrorgap scores -q -i w --model robust-z --names --limit 5 --format text >table.txt
    cat table.txt
    [ "$(wc -l <table.txt)" -eq 7 ]
    grep -qE '^exporter  importer  hs ' table.txt
    grep -qE ' [0-9.]+ [kMB] ' table.txt
    run -1 grep -E '[0-9]\.[0-9]{3}|[[:space:]]$' table.txt
    mirrorgap scores -q -i w --model robust-z --names --limit 5 --format text -o t.txt
    cmp table.txt t.txt
    grep -q '"format": "text"' t.txt.meta.json
}

@test "datasets/sample is what its README's command writes" {
    sample=$BATS_TEST_DIRNAME/../../datasets/sample
    mirrorgap synth -q -o w --seed 7 --reporters 20 --commodities 60 --periods 2014:2018 \
        --kinds "$five"
    cmp w/truth.csv "$sample/truth.csv"
    mirrorgap dump -q -i w >w.txt
    mirrorgap dump -q -i "$sample" >sample.txt
    cmp w.txt sample.txt
}

@test "asked wrongly: exit 2" {
    fails_with 2 "needs -o DIR and --seed" mirrorgap synth -o w
    fails_with 2 "needs -o DIR and --seed" mirrorgap synth --seed 1
    fails_with 2 "no seed" mirrorgap synth -o w --seed minus
    fails_with 2 "takes no files" mirrorgap synth -o w --seed 1 plus.csv
    fails_with 2 "layouts" mirrorgap synth -o w --seed 1 --layout wits
    fails_with 2 "reporters" mirrorgap synth -o w --seed 1 --reporters 3
    fails_with 2 "reporters" mirrorgap synth -o w --seed 1 --reporters 100000
    fails_with 2 "commodities" mirrorgap synth -o w --seed 1 --commodities 9999
    fails_with 2 "years" mirrorgap synth -o w --seed 1 --periods 2019:2014
    fails_with 2 "years" mirrorgap synth -o w --seed 1 --periods 0
    fails_with 2 "share" mirrorgap synth -o w --seed 1 --share 0.9
    fails_with 2 "no list of kinds" mirrorgap synth -o w --seed 1 --kinds price,fraud
    fails_with 2 "no list of kinds" mirrorgap synth -o w --seed 1 --kinds ''
    fails_with 2 "tails" mirrorgap synth -o w --seed 1 --tails 1
    fails_with 2 "quality" mirrorgap synth -o w --seed 1 --quality 3
    fails_with 2 "periods" mirrorgap synth -o w --seed 1 --periods 201400:201413
    fails_with 2 "frequency" mirrorgap synth -o w --seed 1 --freq W
    [ ! -e w ]
}

@test "a folder that cannot be made: exit 1, and its name" {
    echo file >taken
    fails_with 1 "taken" mirrorgap synth -q -o taken --seed 1 --reporters 4 --commodities 5
    fails_with 1 "nowhere/w" mirrorgap synth -q -o nowhere/w --seed 1 --reporters 4 --commodities 5
}
