#!/usr/bin/env bash
# Serves main on port 7001, from a release of its tip; a server that already runs is stopped first. stop.sh stops it.
#
#   ./ops/start-current.sh [OPTION...]      those of `org serve`; ORG_PORT_CURRENT=N: another port
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
exec "$here/org.sh" serve --generation current --background --port "${ORG_PORT_CURRENT:-7001}" "$@"
