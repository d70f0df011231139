/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headers.h - the header of each layout, as real files have it. */
#ifndef MG_TEST_HEADERS_H
#define MG_TEST_HEADERS_H

#define HEADER_LEGACY_WEB                                                                \
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,"              \
    "Trade Flow Code,Trade Flow,Reporter Code,Reporter,Reporter ISO,Partner Code,"       \
    "Partner,Partner ISO,2nd Partner Code,2nd Partner,2nd Partner ISO,"                  \
    "Customs Proc. Code,Customs,Mode of Transport Code,Mode of Transport,"               \
    "Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,Alt Qty Unit Code,"             \
    "Alt Qty Unit,Alt Qty,Netweight (kg),Gross weight (kg),Trade Value (US$),"           \
    "CIF Trade Value (US$),FOB Trade Value (US$),Flag"
#define HEADER_LEGACY_WEB_R                                                              \
    "Classification,Year,Period,Period.Desc.,Aggregate.Level,Is.Leaf.Code,"              \
    "Trade.Flow.Code,Trade.Flow,Reporter.Code,Reporter,Reporter.ISO,Partner.Code,"       \
    "Partner,Partner.ISO,X2nd.Partner.Code,X2nd.Partner,X2nd.Partner.ISO,"               \
    "Customs.Proc..Code,Customs,Mode.of.Transport.Code,Mode.of.Transport,"               \
    "Commodity.Code,Commodity,Qty.Unit.Code,Qty.Unit,Qty,Alt.Qty.Unit.Code,"             \
    "Alt.Qty.Unit,Alt.Qty,Netweight..kg.,Gross.weight..kg.,Trade.Value..US..,"           \
    "CIF.Trade.Value..US..,FOB.Trade.Value..US..,Flag"
#define HEADER_LEGACY_BULK                                                               \
    "Classification,Year,Period,Period Desc.,Aggregate Level,Is Leaf Code,"              \
    "Trade Flow Code,Trade Flow,Reporter Code,Reporter,Reporter ISO,Partner Code,"       \
    "Partner,Partner ISO,Commodity Code,Commodity,Qty Unit Code,Qty Unit,Qty,"           \
    "Netweight (kg),Trade Value (US$),Flag"
#define HEADER_LEGACY_API                                                                \
    "pfCode,yr,period,periodDesc,aggrLevel,IsLeaf,rgCode,rgDesc,rtCode,rtTitle,rt3ISO,"  \
    "ptCode,ptTitle,pt3ISO,ptCode2,ptTitle2,pt3ISO2,cstCode,cstDesc,motCode,motDesc,"    \
    "cmdCode,cmdDescE,qtCode,qtDesc,TradeQuantity,qtAltCode,qtAltDesc,AltQuantity,"      \
    "NetWeight,GrossWeight,TradeValue,CIFValue,FOBValue,estCode"
#define HEADER_LEGACY_AUTH                                                               \
    "Year,Reporter Code,Trade Flow Code,Partner Code,Classification,Commodity Code,"     \
    "Quantity Unit Code,Supplementary Quantity,Netweight (kg),Value,Estimation Code"
#define HEADER_PLUS                                                                      \
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,"    \
    "reporterDesc,flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,"    \
    "partner2ISO,partner2Desc,classificationCode,classificationSearchCode,"              \
    "isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,"             \
    "customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,"    \
    "altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,"   \
    "grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,legacyEstimationFlag,"  \
    "isReported,isAggregate"
#define HEADER_PLUS_BULK                                                                 \
    "datasetCode,typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,"    \
    "flowCode,partnerCode,partner2Code,classificationSearchCode,classificationCode,"     \
    "isOriginalClassification,cmdCode,customsCode,mosCode,motCode,qtyUnitCode,qty,"      \
    "isQtyEstimated,altQtyUnitCode,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,"   \
    "grossWgt,isGrossWgtEstimated,CIFValue,FOBValue,primaryValue,legacyEstimationFlag,"  \
    "isReported,isAggregate"
#define HEADER_WITS                                                                      \
    "Nomenclature,ReporterISO3,ProductCode,ReporterName,PartnerISO3,PartnerName,Year,"   \
    "TradeFlowName,TradeFlowCode,TradeValue in 1000 USD"
#define HEADER_BACI "t,i,j,k,v,q"
/* A subset of the Comtrade+ columns, for short rows. */
#define HEADER_SHORT                                                                     \
    "typeCode,freqCode,period,reporterCode,flowCode,partnerCode,partner2Code,"           \
    "classificationCode,cmdCode,customsCode,mosCode,motCode,qtyUnitCode,qty,netWgt,"     \
    "cifvalue,fobvalue,primaryValue"

#endif
