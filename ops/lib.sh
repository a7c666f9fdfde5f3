# shellcheck shell=bash
# Sourced by the scripts of this folder: where we are, how we speak, and the one Bun that they all use.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
read -r bun_version <"$root/.bun-version"
# One folder per version, outside of the checkout: every checkout shares it. Root's lies in /usr,
# because the tools of a room that root started run as "nobody", who cannot look into /root.
if ((EUID == 0)); then data=/usr/local/share; else data=${HOME:-~}/.local/share; fi
bun_folder=${XDG_DATA_HOME:-$data}/org/bun-$bun_version

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

# Prints what the head of the script says about it.
print_help() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' -- "$0"
}

# Answers --help, and refuses every argument but the allowed ones: check_arguments "ALLOWED..." "$@"
check_arguments() {
  local allowed=" $1 " argument
  shift
  for argument in "$@"; do
    [[ $argument != -h && $argument != --help ]] || { print_help && exit 0; }
  done
  for argument in "$@"; do
    [[ $allowed != *" $argument "* ]] || continue
    say "unknown argument \"$argument\"; nothing was changed"
    remedy "$0 --help"
    exit "$EX_USAGE"
  done
}

# Runs a command as the user that the tools of a room run as.
as_tool() {
  if ((EUID == 0)); then
    # env starts the command: setpriv still has root's rights when it looks for one itself.
    setpriv --reuid=65534 --regid=65534 --clear-groups env "$@"
  else
    "$@"
  fi
}

# Prints the path of the pinned Bun: ours, else the one on PATH if it has that very version. One that
# a tool may not run, such as /root/.bun/bin/bun, is none.
bun_path() {
  local candidate
  for candidate in "$bun_folder/bun" "$(command -v bun)"; do
    if [[ -x $candidate && $(as_tool "$candidate" --version 2>/dev/null) == "$bun_version" ]]; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# Sets $bun, and makes that Bun the `bun` of everything that is started from here.
use_bun() {
  if ! bun=$(bun_path); then
    say "Bun $bun_version is not installed"
    remedy "$root/ops/setup.sh"
    return "$EX_UNAVAILABLE"
  fi
  # Only where it is needed: /usr/bin in front would hide a person's own python3 or node.
  [[ $bun -ef $(command -v bun) ]] || export PATH=${bun%/*}:$PATH
}

# Without the locked packages Bun would only say which of them it met first.
need_packages() {
  [[ ! -d $root/node_modules && -f $root/bun.lock ]] || return 0
  say "the packages of this checkout are not installed"
  remedy "$root/ops/setup.sh"
  return "$EX_UNAVAILABLE"
}

# A question compiles little and is over: code that runs a hundred times is not worth the compiler, what runs a thousand
# times is. Saves an eighth of the processor time of "org ask" (269 -> 235 ms, Bun 1.4.5) and costs a server nothing that
# could be measured. What a person has set holds. tools/contract/programs.ts has the same for tools.
patient_compiler() {
  export BUN_JSC_thresholdForJITAfterWarmUp=${BUN_JSC_thresholdForJITAfterWarmUp:-20000}
  export BUN_JSC_thresholdForOptimizeAfterWarmUp=${BUN_JSC_thresholdForOptimizeAfterWarmUp:-50000}
  export BUN_JSC_thresholdForOptimizeAfterLongWarmUp=${BUN_JSC_thresholdForOptimizeAfterLongWarmUp:-50000}
}

# True when main.ts can start, whatever else is missing.
can_start() {
  bun_path >/dev/null && [[ -d $root/node_modules ]]
}

# Sets $session to the name of the tmux session; tmux itself would turn "." and ":" into "_".
use_session() {
  session=${ORG_SESSION:-org}
  if [[ ! $session =~ ^[A-Za-z0-9_-]+$ ]]; then
    say "ORG_SESSION=\"$session\" is not a name for a session: letters, digits, _ and - only"
    exit "$EX_USAGE"
  fi
}

# Prints the checkout whose room runs in the session; nothing when the session is not one of ours.
session_owner() {
  tmux show-options -v -q -t "=$session:" @org-root
}
