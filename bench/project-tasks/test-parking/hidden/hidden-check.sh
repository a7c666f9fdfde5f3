set -u
[ -f test/parking.test.js ] || exit 1
cp hidden-variants/right.js src/parking.js
bun test ./test/parking.test.js || exit 1
for wrong in hidden-variants/wrong-*.js; do
  cp "$wrong" src/parking.js
  if bun test ./test/parking.test.js; then
    echo "the tests do not notice $wrong"
    exit 1
  fi
done
