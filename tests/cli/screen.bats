#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# screen, regimes, lookalike. Real rows of the years after 2017 are scarce: the worlds here
# are small, and their verdicts were written from the resolutions before the program saw
# them.

load helper

# rows FILE: "period reporter flow partner edition code usd tonnes" as a file of Comtrade+.
rows() {
    {
        echo "typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,customsCode,motCode,netWgt,primaryValue"
        while read -r period reporter flow partner edition code usd tonnes; do
            [ -n "$period" ] || continue
            local freq=A kg=
            [ ${#period} -eq 4 ] || freq=M
            [ -z "$tonnes" ] || kg=$((tonnes * 1000))
            echo "C,$freq,${period:0:4},$period,$reporter,$flow,$partner,0,$edition,$code,C00,0,$kg,$usd"
        done
    } >"$1"
}

# verdicts FILE...: regime rule, period, reporter, verdict, sorted.
verdicts() {
    "$PYTHON" - "$@" <<'PY'
import csv, sys
for r in sorted((r["rule"], r["period"], r["reporter"], r["verdict"]) for r in csv.DictReader(open(sys.argv[1]))):
    print(*r)
PY
}

@test "years: verdicts are those written by hand from the resolutions" {
    rows w.csv <<'END'
2016 156 M 408 H4 270112 1180000000 22500000
2017 156 M 408 H5 270112 400000000 4800000
2018 643 M 408 H5 270112 1000000 12000
2017 156 X 408 H5 271019 50000000 60000
2018 156 X 408 H5 271019 12000000 19200
2018 643 X 408 H5 271019 20000000 30000
2019 156 X 408 H5 271019 22000000 35000
2019 643 X 408 H5 271019 20000000 30000
2017 156 M 408 H5 620193 90000000
2018 156 M 408 H5 620193 50000
2018 156 M 408 H5 670420 9000000
2018 156 X 408 H5 847130 700000
2019 156 X 408 H5 847130 100000
2016 686 M 408 H4 970300 2000000
2017 686 M 408 H5 970300 1000000
2022 686 M 408 H6 970390 1000000
2016 36 M 408 H4 440910 1000
END
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike -o s.csv
    verdicts s.csv >got.txt
    # 2270: from 2 March 2016; coal until 2321 caps it, iron not traded here
    # 2321: 30 November 2016; its caps of 2017 from 1 January to 4 August 2017
    # 2371: 5 August 2017, 2375: 11 September (refined 1 October), 2397: 22 December, refined
    # from 1 January 2018, grace to 21 January 2018, within which the year 2018 begins
    cat >expected.txt <<'END'
2270-aviation-fuel 2017 156 after_ban
2270-aviation-fuel 2018 156 after_ban
2270-aviation-fuel 2018 643 after_ban
2270-aviation-fuel 2019 156 after_ban
2270-aviation-fuel 2019 643 after_ban
2270-coal 2016 156 straddles
2321-coal-2016-t 2016 156 straddles
2321-coal-2016-usd 2016 156 straddles
2321-coal-t 2016 156 before
2321-coal-t 2017 156 within_cap
2321-coal-usd 2016 156 before
2321-coal-usd 2017 156 within_cap
2321-statues 2016 686 straddles
2321-statues 2017 686 after_ban
2321-statues 2022 686 after_ban
2371-coal 2016 156 before
2371-coal 2017 156 straddles
2371-coal 2018 643 after_ban
2375-refined-2017 2017 156 straddles
2375-textiles 2017 156 straddles
2375-textiles 2018 156 after_ban
2397-machinery-in 2018 156 wind_down
2397-machinery-in 2019 156 after_ban
2397-refined 2017 156 before
2397-refined 2018 156 within_cap
2397-refined 2018 643 within_cap
2397-refined 2019 156 over_cap
2397-refined 2019 643 over_cap
2397-wood 2016 36 before
END
    diff expected.txt got.txt
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("s.csv")))
want = ("regime,rule,instrument,direction,good,hs,edition,effective,wind_down,period,reporter,reporter_iso3,flow,"
        "value_usd,kg,unit_value,cap,cap_unit,cap_used,lookalike,verdict,confidence,note").split(",")
assert list(rows[0]) == want, list(rows[0])
one = {(r["rule"], r["period"], r["reporter"]): r for r in rows}
used = lambda *key: float(one[key]["cap_used"])
# all reporters together: 49,200 of 60,000 t; 65,000 of 60,000 t
assert used("2397-refined", "2018", "156") == used("2397-refined", "2018", "643") == 49200 / 60000
assert abs(used("2397-refined", "2019", "643") - 65000 / 60000) < 1e-12
assert abs(used("2321-coal-t", "2017", "156") - 4.8 / 7.5) < 1e-12
assert abs(used("2321-coal-usd", "2017", "156") - 400000000 / 400870018) < 1e-12
assert one["2375-refined-2017", "2017", "156"]["cap_used"] == ""  # a year cannot be divided
assert "ends=2017-08-04" in one["2321-coal-t", "2017", "156"]["note"]
assert "wind_down_ends_within" in one["2397-machinery-in", "2018", "156"]["note"]
# 9703 was split in HS 2022: all of 9703.90 was in it
assert "coverage=part" not in one["2321-statues", "2022", "686"]["note"]
assert "filed_in=H6" in one["2321-statues", "2022", "686"]["note"]
assert float(one["2371-coal", "2018", "643"]["unit_value"]) == 1000000 / 12e6
assert one["2371-coal", "2018", "643"]["confidence"] == "high"
assert all(r["lookalike"] == "" for r in rows)
PY
}

