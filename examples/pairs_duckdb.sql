-- SPDX-License-Identifier: GPL-3.0-or-later
-- duckdb < pairs_duckdb.sql, beside the pairs.csv of `mirrorgap pairs STORE -o pairs.csv`.
-- Codes are texts: "010121" must keep its zero. An empty field is missing, not 0.
SELECT exporter_iso3 AS exporter, sum(gap_usd) AS "gap (USD)"
FROM read_csv('pairs.csv', header = true, all_varchar = false,
              types = {'hs': 'VARCHAR', 'exporter': 'VARCHAR', 'importer': 'VARCHAR'})
WHERE status = 'matched'
GROUP BY exporter_iso3
ORDER BY exporter_iso3;
