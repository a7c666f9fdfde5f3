set -u
[ -f test/initials.test.js ] || exit 1
cp hidden-variants/right.js src/initials.js
bun test ./test/initials.test.js || exit 1
for wrong in hidden-variants/wrong-*.js; do
  cp "$wrong" src/initials.js
  if bun test ./test/initials.test.js; then
    echo "the tests do not notice $wrong"
    exit 1
  fi
done