@test "months: days of grace, the cap's year from 22 December, and the month that passes it" {
    rows w.csv <<'END'
201707 156 M 408 H5 270112 1000 10
201708 156 M 408 H5 270112 1000 10
201709 156 M 408 H5 270112 1000 10
201710 156 M 408 H5 270112 1000 10
201712 156 M 408 H5 620193 1000
201801 156 M 408 H5 620193 1000
201712 156 X 408 H5 270900 1000 31000
201806 156 X 408 H5 270900 1000 400000
201811 643 X 408 H5 270900 1000 100000
201812 156 X 408 H5 270900 1000 31000
201901 156 X 408 H5 270900 1000 5000
END
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike -o s.csv
    verdicts s.csv >got.txt
    cat >expected.txt <<'END'
2321-coal-t 201707 156 within_cap
2321-coal-t 201708 156 within_cap
2321-coal-usd 201707 156 within_cap
2321-coal-usd 201708 156 within_cap
2371-coal 201707 156 before
2371-coal 201708 156 straddles
2371-coal 201709 156 wind_down
2371-coal 201710 156 after_ban
2375-condensate 201712 156 after_ban
2375-condensate 201806 156 after_ban
2375-condensate 201811 643 after_ban
2375-condensate 201812 156 after_ban
2375-condensate 201901 156 after_ban
2375-textiles 201712 156 wind_down
2375-textiles 201801 156 after_ban
2397-crude-bbl 201712 156 straddles
2397-crude-bbl 201806 156 over_cap
2397-crude-bbl 201811 643 over_cap
2397-crude-bbl 201812 156 over_cap
2397-crude-bbl 201901 156 within_cap
2397-crude-t 201712 156 straddles
2397-crude-t 201806 156 over_cap
2397-crude-t 201811 643 over_cap
2397-crude-t 201812 156 over_cap
2397-crude-t 201901 156 within_cap
END
    diff expected.txt got.txt
    # 22 Dec 2017 to 21 Dec 2018: 10/31 of 31,000 + 400,000 + 100,000 + 21/31 of 31,000 = 531,000 t;
    # without the two Decembers 500,000, with both whole 562,000. Passed with December 2018.
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike --caps -o caps.csv
    "$PYTHON" - <<'PY'
import csv
caps = {(r["rule"], r["year_from"]): r for r in csv.DictReader(open("caps.csv"))}
c = caps["2397-crude-t", "2017-12-22"]
assert [round(float(c[k]), 6) for k in ("used", "used_low", "used_high")] == [531000, 500000, 562000], c
assert abs(float(c["cap_used"]) - 531 / 525) < 1e-12 and c["passed"] == "201812" and c["reporters"] == "2", c
b = caps["2397-crude-bbl", "2017-12-22"]
assert abs(float(b["cap_used"]) - float(c["cap_used"])) < 1e-12 and b["unit"] == "bbl"
assert float(caps["2397-crude-t", "2018-12-22"]["used"]) == 10000 + 5000
assert caps["2397-crude-t", "2018-12-22"]["passed"] == ""
PY
    grep -q 'cap_used_between=0.9524,1.07' s.csv
    grep -q 'cap_passed=201812' s.csv
}

@test "a weight that is missing is not a weight of nothing" {
    rows w.csv <<'END'
2018 156 X 408 H5 271019 12000000
2019 156 X 408 H5 271019 12000000 30000
2019 643 X 408 H5 271019 12000000
END
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike -o s.csv
    verdicts s.csv | grep refined >got.txt
    printf '%s\n' '2397-refined 2018 156 cap_unknown' '2397-refined 2019 156 within_cap' \
        '2397-refined 2019 643 within_cap' | diff - got.txt
    grep -c 'without_weight=0.5' s.csv | grep -qx 2
}

