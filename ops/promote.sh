#!/usr/bin/env bash
# Merges a candidate that the gate lets pass, restarts the current generation from it, and takes it back when
# that does not run well.
#
#   ./ops/promote.sh [CANDIDATE] [OPTION...]      default: the newest; --approve: yes to one that is held
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
exec "$here/org.sh" promote "$@"
