#!/usr/bin/env bash
# Merges a candidate that passes the gate, restarts the current generation from it, and reverts the merge when
# the new release does not run well.
#
#   ./ops/promote.sh [CANDIDATE] [OPTION...]      default: the newest; --approve: approve one that is held
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
exec "$here/org.sh" promote "$@"