@test "rules of HS 2012 and 2017 apply to rows of every edition" {
    rows w.csv <<'END'
2018 156 M 408 H5 2701 1000
2018 643 M 408 H5 27 1000
2018 398 M 408 H0 270112 1000
2018 36 M 408 HS 270112 1000
2022 686 M 408 H6 852411 1000
2018 686 M 408 H5 TOTAL 1000
END
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike --by code -o s.csv
    "$PYTHON" - <<'PY'
import csv
rows = [r for r in csv.DictReader(open("s.csv")) if r["rule"] in ("2371-coal", "2397-electrical")]
got = {(r["reporter"], r["code"]): r["note"] for r in rows}
assert set(got) == {("156", "2701"), ("643", "27"), ("398", "270112"), ("36", "270112"), ("686", "852411")}, got
assert "coverage" not in got["156", "2701"] and "coverage" not in got["398", "270112"]
assert "coverage=part" in got["643", "27"] and "or_in=2702" in got["643", "27"]
assert "filed_in=H0" in got["398", "270112"] and "filed_in=unknown" in got["36", "270112"]
assert "coverage=part" in got["686", "852411"]  # displays: parts of aircraft too, before
assert not any(r["code"] == "TOTAL" for r in csv.DictReader(open("s.csv")))
PY
}

@test "a figure counts once in a rule, at the finest level filed" {
    rows w.csv <<'END'
2018 156 X 408 H5 27 3000 30
2018 156 X 408 H5 2710 2000 20
2018 156 X 408 H5 271012 500 5
2018 156 X 408 H5 271019 1500 15
2018 643 X 408 H5 27 3000 30
END
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike --caps -o caps.csv
    "$PYTHON" - <<'PY'
import csv
c = [r for r in csv.DictReader(open("caps.csv")) if r["rule"] == "2397-refined"]
assert len(c) == 1 and abs(float(c[0]["used"]) - (20 + 30) * 500000 / 60000) < 1e-9, c
PY
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike --level 2 --caps -o caps.csv
    "$PYTHON" - <<'PY'
import csv
c = [r for r in csv.DictReader(open("caps.csv")) if r["rule"] == "2397-refined"]
assert abs(float(c[0]["used"]) - (30 + 30) * 500000 / 60000) < 1e-9, c
PY
}

@test "codes new in HS 2022 are no surge: what came before is marked, once" {
    rows w.csv <<'END'
2021 276 X 643 H5 852580 4000000
2021 276 X 643 H5 854150 100000
2021 276 X 643 H5 854140 2000000
2022 276 X 643 H6 852589 1000000
2023 276 X 643 H6 854151 60000
2023 276 X 643 H6 852581 500000
END
    mirrorgap screen -i w.csv --target RUS --regime ru-chpl --no-lookalike --by code -o s.csv
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("s.csv")))
got = sorted((r["rule"], r["period"], r["code"], r["verdict"], "coverage=part" in r["note"], "scope=part" in r["note"])
             for r in rows)
assert got == [("t3a-852589", "2021", "852580", "before", True, False),
               ("t3a-852589", "2022", "852589", "straddles", False, False),
               ("t3a-854149", "2021", "854140", "before", True, False),
               ("t3a-854151", "2021", "854150", "before", False, True),
               ("t3a-854151", "2023", "854151", "watch", False, False),
               ("t3a-854159", "2021", "854150", "before", False, True)], got
PY
}

# Japan buys from South Korea each year; in 2003 it files that under North Korea.
swapped_world() {
    "$PYTHON" - >swapped.csv <<'PY'
print("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,"
      "classificationCode,cmdCode,customsCode,motCode,primaryValue")
def row(year, reporter, flow, partner, usd, code="271019"):
    print(f"C,A,{year},{year},{reporter},{flow},{partner},0,H2,{code},C00,0,{usd}")
for year in range(2001, 2006):
    row(year, 410, "X", 392, 50e6)
    row(year, 392, "M", 408 if year == 2003 else 410, 55e6)
    row(year, 156, "M", 408, 100e6)
    row(year, 643, "M", 410, 20e6)
    row(year, 410, "X", 643, 19e6)
PY
    mkdir -p own
    {
        echo "rule,kind,instrument,target,reporters,direction,good,hs,edition,effective,ends,wind_down,cap,cap_unit,cap_per_tonne,cap_year,exempt_below,exemption,scope,source,checked,confidence"
        echo "oil,rule,Act,PRK,,export,oil,2710,H2,2002-01-01,,,,,,,,,whole,s,c,low"
    } >own/rules.csv
}

