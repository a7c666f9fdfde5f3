#!/usr/bin/env bash
# The firewall of a virtual machine that org runs in: only traffic to the model provider may leave the machine.
#
#   ./ops/vm-firewall.sh http://192.168.56.1:11434           prints the rules; changes nothing
#   ./ops/vm-firewall.sh --apply http://192.168.56.1:11434   loads them with nft; needs root
#
# You may name several providers. A host name is looked up once, now: the rules hold addresses, and block
# name servers afterwards. To remove the rules: nft delete table inet org_out
set -euo pipefail
# A wrong argument ends everything, wherever it is noticed.
shopt -s inherit_errexit

usage() {
  printf 'vm-firewall: %s\n\nUsage: vm-firewall.sh [--apply] URL…\n' "$1" >&2
  exit 64
}

# Prints the host and the port of a URL, or of HOST:PORT, on one line.
destination() {
  local pattern='^((https?)://)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:([0-9]{1,5}))?(/.*)?$'
  [[ $1 =~ $pattern ]] || usage "\"${1:0:80}\" is not a URL of a provider"
  local host=${BASH_REMATCH[3]} port=${BASH_REMATCH[5]}
  if [[ -z $port ]]; then
    case ${BASH_REMATCH[2]} in
      https) port=443 ;;
      http) port=80 ;;
      *) port=11434 ;;
    esac
  fi
  ((10#$port >= 1 && 10#$port <= 65535)) || usage "\"$port\" is not a port"
  printf '%s %d\n' "${host//[][]/}" "$((10#$port))"
}

# Prints one rule for each address of the host.
accept() {
  local addresses address family
  addresses=$(getent ahosts "$1" | awk '{ print $1 }' | sort -u) || usage "\"$1\" has no address"
  [[ -n $addresses ]] || usage "\"$1\" has no address"
  for address in $addresses; do
    family=ip
    [[ $address == *:* ]] && family=ip6
    printf '    %s daddr %s tcp dport %d accept\n' "$family" "$address" "$2"
  done
}

rules() {
  local accepted='' found url
  for url in "$@"; do
    found=$(destination "$url")
    # shellcheck disable=SC2086 # two words: host and port
    accepted+=$(accept $found)$'\n'
  done
  # Declared and deleted first: loading the rules twice leaves them once.
  printf 'table inet org_out\ndelete table inet org_out\ntable inet org_out {\n'
  printf '  chain output {\n    type filter hook output priority filter; policy drop;\n'
  printf '    oif "lo" accept\n    ct state established,related accept\n'
  printf '%s' "$accepted"
  # Without these, no host finds the machine of an IPv6 address on the same network.
  if [[ $accepted == *'ip6 daddr'* ]]; then
    printf '    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n'
  fi
  printf '    counter reject with icmpx admin-prohibited\n  }\n'
  # What the machine would pass on for others goes nowhere.
  printf '  chain forward {\n    type filter hook forward priority filter; policy drop;\n  }\n}\n'
}

apply=false
urls=()
for argument in "$@"; do
  case $argument in
    -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' -- "$0" && exit 0 ;;
    --apply) apply=true ;;
    -*) usage "unknown option \"${argument:0:80}\"; nothing was changed" ;;
    *) urls+=("$argument") ;;
  esac
done
set -- "${urls[@]}"
(($# > 0)) || usage "name the provider, for example http://192.168.56.1:11434"

# All of them before any is loaded: half a firewall is worse than none.
text=$(rules "$@")
if [[ $apply == false ]]; then
  printf '%s\n' "$text"
  printf 'Nothing was changed. With --apply, as root, these rules are loaded.\n' >&2
  exit 0
fi
if ((EUID != 0)); then
  printf 'vm-firewall: --apply needs root. Nothing was changed.\n' >&2
  exit 77
fi
command -v nft >/dev/null || {
  printf 'vm-firewall: nft is not installed: apt-get install nftables. Nothing was changed.\n' >&2
  exit 69
}
printf '%s\n' "$text" | nft --file -
printf 'Loaded. To take the rules away: nft delete table inet org_out\n' >&2
