#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clean Comtrade+ file of one year: good.py FILE YEAR ROWS. The same arguments give the same bytes, no key comes
twice, and files of different years share no period, so that sources do not interact in a store."""
import random
import sys

COLUMNS = ("typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,"
           "partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
           "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,"
           "mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,"
           "isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,"
           "legacyEstimationFlag,isReported,isAggregate")
COUNTRIES = {842: "USA", 276: "DEU", 156: "CHN", 36: "AUS", 76: "BRA", 380: "ITA", 251: "FRA", 826: "GBR"}


def line(year, reporter, partner, flow, hs, value, weight):
    cif = value if flow == "M" else ""
    fob = value if flow == "X" else ""
    name = {"M": "Import", "X": "Export"}[flow]
    return (f'C,A,{year}0101,{year},52,{year},{reporter},{COUNTRIES[reporter]},{COUNTRIES[reporter]},{flow},{name},'
            f'{partner},{COUNTRIES[partner]},{COUNTRIES[partner]},0,W00,World,H6,HS,true,{hs},"Goods, of {hs}",6,true,C00,'
            f'TOTAL CPC,0,0,TOTAL MOT,8,kg,{weight},false,-1,N/A,,false,{weight},false,,false,{cif},{fob},{value},0,true,'
            f'false\n')


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    path, year, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    draw = random.Random(year)
    codes = ["%06d" % (10000 + 313 * i % 980000) for i in range(max(10, rows // 20))]
    keys = set()
    with open(path, "w", encoding="utf8") as out:
        out.write(COLUMNS + "\n")
        while len(keys) < rows:
            reporter, partner = draw.sample(sorted(COUNTRIES), 2)
            key = reporter, partner, draw.choice("MX"), draw.choice(codes)
            if key not in keys:
                keys.add(key)
                out.write(line(year, *key, "%.3f" % (draw.random() * 1e6), "%.1f" % (draw.random() * 1e4)))


main()
