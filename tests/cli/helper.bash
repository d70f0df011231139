# SPDX-License-Identifier: GPL-3.0-or-later
# helper.bash - what the command-line tests share.
#
#   MG_PROG      the program under test
#   MG_THREADS   its number of threads, where a test does not say
#   MG_REDO=1    rewrites the expected files of tests/cli/cases

bats_require_minimum_version 1.5.0

# Debian's python3 has h5py; another one on the PATH may not.
PYTHON=${PYTHON:-/usr/bin/python3}

setup_file() {
    MG_PROG=$(realpath -e "${MG_PROG:?the program under test}")
    export MG_PROG LC_ALL=C
}

setup() {
    DATA=$BATS_TEST_DIRNAME/data
    cd "$BATS_TEST_TMPDIR" || return 1
    cp "$DATA"/*.csv "$DATA"/*.json .
}

mirrorgap() {
    "$MG_PROG" "$@"
}

# What a store holds, in the canonical order.
dump() {
    mirrorgap dump "$@"
}

# fails_with CODE PATTERN COMMAND...: the exit code, and a word on stderr.
fails_with() {
    local code=$1 pattern=$2
    shift 2
    run --separate-stderr "$@"
    # shellcheck disable=SC2154 # run sets them
    echo "exit $status, stderr: $stderr"
    [ "$status" -eq "$code" ]
    # shellcheck disable=SC2154
    [[ $stderr =~ $pattern ]]
}

# reads_as_plain FILE...: the observations are those of plus.csv.
reads_as_plain() {
    mirrorgap dump -i plus.csv >expected.txt
    mirrorgap dump -i "$@" >got.txt
    cmp expected.txt got.txt
    [ "$(wc -l <got.txt)" -eq 13 ]
}
