#!/usr/bin/env bash
# Installs what is missing, then runs the checks and the tests. The last line is "N passed, N failed".
#
#   ./ops/test.sh               of the test files that cost much a third, another one in each run, and those beside what
#                               was changed: it prints which third, and the seeds that chose a part of large sets of cases
#   ORG_PART=2 ./ops/test.sh    that third again, of 1 to 3
#   ORG_PART=all ./ops/test.sh  all files, with coverage, as continuous integration runs it
#   ORG_ALL=1 ./ops/test.sh     all files, with all cases
#   FC_SEED=1 ./ops/test.sh     the cases of that seed again
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
check_arguments "" "$@"

# Goes on as long as tests can run at all: then the tests say what the missing part breaks.
setup=0
"$root/ops/setup.sh" --dev || setup=$?
if ! can_start; then
  echo "0 passed, 1 failed"
  exit "$((setup == 0 ? 1 : setup))"
fi
use_bun

totals=$(mktemp)
trap 'rm -f -- "$totals"' EXIT
status=0
"$bun" "$root/ops/verify.ts" --all --totals "$totals" </dev/null || status=$?
if [[ -s $totals ]]; then
  cat -- "$totals"
else
  # The program that counts has crashed itself; that must never look like a success.
  echo "0 passed, 1 failed"
  ((status != 0)) || status=1
fi
exit "$status"
