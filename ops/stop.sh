#!/usr/bin/env bash
# Stops the room that run.sh opened, the generations that serve this home and their background processes: SIGTERM
# first, so that they can save, SIGKILL after 10 seconds. Other processes stay; `org stop` ends all rooms of the home.
#
#   ./ops/stop.sh      ORG_SESSION=NAME: another session; ORG_HOME=DIR: the generations of another home
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
check_arguments "" "$@"
use_session
# Said before anything is looked for: where nothing runs, nothing needs to be installed.
serves() { compgen -G "${ORG_HOME:-$root}/.org/run/*-*.json" >/dev/null; }
has_session() { command -v tmux >/dev/null && tmux has-session -t "=$session" 2>/dev/null; }
if ! has_session && ! serves; then
  say "not running: there is no tmux session \"$session\""
  exit 0
fi
use_bun || exit
exec "$bun" "$root/ops/stop.ts" "$session"