@test "trade of the look-alike is told from trade of the target" {
    swapped_world
    mirrorgap screen -i swapped.csv --target PRK --regime ./own -o s.csv
    verdicts s.csv >got.txt
    printf '%s\n' 'oil 2001 156 before' 'oil 2002 156 after_ban' 'oil 2003 156 after_ban' \
        'oil 2003 392 lookalike' 'oil 2004 156 after_ban' 'oil 2005 156 after_ban' |
        diff - got.txt
    grep '2003,392' s.csv | grep -q 'lookalike_of=410'
    mirrorgap lookalike -i swapped.csv -o l.csv
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("l.csv")))
assert [(r["named"], r["period"], r["flow"], r["partner"], r["twin"], r["verdict"]) for r in rows] == \
    [("408", "2003", "X", "392", "410", "swap")], rows
# what brings Japan's figure to the South's, which is 50 million FOB and a margin
assert 0.5 < float(rows[0]["posterior"]) and 50e6 <= float(rows[0]["move_usd"]) <= 55e6, rows
PY
    mirrorgap lookalike -i swapped.csv --all --country PRK -o all.csv
    [ "$(wc -l <all.csv)" -eq 7 ]
    run ! mirrorgap lookalike -i swapped.csv --country CHN
    [ "$status" -eq 3 ]
}

@test "events: a ban shows, a placebo does not" {
    "$PYTHON" - >w.csv <<'PY'
import random
random.seed(3)
print("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,"
      "classificationCode,cmdCode,customsCode,motCode,primaryValue")
def row(period, reporter, flow, partner, usd, code):
    print(f"C,M,{period[:4]},{period},{reporter},{flow},{partner},0,H5,{code},C00,0,{usd:.0f}")
for year in range(2013, 2020):
    for month in range(1, 13):
        p = f"{year}{month:02d}"
        noise = lambda: random.lognormvariate(0, 0.2)
        row(p, 156, "M", 408, 5e6 * noise(), "670420")
        row(p, 156, "M", 410, 1e9 * noise(), "854231")
        if p < "201709":
            row(p, 156, "M", 408, 1e8 * noise(), "270112")
        if p < "201801":
            row(p, 156, "M", 408, 5e7 * noise(), "620193")
        if p < "201901":
            row(p, 643, "M", 410, 1e6, "854231")  # Russia files, and nothing with the North
            row(p, 643, "M", 408, 1e4 * noise(), "620193")
PY
    mirrorgap screen -i w.csv --target PRK --regime un-dprk --no-lookalike --events -o e.csv
    "$PYTHON" - <<'PY'
import csv
rows = {(r["rule"], r["reporter"]): r for r in csv.DictReader(open("e.csv"))}
f = lambda r, k: float(r[k])
coal = rows["2371-coal", "156"]  # the only partner: no line of all of them
assert f(coal, "effect") < -0.99 and f(coal, "effect_high") < -0.99 and f(coal, "p") < 1e-6, coal
assert abs(f(coal, "change_offset")) <= 1 and coal["change"] in ("201708", "201709", "201710"), coal
assert f(coal, "p_dates") < 0.05 and f(coal, "mean_after_usd") == 0
assert abs(f(coal, "placebo_log_effect")) < 0.5 and f(coal, "net_p") < 1e-6, coal
textiles = rows["2375-textiles", "156"]
assert f(textiles, "effect") < -0.99 and textiles["change"] in ("201712", "201801", "201802"), textiles
russia = rows["2375-textiles", "643"]  # goes on until it stops reporting: missing, not nothing
assert abs(f(russia, "log_effect")) < 0.5 and russia["n_after"] == "12", russia
# placebo goods alone: no rule, no line
assert not any(r[0].startswith("67") for r in rows)
PY
}

