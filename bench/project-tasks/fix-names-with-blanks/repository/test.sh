#!/bin/sh
set -eu
place=$(mktemp -d)
mkdir "$place/in"
echo one > "$place/in/a.txt"
echo two > "$place/in/b.md"
[ "$(sh collect.sh "$place/in" "$place/out")" = "collected 1 notes" ]
[ "$(cat "$place/out/a.txt")" = one ]
echo ok
