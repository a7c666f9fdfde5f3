#!/usr/bin/env bash
# Makes a candidate in its own work tree, from a patch, a branch, a commit or main, and serves it on
# port 7002 beside the current generation. Your checkout does not change.
#
#   ./ops/start-candidate.sh [--patch FILE | --branch REF] [OPTION...]      ORG_PORT_CANDIDATE=N: another port
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
exec "$here/org.sh" cand start --serve --port "${ORG_PORT_CANDIDATE:-7002}" "$@"
