* SPDX-License-Identifier: GPL-3.0-or-later
* Gaps by exporter from `mirrorgap export STORE -o pairs.dta`. Codes are texts, missing
* figures are Stata's missing; `describe` shows each column's meaning and unit.
use pairs.dta, clear
keep if status == "matched"
collapse (sum) gap_usd, by(exporter_iso3)
list, noobs
