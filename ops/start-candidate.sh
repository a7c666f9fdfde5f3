#!/usr/bin/env bash
# Makes a candidate in a work tree of its own, of a patch, of a branch or commit, or of main, and serves it on
# port 7002 beside the current generation. Your checkout is left as it is.
#
#   ./ops/start-candidate.sh [--patch FILE | --branch REF] [OPTION...]      ORG_PORT_CANDIDATE=N: another port
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
exec "$here/org.sh" cand start --serve --port "${ORG_PORT_CANDIDATE:-7002}" "$@"
