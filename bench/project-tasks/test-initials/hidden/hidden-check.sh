set -u
[ -f test/initials.test.js ] || exit 1
run() {
  # Node knows more of its own test module; without it Bun plays the tests.
  if command -v node; then node --test test/initials.test.js; else bun test ./test/initials.test.js; fi
}
cp hidden-variants/right.js src/initials.js
run || exit 1
for wrong in hidden-variants/wrong-*.js; do
  cp "$wrong" src/initials.js
  if run; then
    echo "the tests do not notice $wrong"
    exit 1
  fi
done
