#!/bin/sh
# Copies the notes (*.txt) of a folder into another one: collect.sh FROM TO
set -eu

from=$1
to=$2
mkdir -p "$to"
count=0
for note in "$from"/*.txt; do
  [ -f "$note" ] || continue
  cp "$note" "$to/"
  count=$((count + 1))
done
echo "collected $count notes"
