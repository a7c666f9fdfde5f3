#!/usr/bin/env bash
# The command line of org with the Bun that this checkout pins, from any folder:
#   ln -s "$PWD/ops/org.sh" ~/.local/bin/org
set -euo pipefail
# The link is followed, because lib.sh lies beside the file and not beside the link.
here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
use_bun || exit
need_packages || exit
patient_compiler
# Bun obeys a bunfig.toml and a .env of the folder it is started in, and a model may have written
# them there: it gets ours, and no other.
exec "$bun" --config="$root/bunfig.toml" --no-env-file --no-install "$root/main.ts" "$@"