@test "reroute: what goes through the hub is found there, and nowhere else" {
    "$PYTHON" - >w.csv <<'PY'
import random
random.seed(8)
print("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,"
      "classificationCode,cmdCode,customsCode,motCode,primaryValue")
def row(period, reporter, flow, partner, usd, code):
    print(f"C,A,{period},{period},{reporter},{flow},{partner},0,H5,{code},C00,0,{usd:.0f}")
goods = ["853224", "848210", "848220", "848230", "848250", "854110", "854121", "854129", "854130", "854160", "852910",
         "852990", "853669", "853690", "850440", "851762", "847330", "847180", "842951", "841510", "841810", "842211",
         "840999", "841330", "841480", "842139", "843149", "850110", "850300", "850710", "851220", "852872"]
noise = lambda s=0.15: random.lognormvariate(0, s)
sizes = {g: random.lognormvariate(14, 1) for g in goods}
hub, other = 417, 268  # Kyrgyzstan reroutes, Georgia does not
for year in (2020, 2021, 2023, 2024):
    after = year > 2022
    for i, g in enumerate(goods):
        banned = i < 18
        moved = 0.2 * 20 * sizes[g] if after and i % 3 == 0 and banned else 0
        row(year, 276, "X", 643, 20 * sizes[g] * noise() * (0.02 if after and banned else 1), g)
        row(year, 276, "X", 616, 20 * sizes[g] * noise(), g)
        for h in (hub, other):
            extra = moved if h == hub else 0
            to_hub = sizes[g] * noise()
            row(year, 276, "X", h, to_hub + extra, g)
            row(year, h, "M", 276, 1.06 * (to_hub + extra / 2), g)  # half of it never arrives
            row(year, h, "X", 643, 0.2 * sizes[g] * noise() + extra, g)
            row(year, h, "X", 398, 0.5 * sizes[g] * noise(), g)
PY
    mirrorgap screen -i w.csv --reroute DEU::RUS --event 2022-02-24 --regime ru-chpl -o r.csv 2>err.txt
    grep -q 'periods_before=2 periods_after=2' err.txt
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("r.csv")))
by = {r["hub"]: r for r in rows}
assert rows[0]["hub"] == "417" and float(by["417"]["p"]) <= 0.01, rows[0]
assert float(by["268"]["p"]) > 0.05 and float(by["268"]["q"]) > 0.1, by["268"]
assert "hub_silent" in by["616"]["flags"] and by["616"]["p"] == "", by["616"]  # Poland files nothing
assert 0.2 < float(by["417"]["phantom_ratio"]) < 0.6 and abs(float(by["268"]["phantom_ratio"])) < 0.2
assert float(by["417"]["triple_difference"]) > 0.2
assert float(by["417"]["rerouted_usd"]) > 5 * float(by["268"]["rerouted_usd"])
PY
    mirrorgap screen -i w.csv --reroute DEU:KGZ,GEO:RUS --event 2022-02-24 --regime ru-chpl --by code -o g.csv
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("g.csv")))
assert {r["hub"] for r in rows} == {"417", "268"}
asked = {r["hs"]: r["asked"] for r in rows}
assert set(asked.values()) <= {"0", "1", "part"} and len(rows) == 64
assert asked["854110"] == asked["852990"] == "1" and asked["841510"] == "0", asked
one = next(r for r in rows if r["hub"] == "417" and r["hs"] == "853224")
assert float(one["excess_usd"]) > 0 and float(one["sent_usd"]) > 0 and float(one["growth"]) < 2
PY
    # the same on any number of threads
    mirrorgap screen -i w.csv --reroute DEU::RUS --event 2022-02-24 --regime ru-chpl -@ 1 -q >one.txt
    mirrorgap screen -i w.csv --reroute DEU::RUS --event 2022-02-24 --regime ru-chpl -@ 2 -q >two.txt
    cmp one.txt two.txt
}

@test "what is exempt is told apart: cheap pieces, and goods that a line takes out" {
    mkdir -p own
    {
        echo "rule,kind,instrument,target,reporters,direction,good,hs,edition,effective,ends,wind_down,cap,cap_unit,cap_per_tonne,cap_year,exempt_below,exemption,scope,source,checked,confidence"
        echo "sledges,rule,Act,PRK,,import,snowmobiles,870310,H5,2016-03-02,,,,,,,2000,,part,s,c,low"
        echo "craft,rule,Act,PRK,,import,aircraft,88,H5,2016-03-02,,,,,,,,,whole,s,c,low"
        echo "craft,exempt,Act,PRK,,import,spare parts,8803,H5,2016-03-02,,,,,,,,,whole,s,c,low"
    } >own/rules.csv
    {
        echo "typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,customsCode,motCode,qtyUnitCode,qty,primaryValue"
        echo "C,A,2018,2018,156,X,408,0,H5,870310,C00,0,5,10,30000"
        echo "C,A,2018,2018,643,X,408,0,H5,870310,C00,0,5,10,19990"
        echo "C,A,2018,2018,398,X,408,0,H5,870310,C00,0,8,10,1000"
        echo "C,A,2018,2018,156,X,408,0,H5,880330,C00,0,-1,,5000"
        echo "C,A,2018,2018,156,X,408,0,H5,880220,C00,0,-1,,7000"
        echo "C,A,2022,2022,156,X,408,0,H6,880730,C00,0,-1,,6000"
    } >w.csv
    mirrorgap screen -i w.csv --target PRK --regime ./own --no-lookalike -o s.csv
    verdicts s.csv >got.txt
    # 8807.30 of HS 2022 is 8803.30 of HS 2017
    printf '%s\n' 'craft 2018 156 after_ban' 'craft 2018 156 exempt' 'craft 2022 156 exempt' \
        'sledges 2018 156 after_ban' 'sledges 2018 398 after_ban' 'sledges 2018 643 exempt' |
        diff - got.txt
    grep -q '"regime own": "[0-9a-f]\{16\}"' s.csv.meta.json
}

