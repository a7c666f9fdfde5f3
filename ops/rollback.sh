#!/usr/bin/env bash
# Reverts the newest promotion, or the one with this tag. Needs no model and no network.
#
#   ./ops/rollback.sh [TAG]
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
exec "$here/org.sh" rollback "$@"
