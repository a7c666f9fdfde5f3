#!/usr/bin/env bash
# Runs everything several times on a machine that six endless loops keep busy, and says how each run ended.
#
#   ./ops/checks/stress.sh [--runs N] [--loops N] [-- COMMAND...]     default: 3 runs, 6 loops, ./ops/test.sh
#
# Each run takes the next part of the test files that cost much (ORG_PART). Exit code 1 when a run fails. What a run prints lies in a file that is named; the loops end with this script.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR/.. source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

runs=3 loops=6
while (($# > 0)) && [[ $1 != -- ]]; do
  case $1 in
  -h | --help) print_help && exit 0 ;;
  --runs | --loops)
    if [[ ! ${2-} =~ ^[1-9][0-9]?$ ]]; then
      say "$1 needs a number from 1 to 99; nothing was run"
      remedy "$0 --help"
      exit "$EX_USAGE"
    fi
    declare "${1#--}=$2"
    shift 2
    ;;
  *)
    say "unknown argument \"$1\"; nothing was run"
    remedy "$0 --help"
    exit "$EX_USAGE"
    ;;
  esac
done
[[ ${1-} != -- ]] || shift
(($# > 0)) || set -- "$root/ops/test.sh"

busy=()
# By their ids, and no other process.
end_loops() { ((${#busy[@]} == 0)) || kill -- "${busy[@]}" 2>/dev/null || true; }
trap end_loops EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
for ((count = 0; count < loops; count++)); do
  (while :; do :; done) </dev/null >/dev/null 2>&1 &
  busy+=("$!")
done

logs=$(mktemp -d)
failed=0
for ((run = 1; run <= runs; run++)); do
  begun=$SECONDS
  status=0
  # One part after the other, so that three runs meet every test file.
  ORG_PART="${ORG_PART:-$(((run - 1) % 3 + 1))}" "$@" </dev/null >"$logs/run-$run.log" 2>&1 || status=$?
  ((status == 0)) || failed=$((failed + 1))
  last=$(tail -n 1 -- "$logs/run-$run.log")
  echo "run $run of $runs beside $loops loops: exit code $status after $((SECONDS - begun)) s: $last"
done
echo "$((runs - failed)) of $runs runs passed; what they printed: $logs"
((failed == 0))
