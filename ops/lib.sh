# shellcheck shell=bash
# Sourced by the scripts of this folder: where we are, how we speak, and the one Bun that they all use.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
read -r bun_version <"$root/.bun-version"
# One folder per version, outside of the checkout: every checkout of this user shares it.
bun_folder=${XDG_DATA_HOME:-${HOME:-~}/.local/share}/org/bun-$bun_version

# Exit codes, after sysexits.h.
export EX_USAGE=64 EX_UNAVAILABLE=69 EX_TEMPORARY=75 EX_NOT_ALLOWED=77

# Prints one line of progress; stdout belongs to whatever the script was asked for.
say() {
  printf '%s: %s\n' "$(basename -- "$0" .sh)" "$*" >&2
}

# Prints a command to paste.
remedy() {
  printf '→ %s\n' "$*" >&2
}

# Prints the path of the pinned Bun: ours, else the one on PATH if it has that very version.
bun_path() {
  if [[ -x $bun_folder/bun ]]; then
    echo "$bun_folder/bun"
  elif [[ $(bun --version 2>/dev/null) == "$bun_version" ]]; then
    command -v bun
  else
    return 1
  fi
}

# Sets $bun, and makes that Bun the `bun` of everything that is started from here.
use_bun() {
  if ! bun=$(bun_path); then
    say "Bun $bun_version is not installed"
    remedy ./ops/setup.sh
    return "$EX_UNAVAILABLE"
  fi
  # Only where it is needed: /usr/bin in front would hide a person's own python3 or node.
  [[ $bun -ef $(command -v bun) ]] || export PATH=${bun%/*}:$PATH
}

# True when main.ts can start, whatever else is missing.
can_start() {
  bun_path >/dev/null && [[ -d $root/node_modules ]]
}

# Sets $session to the name of the tmux session; tmux itself would turn "." and ":" into "_".
use_session() {
  session=${ORG_SESSION:-org}
  if [[ ! $session =~ ^[A-Za-z0-9_-]+$ ]]; then
    say "ORG_SESSION=\"$session\" is no name for a session: letters, digits, _ and - only"
    exit "$EX_USAGE"
  fi
}

# Prints the checkout whose room runs in the session; nothing when the session is not one of ours.
session_owner() {
  tmux show-options -v -q -t "=$session:" @org-root
}
