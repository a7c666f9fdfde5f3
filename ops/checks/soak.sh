#!/usr/bin/env bash
# Keeps a real `org serve` busy (talk, tools, jobs, readers that stall) and looks whether it holds ever more.
#
#   ./ops/checks/soak.sh [--minutes N]     default: 30; exit code 1 when something grew without bound
set -euo pipefail
# shellcheck source-path=SCRIPTDIR/.. source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

if (($# > 0)) && [[ ! "$1 ${2-}" =~ ^--minutes\ [0-9]+(\.[0-9]+)?$ ]]; then
  check_arguments "" "$@"
fi
use_bun
exec "$bun" "$root/bench/soak.ts" "$@"
