#!/usr/bin/env bash
# Installs what this machine lacks: the pinned Bun, the locked packages, and the programs that the
# sandbox and the room need. Prints one line for each thing it does, and changes no system setting.
#
#   ./ops/setup.sh          for running
#   ./ops/setup.sh --dev    also what only the tests need
#
# Exit codes: 0 nothing is missing · 69 something could not be installed · 77 not allowed
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
check_arguments "--dev" "$@"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
worst=0

# Remembers the first failure and goes on, so that one run names everything that is missing.
problem() {
  ((worst != 0)) || worst=$1
  say "${@:2}"
}

# Runs a command quietly; what it printed is shown only when it fails.
quietly() {
  "$@" >"$work/output" 2>&1 </dev/null || {
    local status=$?
    tail -n 15 -- "$work/output" >&2
    return "$status"
  }
}

# Looks for it only: importing takes ten times as long.
has_python_module() {
  /usr/bin/python3 -I -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)' "$1" 2>/dev/null
}

missing_packages() {
  command -v git >/dev/null || echo git
  command -v tmux >/dev/null || echo tmux
  command -v bwrap >/dev/null || echo bubblewrap
  # A python3 from pyenv or conda lies in a home, which the sandbox does not show to a tool.
  [[ -x /usr/bin/python3 ]] || echo python3
  # Tests of tools that models write run under that same python3.
  local module
  for module in pytest hypothesis; do
    has_python_module "$module" || echo "python3-$module"
  done
  { command -v setpriv && command -v prlimit; } >/dev/null || echo util-linux
  bun_path >/dev/null || command -v npm >/dev/null || command -v curl >/dev/null ||
    printf '%s\n' curl ca-certificates
  [[ ${1:-} == --dev ]] || return 0
  command -v shellcheck >/dev/null || echo shellcheck
  has_python_module prometheus_client || echo python3-prometheus-client
  has_python_module pip || echo python3-pip
  command -v curl >/dev/null || echo curl
  # Its programs are on no PATH; the tests start clusters of their own with them.
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
  # For the pages of the dashboard.
  command -v chromium >/dev/null || echo chromium
}

