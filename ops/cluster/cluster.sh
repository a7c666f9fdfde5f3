#!/usr/bin/env bash
# Starts PostgreSQL with a synchronous standby, and three nodes of org, each in a network namespace of its own: to look at
# what several machines do, and to disturb them. Needs root, for namespaces do, and Debian's PostgreSQL.
#
#   ./ops/cluster/cluster.sh up [OPTIONS]     starts all; OPTIONS go to each `org serve`, such as --base URL
#   ./ops/cluster/cluster.sh status           the database, its standby, the nodes, and who has which room
#   ./ops/cluster/cluster.sh run NODE WORDS   runs `org WORDS` on a node: a, b or c
#   ./ops/cluster/cluster.sh cut NODE         its packets vanish, until: mend NODE
#   ./ops/cluster/cluster.sh kill NODE        kill -9, until: start NODE [OPTIONS]
#   ./ops/cluster/cluster.sh fail-over        kills the primary, and promotes the standby
#   ./ops/cluster/cluster.sh down             ends all, and removes what it made
#
# Everything lies in the folder that ORG_CLUSTER names, /tmp/org-cluster unless it is set.
set -euo pipefail
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "$here/../lib.sh"

folder=${ORG_CLUSTER:-/tmp/org-cluster}
nodes=(a b c)
# Two clusters at once have folders, namespaces and networks of their own.
sum=$(printf '%s' "$folder" | cksum)
sum=${sum%% *}
bridge=org$((sum % 1000000))
network=10.$((128 + sum % 127)).$((sum / 127 % 255))

