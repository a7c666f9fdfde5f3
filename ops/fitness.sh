#!/usr/bin/env bash
# Judges the candidate that serves on a port. Exit code 0: the candidate may be promoted; 1: it is rejected or held.
#
#   ./ops/fitness.sh [PORT | CANDIDATE] [OPTION...]      default: port 7002, or ORG_PORT_CANDIDATE
set -euo pipefail
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
if [[ $# -eq 0 || $1 == -* ]]; then set -- "${ORG_PORT_CANDIDATE:-7002}" "$@"; fi
exec "$here/org.sh" fitness "$@"
