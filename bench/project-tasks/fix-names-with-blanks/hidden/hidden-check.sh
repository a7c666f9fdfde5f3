set -eu
place=$(mktemp -d)
mkdir -p "$place/my notes/inner"
printf 'one' > "$place/my notes/a.txt"
printf 'two' > "$place/my notes/shopping list.txt"
printf 'three' > "$place/my notes/two  blanks.txt"
printf 'four' > "$place/my notes/other.md"
printf 'five' > "$place/my notes/inner/deep.txt"
[ "$(sh collect.sh "$place/my notes" "$place/all of them")" = "collected 3 notes" ]
[ "$(ls "$place/all of them" | wc -l)" -eq 3 ]
[ "$(cat "$place/all of them/shopping list.txt")" = two ]
[ "$(cat "$place/all of them/two  blanks.txt")" = three ]
mkdir "$place/none"
[ "$(sh collect.sh "$place/none" "$place/out")" = "collected 0 notes" ]
