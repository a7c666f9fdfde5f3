set -u
[ -f tests/test_roman.py ] || exit 1
cp hidden-variants/right.py roman.py
python3 -m unittest tests.test_roman || exit 1
for wrong in hidden-variants/wrong-*.py; do
  cp "$wrong" roman.py
  if python3 -m unittest tests.test_roman; then
    echo "the tests do not notice $wrong"
    exit 1
  fi
done
