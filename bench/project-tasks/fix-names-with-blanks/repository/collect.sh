#!/bin/sh
# Copies the notes (*.txt) of a folder into another one: collect.sh FROM TO
set -eu

from=$1
to=$2
mkdir -p "$to"
count=0
for note in $(find $from -maxdepth 1 -name '*.txt' 2>/dev/null); do
  [ -f "$note" ] || continue
  cp "$note" "$to/"
  count=$((count + 1))
done
echo "collected $count notes"
