#!/usr/bin/env bash
# What run.sh starts inside tmux: takes over the arguments and the environment that run.sh wrote
# down, runs the room, and keeps a failure readable.
#
#   ./ops/pane.sh FILE
set -euo pipefail
here=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
if [[ ${1-} == -h || ${1-} == --help ]]; then print_help && exit 0; fi
if (($# != 1)) || [[ ! -f $1 ]]; then
  say "\"${1-}\" is not a file of run.sh; nothing was changed"
  remedy ./ops/run.sh
  exit "$EX_USAGE"
fi

# Of the environment of the tmux server only what describes this pane stays.
belongs_to_pane='^(TERM|TMUX|TMUX_PANE|PWD|OLDPWD|SHLVL|LINES|COLUMNS|_)$'
for name in $(compgen -e); do
  [[ $name =~ $belongs_to_pane ]] || unset -v "$name" 2>/dev/null || true
done
# How many arguments, the arguments, the environment: each ends with a NUL byte.
{
  read -r -d '' count
  arguments=()
  while ((${#arguments[@]} < count)); do
    IFS= read -r -d '' argument
    arguments+=("$argument")
  done
  while IFS= read -r -d '' pair; do
    name=${pair%%=*}
    # Other programs may export names that are none to bash.
    [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ && ! $name =~ $belongs_to_pane ]] || continue
    export "$name=${pair#*=}" 2>/dev/null || true
  done
} <"$1"
rm -f -- "$1"

# Ctrl-C is for the room; without this line it could also end the message below.
trap : INT
status=0
"$here/org.sh" "${arguments[@]}" || status=$?
case $status in
  0 | 129 | 130 | 143) exit "$status" ;; # left, hung up, interrupted or stopped: nothing to explain
esac
printf '\norg ended with exit code %s. Enter closes this window.\n' "$status"
read -r _ || true
exit "$status"
