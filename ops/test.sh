#!/usr/bin/env bash
# Installs what is missing, then runs every check and every test. The last line is "N passed, N failed".
#
#   ./ops/test.sh             of some large sets of cases a part, another one in each run; it prints the seed
#   ORG_ALL=1 ./ops/test.sh   all cases
#   FC_SEED=1 ./ops/test.sh   the part of that seed again
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