@test "reroute: codes that a new edition splits are no excess, and imports may come later" {
    "$PYTHON" - >w.csv <<'PY'
print("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,"
      "classificationCode,cmdCode,customsCode,motCode,primaryValue")
def row(period, reporter, flow, partner, usd, code, edition):
    print(f"C,M,{period[:4]},{period},{reporter},{flow},{partner},0,{edition},{code},C00,0,{usd}")
for month in range(24):
    p = f"{2021 + month // 12}{month % 12 + 1:02d}"
    later = f"{2021 + (month + 1) // 12}{(month + 1) % 12 + 1:02d}"
    codes = ["852580"] if month < 12 else ["852581", "852589"]
    for code in codes:  # the same cameras, in two codes from 2022 on
        edition = "H5" if month < 12 else "H6"
        for partner in (417, 616, 643):
            row(p, 276, "X", partner, 1000000 // len(codes), code, edition)
        row(p, 417, "X", 643, 500000 // len(codes), code, edition)
        if month % 12 < 11:  # what leaves in December arrives in January
            row(later, 417, "M", 276, 1060000 // len(codes), code, edition)
    row(p, 417, "X", 643, 1000, "010121", edition)
PY
    mirrorgap screen -i w.csv --reroute DEU:KGZ:RUS --event 2022-01-01 --window 1 --by code -o g.csv
    "$PYTHON" - <<'PY'
import csv
rows = list(csv.DictReader(open("g.csv")))
assert len(rows) == 1 and rows[0]["hs"].startswith("8525") and rows[0]["hs"].endswith("*"), rows
assert abs(float(rows[0]["excess_usd"])) < 1e-6 and abs(float(rows[0]["sent_usd"])) < 1e-6, rows
assert abs(float(rows[0]["to_hub_before_usd"]) - 12e6) < 1e-6
PY
    # twelve months of exports beside eleven of imports; with a lag of a month beside the same goods
    phantom() {
        mirrorgap screen -q -i w.csv --reroute DEU:KGZ:RUS --event 2022-01-01 --window 1 "$@" |
            "$PYTHON" -c 'import csv, sys; print(*("%.3f" % float(r["phantom_ratio"]) for r in csv.DictReader(sys.stdin)))'
    }
    [ "$(phantom)" = "$(phantom --lag 0)" ]
    [ "$(phantom --lag 1)" = 0.000 ]
    fails_with 2 'number of months' mirrorgap screen -i w.csv --reroute DEU:KGZ:RUS --event 2022-01-01 --lag fit
}

@test "dossier: every table is there, and the JSON says what they are" {
    swapped_world
    mirrorgap screen -i swapped.csv --dossier PRK --regime ./own,placebo -o d
    "$PYTHON" - <<'PY'
import csv, json, os
d = json.load(open("d/dossier.json"))
assert d["country"] == {"code": 408, "iso3": "PRK", "name": "North Korea"} and d["frequency"] == "A"
assert set(d["tables"]) == {"totals", "totals_by_partner", "totals_by_chapter", "screen", "after_ban", "watch", "caps",
                            "events", "lookalike", "hubs"}
for name, t in d["tables"].items():
    rows = list(csv.DictReader(open("d/" + t["file"])))
    assert len(rows) == t["rows"], (name, len(rows), t)
    assert os.path.exists("d/" + t["file"] + ".meta.json") and t["what"]
lines = list(csv.DictReader(open("d/screen.csv")))
for verdict, v in d["verdicts"].items():
    mine = [float(r["value_usd"]) for r in lines if r["verdict"] == verdict]
    assert len(mine) == v["lines"] and abs(sum(mine) - v["value_usd"]) < 1, verdict
assert d["verdicts"]["lookalike"] == {"lines": 1, "value_usd": 55e6} and d["lookalike"]["swap"] == 1
assert d["verdicts"]["after_ban"]["lines"] == 4
assert len(d["cannot_be_seen"]["in_words"]) >= 5
assert d["cannot_be_seen"]["share_of_value_without_weight"] == 1
PY
    fails_with 2 '-o' mirrorgap screen -i swapped.csv --dossier PRK
}

@test "regimes: lists them, and says what is wrong with one's own" {
    mirrorgap regimes | tail -n +2 | cut -d, -f1 | sort -u | wc -l | grep -qx 17
    mirrorgap regimes un-dprk | grep -q '^un-dprk,2397-refined,rule,UNSCR 2397 (2017) para 5,PRK,,import'
    swapped_world
    mirrorgap regimes ./own | grep -q '^own,oil,rule,Act,PRK'
    sed -i 's/2002-01-01/2002-13-01/; s/2710/2799/' own/rules.csv
    fails_with 1 "rules.csv.*2: column 'hs': H2 has no code '2799'.*first of 2 faults" mirrorgap regimes ./own
    # shellcheck disable=SC2154 # run sets it
    [[ $stderr == *"'effective': '2002-13-01'"* ]]
    fails_with 1 'there is no regime .nothing.*un-dprk' mirrorgap regimes nothing
}

@test "a coarse figure goes only where it holds a finer one; nothing is no trade" {
    rows w.csv <<'END'
2019 156 X 408 H5 2710 9000000 90000
2019 156 X 408 H5 271320 1 1
2019 156 M 408 H5 2701 9000000 90000
2019 156 M 408 H5 271012 1 1
2019 643 M 408 H5 270112 0
END
    mirrorgap screen -q -i w.csv --target PRK --regime un-dprk --no-lookalike --by code -o s.csv
    "$PYTHON" - <<'PY'
import csv
got = {(r["rule"], r["reporter"], r["code"]): r["verdict"] for r in csv.DictReader(open("s.csv"))}
assert got["2397-refined", "156", "2710"] == got["2397-refined", "156", "271320"] == "over_cap", got
assert got["2371-coal", "156", "2701"] == "after_ban" and not any(k[1] == "643" for k in got), got
PY
    mirrorgap screen -q -i w.csv --target PRK --regime un-dprk --no-lookalike --hs 2701 | tail -n +2 |
        cut -d, -f2 | sort -u | diff - <(echo 2371-coal)
    # of a chapter's rule what --hs asks for, and the cap as ever
    mirrorgap screen -q -i w.csv --target PRK --regime un-dprk --no-lookalike --hs 271320 -o s.csv
    [ "$(wc -l <s.csv)" -eq 2 ]
    "$PYTHON" -c 'import csv; r = next(csv.DictReader(open("s.csv"))); assert float(r["value_usd"]) == 1 and float(r["cap_used"]) > 1.5, r'
}

@test "rows of a look-alike leave the cap, not the rows beside them" {
    swapped_world
    echo "C,A,2003,2003,392,M,408,0,H2,271011,C00,0,40000000" >>swapped.csv
    {
        head -1 own/rules.csv
        for hs in 2710 2711; do
            echo "oil,rule,Act,PRK,,export,oil,$hs,H2,2002-01-01,,,35000000,USD,,calendar,,,whole,s,c,low"
        done
    } >own/capped.csv
    mv own/capped.csv own/rules.csv
    for way in "" "--by code"; do
        # shellcheck disable=SC2086 # two words
        mirrorgap screen -q -i swapped.csv --target PRK --regime ./own --period 2003 --country JPN $way -o s.csv
        "$PYTHON" - <<'PY'
import csv
got = sorted((r["verdict"], float(r["value_usd"]), r["cap_used"]) for r in csv.DictReader(open("s.csv")))
assert [g[:2] for g in got] == [("lookalike", 55e6), ("over_cap", 40e6)], got
assert len({g[2] for g in got}) == 1 and float(got[0][2]) == 140 / 35, got  # China's 100 million too
PY
    done
}

@test "every code of a target is screened, and judged" {
    "$PYTHON" - >w.csv <<'PY'
print("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,"
      "classificationCode,cmdCode,customsCode,motCode,primaryValue")
for year, code in ((1989, 280), (1995, 276)):
    print(f"C,A,{year},{year},392,M,{code},0,H0,870323,C00,0,1000000")
PY
    mkdir -p own
    {
        echo "rule,kind,instrument,target,reporters,direction,good,hs,edition,effective,ends,wind_down,cap,cap_unit,cap_per_tonne,cap_year,exempt_below,exemption,scope,source,checked,confidence"
        echo "cars,rule,Act,,,export,cars,87,H0,1988-01-01,,,,,,,,,whole,s,c,low"
    } >own/rules.csv
    for name in DEU Germany 276; do
        mirrorgap screen -q -i w.csv --target "$name" --regime ./own | wc -l | grep -qx 3
    done
}

@test "reroute: a source that fell silent, and a hub that files FOB" {
    made() { # HUB MARGIN
        "$PYTHON" - "$1" "$2" <<'PY'
import sys
hub, margin = sys.argv[1], float(sys.argv[2])
print("typeCode,freqCode,refYear,period,reporterCode,flowCode,partnerCode,partner2Code,"
      "classificationCode,cmdCode,customsCode,motCode,primaryValue")
for year in (2015, 2016, 2017, 2018):
    row = lambda r, f, p, usd: print(f"C,A,{year},{year},{r},{f},{p},0,H4,854231,C00,0,{usd}")
    row(276, "X", hub, 1000000)
    if year < 2017:
        row(251, "X", hub, 1000000)  # France, until it files no more
    row(hub, "M", 276, 1000000 * margin)
    row(hub, "M", 251, 1000000 * margin)
    row(hub, "X", 643, 1000)
PY
    }
    phantom() {
        mirrorgap screen -q -i w.csv --reroute "$1" --event 2017-01-01 |
            "$PYTHON" -c 'import csv, sys; print(*("%.3f" % float(r["phantom_ratio"]) for r in csv.DictReader(sys.stdin)))'
    }
    made 417 1.06 >w.csv
    [ "$(phantom DEU:KGZ:RUS)" = 0.000 ]
    [ "$(phantom DEU,FRA:KGZ:RUS)" = 0.000 ]
    mirrorgap screen -q -i w.csv --reroute DEU,FRA:KGZ:RUS --event 2017-01-01 | grep -q source_silent_once
    made 124 1 >w.csv # Canada
    [ "$(phantom DEU:CAN:RUS)" = 0.000 ]
}

@test "screen says how it is asked wrongly" {
    swapped_world
    fails_with 2 'target' mirrorgap screen -i swapped.csv --regime un-dprk
    fails_with 2 'regime' mirrorgap screen -i swapped.csv --target PRK
    fails_with 2 "no country 'Atlantis'" mirrorgap screen -i swapped.csv --target Atlantis --regime un-dprk
    fails_with 1 "there is no regime 'nothing'" mirrorgap screen -i swapped.csv --target PRK --regime nothing
    fails_with 2 'by code' mirrorgap screen -i swapped.csv --target PRK --regime ./own --by hs2
    fails_with 2 'verdict' mirrorgap screen -i swapped.csv --target PRK --regime ./own --verdict guilty
    fails_with 2 'country takes the' mirrorgap screen -i swapped.csv --target PRK --regime ./own --exporter CHN
    fails_with 2 'event' mirrorgap screen -i swapped.csv --reroute CHN::PRK
    fails_with 2 'no route' mirrorgap screen -i swapped.csv --reroute CHN:PRK --event 2017-01-01
    fails_with 2 'stands twice' mirrorgap screen -i swapped.csv --reroute CHN:CHN:PRK --event 2017-01-01
    fails_with 2 'reroute' mirrorgap screen -i swapped.csv --target PRK --regime ./own --event 2017-01-01
    fails_with 3 'no rule of regime ru-chpl' mirrorgap screen -i swapped.csv --target PRK --regime ru-chpl --no-lookalike
    fails_with 2 "no country 'World'" mirrorgap screen -i swapped.csv --target World --regime ./own
    fails_with 2 'no country' mirrorgap screen -i swapped.csv --reroute World::RUS --event 2017-01-01
    fails_with 2 'named twice' mirrorgap screen -i swapped.csv --target PRK --regime ./own,./own
    fails_with 2 'all goods' mirrorgap screen -i swapped.csv --target PRK --regime ./own --level total
    fails_with 2 'one of them' mirrorgap screen -i swapped.csv --target PRK --regime ./own --caps --events
    fails_with 2 'no filters' mirrorgap screen -i swapped.csv --dossier PRK -o d --limit 1
    fails_with 2 "told by rule" mirrorgap screen -i swapped.csv --target PRK --regime ./own --caps --hs 27
    # a dossier that cannot be made leaves the old one
    mirrorgap screen -q -i swapped.csv --dossier PRK --regime ./own -o d
    fails_with 1 'there is no regime' mirrorgap screen -i swapped.csv --dossier PRK --regime nothing -o d
    [ -e d/dossier.json ]
    fails_with 3 'folder=e' mirrorgap screen -i swapped.csv --dossier CUB --regime ./own -o e
    # --limit cuts what is printed, not what is told
    mirrorgap screen -i swapped.csv --target PRK --regime ./own --limit 2 2>err.txt | wc -l | grep -qx 3
    grep -q 'after_ban=4(400000000)' err.txt
    # only those of one reporter and one verdict are printed
    mirrorgap screen -i swapped.csv --target PRK --regime ./own --country CHN --verdict after_ban -q >s.csv
    [ "$(wc -l <s.csv)" -eq 5 ]
}