# Runs a program of PostgreSQL as its own user: it refuses to run as root.
postgres_program() {
  local program=$1
  shift
  (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$binaries/$program" "$@")
}

sql() {
  PGPASSWORD=$(<"$folder/password") "$binaries/psql" -X -A -t -h "$network.1" -p "$1" -U org -d org -c "$2"
}

free_port() {
  "$bun" -e 'const s = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } }); console.log(s.port); s.stop(true)'
}

start_server() {
  postgres_program pg_ctl -D "$folder/$1" -l "$folder/$1/log" -w -s -o "-p $2" start
}

make_servers() {
  local port standby
  port=$(free_port)
  standby=$(free_port)
  head -c 18 /dev/urandom | base64 | tr -dc 'a-zA-Z0-9' >"$folder/password"
  printf '%s %s\n' "$port" "$standby" >"$folder/ports"
  install -d -o postgres -g postgres -m 700 "$folder/primary" "$folder/standby"
  postgres_program initdb -D "$folder/primary" -U org --pwfile=/dev/stdin --auth=scram-sha-256 \
    --no-locale -E UTF8 --no-instructions <"$folder/password" >"$folder/initdb.log"
  cat >>"$folder/primary/postgresql.conf" <<CONF
listen_addresses = '$network.1'
unix_socket_directories = ''
shared_buffers = 64MB
max_connections = 200
CONF
  printf '%s\n' "host all org $network.0/24 scram-sha-256" "host replication org $network.0/24 scram-sha-256" \
    >>"$folder/primary/pg_hba.conf"
  start_server primary "$port"
  PGPASSWORD=$(<"$folder/password") "$binaries/createdb" -h "$network.1" -p "$port" -U org org
  PGPASSWORD=$(<"$folder/password") postgres_program pg_basebackup -D "$folder/standby" -R -X stream -c fast \
    -d "host=$network.1 port=$port user=org"
  start_server standby "$standby"
  sql "$port" "alter system set synchronous_standby_names = '*'" >/dev/null
  sql "$port" "select pg_reload_conf()" >/dev/null
}

make_network() {
  local node index=10
  ip link add "$bridge" type bridge
  ip address add "$network.1/24" dev "$bridge"
  ip link set "$bridge" up
  for node in "${nodes[@]}"; do
    index=$((index + 1))
    ip netns add "$bridge-$node"
    ip link add "$bridge-$node" type veth peer name eth0 netns "$bridge-$node"
    ip link set "$bridge-$node" master "$bridge" up
    ip -n "$bridge-$node" address add "$network.$index/24" dev eth0
    ip -n "$bridge-$node" link set lo up
    ip -n "$bridge-$node" link set eth0 up
  done
}

in_node() {
  local node=$1 primary standby password
  shift
  read -r primary standby <"$folder/ports"
  password=$(<"$folder/password")
  ip netns exec "$bridge-$node" env ORG_NODE="$node" ORG_HOME="$folder/$node" \
    ORG_DB="postgres://org:$password@$network.1:$primary/org,postgres://org:$password@$network.1:$standby/org" "$@"
}

start_node() {
  local node=$1
  shift
  mkdir -p "$folder/$node"
  in_node "$node" setsid "$root/ops/org.sh" serve --workers 2 "$@" >"$folder/$node.log" 2>&1 &
  printf '%s\n' "$!" >"$folder/$node.pid"
  for _ in {1..200}; do
    ! grep -q 'serves on' "$folder/$node.log" || return 0
    kill -0 "$(<"$folder/$node.pid")" 2>/dev/null || break
    sleep 0.1
  done
  say "node $node does not serve:"
  cat "$folder/$node.log" >&2
  return "$EX_UNAVAILABLE"
}

# Ends what runs in a node: a process of its namespace is one of ours.
end_node() {
  local pid
  for pid in $(ip netns pids "$bridge-$1" 2>/dev/null); do kill -"$2" "$pid" 2>/dev/null || true; done
}

up() {
  if [[ -e $folder ]]; then
    say "there is a cluster in $folder already; nothing was changed"
    remedy "$0 down"
    exit "$EX_TEMPORARY"
  fi
  mkdir -m 711 "$folder"
  make_network
  make_servers
  in_node a "$root/ops/org.sh" db init
  local node
  for node in "${nodes[@]}"; do start_node "$node" "$@"; done
  status
  remedy "$0 run a ask 'What is in this folder?'"
}

status() {
  local primary standby port
  read -r primary standby <"$folder/ports"
  for port in "$primary" "$standby"; do
    sql "$port" "select '$network.1:$port is a ' || case when pg_is_in_recovery() then 'standby' else 'primary' end" \
      2>/dev/null || printf '%s\n' "$network.1:$port does not answer"
  done
  for port in "$primary" "$standby"; do
    sql "$port" "select 'standby: ' || sync_state || ', ' || coalesce(replay_lag::text, 'no lag') from pg_stat_replication" \
      2>/dev/null || true
    sql "$port" "select name || ' is with ' || owner from org.lock
      where owner is not null and expires_at > org.clock_ms() and not pg_is_in_recovery()" 2>/dev/null || true
  done
  local node
  for node in "${nodes[@]}"; do
    if [[ -n $(ip netns pids "$bridge-$node") ]]; then tail -n 1 "$folder/$node.log"; else printf 'node %s does not run\n' "$node"; fi
  done
}

fail_over() {
  local primary standby
  read -r primary standby <"$folder/ports"
  postgres_program pg_ctl -D "$folder/primary" -m immediate -s stop
  postgres_program pg_ctl -D "$folder/standby" -w -s promote
  # Alone, it would wait for a standby that is not there before it confirms anything.
  sql "$standby" "alter system reset synchronous_standby_names" >/dev/null
  sql "$standby" "select pg_reload_conf()" >/dev/null
  status
}

down() {
  local node server
  for node in "${nodes[@]}"; do
    end_node "$node" KILL
    ip netns delete "$bridge-$node" 2>/dev/null || true
  done
  for server in primary standby; do
    postgres_program pg_ctl -D "$folder/$server" -m immediate -s stop 2>/dev/null || true
  done
  ip link delete "$bridge" 2>/dev/null || true
  rm -rf -- "$folder"
}

[[ ${1:-} != -h && ${1:-} != --help ]] || { print_help && exit 0; }
action=${1:-status}
shift $(($# > 0 ? 1 : 0))
node=${1:-}
case $action in
  run | cut | mend | kill | start)
    if [[ " ${nodes[*]} " != *" $node "* || -z $node ]]; then
      say "\"$node\" is not a node: ${nodes[*]}; nothing was changed"
      exit "$EX_USAGE"
    fi
    shift
    ;;
  up | status | fail-over | down) ;;
  *)
    say "unknown action \"$action\"; nothing was changed"
    remedy "$0 --help"
    exit "$EX_USAGE"
    ;;
esac
if ((EUID != 0)); then
  say "network namespaces need root; nothing was changed"
  exit "$EX_NOT_ALLOWED"
fi
binaries=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
if [[ -z $binaries ]]; then
  say "PostgreSQL is missing; nothing was changed"
  remedy "ops/setup.sh --dev"
  exit "$EX_UNAVAILABLE"
fi
use_bun || exit

case $action in
  up) up "$@" ;;
  status) status ;;
  run) in_node "$node" "$root/ops/org.sh" "$@" ;;
  cut) ip netns exec "$bridge-$node" iptables -I INPUT -i eth0 -j DROP ;;
  mend) ip netns exec "$bridge-$node" iptables -D INPUT -i eth0 -j DROP ;;
  kill) end_node "$node" KILL ;;
  start) start_node "$node" "$@" ;;
  fail-over) fail_over ;;
  down) down ;;
esac