install_packages() {
  local packages as_root=()
  mapfile -t packages < <(missing_packages "$@")
  ((${#packages[@]} > 0)) || return 0
  if ! command -v apt-get >/dev/null; then
    problem "$EX_UNAVAILABLE" "missing: ${packages[*]}; this machine has no apt-get"
    remedy "install ${packages[*]} with the package manager of this system"
    return
  fi
  if ((EUID != 0)); then
    # Without a terminal no password can be typed: sudo -n fails at once instead of waiting.
    as_root=(sudo)
    [[ -t 0 ]] || as_root=(sudo -n)
    if ! "${as_root[@]}" true 2>/dev/null; then
      problem "$EX_NOT_ALLOWED" "missing: ${packages[*]}; installing them needs root"
      remedy "sudo apt-get update && sudo apt-get install -y ${packages[*]}"
      return
    fi
  fi
  say "installing ${packages[*]} (apt-get)"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
  local install=("${apt[@]}" install -y --no-install-recommends "${packages[@]}")
  # Debian's package would make a cluster and start it at every boot, where nothing says otherwise.
  if [[ " ${packages[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${as_root[@]}" install -D -m 644 /dev/stdin /etc/postgresql-common/createcluster.conf \
      <<<'create_main_cluster = false'
  fi
  # The package lists of a fresh machine are empty or old; of another one they are good enough.
  "${install[@]}" >/dev/null 2>&1 </dev/null ||
    { quietly "${apt[@]}" update && quietly "${install[@]}"; } || {
    problem "$EX_UNAVAILABLE" "apt-get could not install: ${packages[*]}"
    remedy "sudo apt-get update && sudo apt-get install -y ${packages[*]}"
    return
  }
  mapfile -t packages < <(missing_packages "$@")
  ((${#packages[@]} == 0)) || problem "$EX_UNAVAILABLE" "installed, but not on PATH: ${packages[*]}"
}

# A container engine of their own is only for tests of root, and they say so where there is none: no failure.
install_podman() {
  [[ ${1:-} == --dev ]] && ((EUID == 0)) && command -v apt-get >/dev/null || return 0
  ! { command -v podman && command -v crun && command -v busybox; } >/dev/null || return 0
  local packages=(podman crun busybox-static)
  say "installing ${packages[*]} (apt-get), for the tests of containers"
  quietly env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
    install -y --no-install-recommends "${packages[@]}" ||
    say "they are unavailable: the tests of containers run against a double alone"
}

# Prints the name that Bun's releases give to this kind of machine, for example "linux-x64".
bun_target() {
  local processor
  case $(uname -m) in
    x86_64) processor=x64 ;;
    aarch64 | arm64) processor=aarch64 ;;
    *) return 1 ;;
  esac
  local musl=(/lib/ld-musl-*)
  if [[ -e ${musl[0]} ]]; then echo "linux-$processor-musl"; else echo "linux-$processor"; fi
}

# The npm package of one platform holds the bare program. The package "bun" would fetch it in an
# install script, and npm 11 warns that it will stop running those unasked.
fetch_bun_by_npm() {
  cd "$work" && quietly npm pack "@oven/bun-$1@$bun_version" &&
    quietly tar -xzf "oven-bun-$1-$bun_version.tgz" --strip-components=2 package/bin/bun
}

# The archive that Bun's own install script takes; GITHUB is that script's variable for a mirror.
fetch_bun_by_curl() {
  local release="${GITHUB:-https://github.com}/oven-sh/bun/releases/download/bun-v$bun_version"
  cd "$work" && quietly curl -fsSL --retry 2 -O "$release/bun-$1.zip" -O "$release/SHASUMS256.txt" &&
    quietly sha256sum --check --ignore-missing --strict SHASUMS256.txt &&
    quietly python3 -m zipfile -e "bun-$1.zip" . && mv -- "bun-$1/bun" bun && chmod +x bun
}

install_bun() {
  ! bun_path >/dev/null || return 0
  local target
  if ! target=$(bun_target); then
    problem "$EX_UNAVAILABLE" "there is no Bun for a $(uname -s) machine of type $(uname -m)"
    return
  fi
  say "installing Bun $bun_version for $target into $bun_folder"
  { command -v npm >/dev/null && (fetch_bun_by_npm "$target"); } ||
    { command -v curl >/dev/null && (fetch_bun_by_curl "$target"); } || {
    problem "$EX_UNAVAILABLE" "could not fetch Bun $bun_version"
    remedy "npm install --global bun@$bun_version"
    remedy "curl -fsSL https://bun.com/install | bash -s bun-v$bun_version"
    return
  }
  # By the sum in this repository: what publishes Bun may one day publish something else under the same number.
  local sum pinned
  sum=$(sha256sum -- "$work/bun" | cut -d ' ' -f 1)
  pinned=$(awk -v target="$target" '$2 == target { print $1 }' "$root/ops/bun.sha256")
  if [[ $sum != "$pinned" ]]; then
    problem "$EX_UNAVAILABLE" "the Bun that was fetched is not the pinned one: its SHA-256 is $sum, ops/bun.sha256 says $pinned"
    say "it was neither run nor installed"
    return
  fi
  # Asked before it is moved into place: a wrong or broken program must never look installed.
  if [[ $("$work/bun" --version 2>&1) != "$bun_version" ]]; then
    problem "$EX_UNAVAILABLE" "the Bun that was fetched does not run here: $("$work/bun" --version 2>&1 | head -n 1)"
    return
  fi
  # By a rename, so that no process ever finds half a program there.
  if ! { quietly install -D -m 755 -- "$work/bun" "$bun_folder/bun.$$" &&
    mv -- "$bun_folder/bun.$$" "$bun_folder/bun"; }; then
    problem "$EX_NOT_ALLOWED" "cannot write to $bun_folder"
    remedy "XDG_DATA_HOME=/a/folder/of/yours $0"
  elif ! bun_path >/dev/null; then
    problem "$EX_NOT_ALLOWED" "the tools of a room run as \"nobody\", who cannot look into $bun_folder"
    remedy "env -u XDG_DATA_HOME $0"
  fi
}

# Always run: with nothing to do it takes 5 ms, and only Bun knows whether that is so.
install_modules() {
  use_bun 2>/dev/null || return 0
  [[ -d $root/node_modules ]] || say "installing the locked packages (bun install)"
  (cd "$root" && quietly "$bun" install --frozen-lockfile --ignore-scripts) || {
    problem "$EX_UNAVAILABLE" "could not install the packages of bun.lock into $root/node_modules"
    remedy "cd $root && $bun install --frozen-lockfile"
  }
}

# Asks for what the sandbox needs, as the user that it will run as.
check_sandbox() {
  command -v bwrap >/dev/null || return 0
  local answer
  # With a /proc of its own: some containers allow the namespaces but not that.
  answer=$(as_tool bwrap --unshare-all --ro-bind / / --proc /proc /usr/bin/true 2>&1) && return
  problem "$EX_NOT_ALLOWED" "bubblewrap cannot make a sandbox here: ${answer%%$'\n'*}"
  say "the room works; tools that run programs will refuse, and nothing was changed"
  explain_sandbox
}

# What usually forbids it, and what its owner can paste.
explain_sandbox() {
  local kernel=/proc/sys/kernel
  if grep -qsx 1 $kernel/apparmor_restrict_unprivileged_userns; then
    remedy "printf '%s\n' 'abi <abi/4.0>,' 'profile bwrap /usr/bin/bwrap flags=(unconfined) {' '  userns,' '}' | sudo tee /etc/apparmor.d/bwrap && sudo apparmor_parser -r /etc/apparmor.d/bwrap"
  elif grep -qsx 0 $kernel/unprivileged_userns_clone; then
    remedy "sudo sysctl -w kernel.unprivileged_userns_clone=1"
  elif grep -qsx 0 /proc/sys/user/max_user_namespaces; then
    remedy "sudo sysctl -w user.max_user_namespaces=15000"
  else
    remedy "in a container, start it with: --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
  fi
}

install_packages "$@"
install_podman "$@"
install_bun
install_modules
check_sandbox
((worst != 0)) || say "nothing is missing"
exit "$worst"
