#!/usr/bin/env bash
# Ends the room that run.sh opened: first gently, so that it can save, after 10 seconds firmly.
# Nothing is left running, and nothing else is touched.
#
#   ./ops/stop.sh      ORG_SESSION=NAME: another session
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
use_session
# Said before anything is looked for: where nothing runs, nothing needs to be installed.
if ! command -v tmux >/dev/null || ! tmux has-session -t "=$session" 2>/dev/null; then
  say "not running: there is no tmux session \"$session\""
  exit 0
fi
use_bun || exit
exec "$bun" "$root/ops/stop.ts" "$session"
