#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Each test is a folder of cases/: `cmd` (bash, run among copies of data/), `stdin`
# if there is one, and what must come of it: `expected.stdout`, `exit`, and
# `expected.stderr` where what is said matters. MG_REDO=1 rewrites all of these;
# a new case needs its folder with `cmd` (and an empty `expected.stderr` if that is
# to be compared) and a line below.

load helper

check_case() {
    local dir=$BATS_TEST_DIRNAME/cases/$BATS_TEST_DESCRIPTION input=/dev/null code=0 part
    [ -e "$dir/cmd" ]
    if [ -e "$dir/stdin" ]; then input=$dir/stdin; fi
    # shellcheck source=/dev/null
    (. "$dir/cmd") <"$input" >"$BATS_TEST_TMPDIR/.stdout" 2>"$BATS_TEST_TMPDIR/.stderr" || code=$?
    echo "$code" >"$BATS_TEST_TMPDIR/.exit"
    if [ "${MG_REDO:-0}" = 1 ]; then
        cp .stdout "$dir/expected.stdout"
        cp .exit "$dir/exit"
        if [ -e "$dir/expected.stderr" ]; then cp .stderr "$dir/expected.stderr"; fi
    fi
    diff -u "$dir/exit" .exit || { cat .stderr; false; }
    for part in stdout stderr; do
        [ ! -e "$dir/expected.$part" ] || diff -u "$dir/expected.$part" ".$part"
    done
}

@test "every case has its line here" {
    diff <(ls "$BATS_TEST_DIRNAME/cases") \
        <(sed -n 's/^@test "\(.*\)" { check_case; }$/\1/p' "$BATS_TEST_FILENAME")
}

@test "controls-break" { check_case; }
@test "debug-parse" { check_case; }
@test "debug-parse-odd-quote" { check_case; }
@test "dump-breakdown" { check_case; }
@test "dump-header" { check_case; }
@test "dump-json-answer" { check_case; }
@test "dump-legacy" { check_case; }
@test "dump-plus" { check_case; }
@test "dump-stdin" { check_case; }
@test "error-cif-fit" { check_case; }
@test "error-duplicate-column" { check_case; }
@test "error-html-page" { check_case; }
@test "error-json-limit" { check_case; }
@test "error-json-says-error" { check_case; }
@test "error-malformed" { check_case; }
@test "error-no-file" { check_case; }
@test "error-no-store" { check_case; }
@test "error-truncated-gzip" { check_case; }
@test "error-unknown-header" { check_case; }
@test "gaps-country" { check_case; }
@test "gaps-json" { check_case; }
@test "gaps-keys" { check_case; }
@test "gaps-no-by" { check_case; }
@test "gaps-nothing" { check_case; }
@test "gaps-total" { check_case; }
@test "gaps-unknown-key" { check_case; }
@test "info-component-concordance" { check_case; }
@test "info-coverage" { check_case; }
@test "info-partitions" { check_case; }
@test "info-sources" { check_case; }
@test "ingest-ack" { check_case; }
@test "ledger-breakdown" { check_case; }
@test "ledger-by-file" { check_case; }
@test "pairs-annual-from-months" { check_case; }
@test "pairs-band" { check_case; }
@test "pairs-cif-auto" { check_case; }
@test "pairs-cif-baci" { check_case; }
@test "pairs-cif-fixed" { check_case; }
@test "pairs-cif-gfi" { check_case; }
@test "pairs-cif-none" { check_case; }
@test "pairs-concordance" { check_case; }
@test "pairs-distances" { check_case; }
@test "pairs-editions" { check_case; }
@test "pairs-harmonise-common" { check_case; }
@test "pairs-harmonise-h3" { check_case; }
@test "pairs-harmonise-none" { check_case; }
@test "pairs-json" { check_case; }
@test "pairs-lag" { check_case; }
@test "pairs-legacy" { check_case; }
@test "pairs-monthly" { check_case; }
@test "pairs-names" { check_case; }
@test "pairs-ndjson" { check_case; }
@test "pairs-net-re-exports" { check_case; }
@test "pairs-re-exports" { check_case; }
@test "pairs-rebuilt" { check_case; }
@test "pairs-reconcile-baci" { check_case; }
@test "pairs-reconcile-by" { check_case; }
@test "pairs-reconcile-mirror" { check_case; }
@test "pairs-unions" { check_case; }
@test "rejects" { check_case; }
@test "reliability" { check_case; }
@test "reliability-no-method" { check_case; }
@test "scores-robust-z" { check_case; }
