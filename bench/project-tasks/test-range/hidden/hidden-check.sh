set -u
[ -f src/range.test.ts ] || exit 1
cp hidden-variants/right.ts src/range.ts
bun test ./src/range.test.ts || exit 1
for wrong in hidden-variants/wrong-*.ts; do
  cp "$wrong" src/range.ts
  if bun test ./src/range.test.ts; then
    echo "the tests do not notice $wrong"
    exit 1
  fi
done
