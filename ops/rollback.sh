#!/usr/bin/env bash
# Takes the newest promotion back, or any other by its tag. Needs no model and no network.
#
#   ./ops/rollback.sh [TAG]
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
exec "$here/org.sh" rollback "$@"
