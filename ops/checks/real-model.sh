#!/usr/bin/env bash
# Runs the tasks of bench/tasks with a real model: fetches the weights once, starts a server with them, asks, ends it.
#
#   ./ops/checks/real-model.sh [--server llama.cpp|ollama|URL] [--bench tasks|project-tasks] [OPTIONS of that bench]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR/.. source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

if [[ ${1-} == -h || ${1-} == --help ]]; then print_help && exit 0; fi
use_bun
exec "$bun" "$root/bench/programs/real-model.ts" "$@"
