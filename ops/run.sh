#!/usr/bin/env bash
# Installs what is missing, then opens the room in the tmux session "org"; while that session exists,
# it attaches to it instead. Arguments and environment are passed on to main.ts unchanged.
#
#   ./ops/run.sh [ARGUMENT...]      ORG_SESSION=NAME: another session
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
if [[ ${1-} == -h || ${1-} == --help ]]; then print_help && exit 0; fi
use_session

# All other arguments are for the room. What it would refuse is refused here, with its own words and exit code: in a
# window of tmux the caller would see neither. With --help in front it reads the arguments and opens nothing.
are_checked=
check_room_arguments() {
  are_checked=yes
  (($# == 0)) || "$root/ops/org.sh" --help "$@" >/dev/null
}
if can_start; then check_room_arguments "$@"; fi

# A room without a sandbox is still a room: its tools refuse, and setup has said why.
"$root/ops/setup.sh" || {
  status=$?
  { can_start && command -v tmux >/dev/null; } || exit "$status"
}

[[ $are_checked ]] || check_room_arguments "$@"

open_session() {
  local handover
  # A running tmux server hands out the environment it was started with, and `tmux -e NAME=VALUE`
  # shows a key to everybody who types ps. So it goes by a file that only we can read. The arguments
  # go with it, because tmux takes one that ends with ";" for the end of its command.
  handover=$(umask 077 && mktemp "${XDG_RUNTIME_DIR:-/tmp}/org-handover.XXXXXX")
  printf '%s\0' "$#" "$@" >"$handover"
  env -0 >>"$handover"
  # Marked in the same breath, so that stop.sh never ends a session that merely has the same name.
  tmux new-session -d -s "$session" -c "$root" -- "$root/ops/pane.sh" "$handover" ';' \
    set-option -t "=$session:" @org-root "$root" || {
    rm -f -- "$handover"
    return 1
  }
}

if tmux has-session -t "=$session" 2>/dev/null; then
  (($# == 0)) || say "the room is open already: the arguments have no effect"
else
  # Two of us at the same moment: one opens it, the other finds it open.
  open_session "$@" || tmux has-session -t "=$session"
fi
owner=$(session_owner)
if [[ $owner != "$root" ]]; then
  say "tmux session \"$session\" belongs to ${owner:-something else}; nothing was changed"
  remedy "ORG_SESSION=org2 $0"
  exit "$EX_TEMPORARY"
fi
if [[ -t 0 && -t 1 ]]; then
  if [[ -n ${TMUX:-} ]]; then exec tmux switch-client -t "=$session"; fi
  exec tmux attach-session -t "=$session"
fi
say "the room is open in tmux session \"$session\""
remedy "tmux attach -t $session"
remedy "./ops/stop.sh"
