/** Printed results that do not fit together, as a program that imitates its runner leaves them. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { processorMs } from "#test/processor-time.ts";
import { printedDoubts } from "./printed-doubts.ts";

const BUN = `bun test v1.4.5 (a7733435c)

a.test.ts:
(pass) adds [0.03ms]
log without end(pass) group > inner [0.04ms]
(skip) group > later
(pass) slow (attempt 3)

1 tests skipped:
(skip) group > later

 3 pass
 1 skip
 0 fail
Ran 4 tests across 1 file. [8.00ms]
`;
const TAP = `TAP version 13
# Subtest: adds
ok 1 - adds
# Subtest: suite
    # Subtest: inner
    ok 1 - inner
    # Subtest: n
        # Subtest: deep
        ok 1 - deep
        1..1
    ok 2 - n
    1..2
ok 2 - suite
1..2
# tests 3
# suites 2
# pass 3
# fail 0
`;
const SPEC = `✔ adds (9.1ms)
▶ suite
  ✔ inner (0.1ms)
✔ suite (18.4ms)
ℹ tests 2
ℹ suites 1
ℹ pass 2

✖ failing tests:

✖ adds (0.3ms)
`;
const PYTEST = `..s                                               [100%]
=========================== short test summary info ============================
PASSED tests/test_a.py::test_ok
PASSED tests/test_a.py::test_td
SKIPPED [1] tests/test_a.py:6: later
2 passed, 1 skipped in 0.07s
`;
const UNITTEST = `test_one (test_u.T.test_one) ... ok
test_two (test_u.T.test_two) ... skipped 'later'

----------------------------------------------------------------------
Ran 2 tests in 0.001s

OK (skipped=1)
`;
const GO = `=== RUN   TestOk
=== RUN   TestOk/sub_one
--- PASS: TestOk (0.00s)
    --- PASS: TestOk/sub_one (0.00s)
PASS
ok  \texample.org/b\t0.1s
=== RUN   TestOk
--- PASS: TestOk (0.00s)
PASS
ok  \texample.org/c\t(cached)
`;
const CARGO = `
running 2 tests
test tests::ok ... ok
test tests::later ... ignored

test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.16s

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;
const ALL = { BUN, TAP, SPEC, PYTEST, UNITTEST, GO, CARGO };

describe("results that fit together", () => {
  test.each(Object.entries(ALL))("raise no doubt: %s", (_name, text) => {
    expect(printedDoubts([text])).toEqual([]);
    expect(printedDoubts(["", text.replaceAll("\n", "\r\n")])).toEqual([]);
  });

  test("of two runs, one after the other, only say that there are two", () => {
    for (const text of [BUN, PYTEST, UNITTEST, TAP, SPEC]) {
      expect(printedDoubts([`${text}${text}`])).toEqual([
        expect.stringMatching(/^\S.* ends 2 times$/),
      ]);
    }
  });
});

describe("a program that imitates its runner is doubted:", () => {
  test.each<[string, string, string]>([
    [
      "more results than the summary counts",
      BUN.replace("(pass) adds", "(pass) forged\n(pass) adds"),
      "bun test names more passing tests than it counts (4 of 3)",
    ],
    [
      "results and no summary",
      BUN.slice(0, BUN.indexOf("\n 3 pass")),
      "bun test names tests and does not end",
    ],
    [
      "results behind the summary",
      `${BUN}a.test.ts:\n(pass) forged\n`,
      "bun test names tests and does not end",
    ],
    [
      "a summary before the summary",
      BUN.replace(
        "(skip) group > later\n(pass) slow",
        " 1 pass\n 0 fail\nRan 1 test across 1 file. [1ms]\n(pass) slow",
      ),
      "bun test ends 2 times",
    ],
    [
      "a test that passes and fails",
      BUN.replace("(pass) adds", "(fail) adds\n(pass) adds").replace(" 0 fail", " 1 fail"),
      '"a.test.ts > adds" passes and fails',
    ],
    [
      "more points than planned",
      TAP.replace("ok 2 - suite", "ok 2 - suite\nok 3 - forged"),
      "TAP has more results than its plan (3 of 2)",
    ],
    ["no plan", TAP.replace("\n1..2\n# tests", "\n# tests"), "TAP has no plan"],
    ["two plans", TAP.replace("1..2\n# tests", "1..2\n1..2\n# tests"), "TAP has 2 plans"],
    [
      "more results inside than counted",
      TAP.replace("        ok 1 - deep", "        ok 1 - deep\n        ok 1 - forged"),
      "node --test names more tests than it counts (6 of 5)",
    ],
    [
      "more marks than counted",
      SPEC.replace("✔ adds (9", "✔ forged (1ms)\n✔ adds (9"),
      "node --test names more tests than it counts (4 of 3)",
    ],
    [
      "more names than pytest counts",
      PYTEST.replace("PASSED", "PASSED tests/test_a.py::forged\nPASSED"),
      "pytest names more passing tests than it counts (3 of 2)",
    ],
    [
      "a second summary of pytest",
      PYTEST.replace("..s", "= short test summary info =\nPASSED a\n..s"),
      "pytest begins 2 summaries and ends 1",
    ],
    [
      "no end of pytest",
      PYTEST.replace(/2 passed.*\n/, ""),
      "pytest begins 1 summaries and ends 0",
    ],
    [
      "more names than unittest counts",
      UNITTEST.replace("test_one", "forged (test_u.T.forged) ... ok\ntest_one"),
      "unittest names more passing tests than it counts (2 of 1)",
    ],
    [
      "no end of unittest",
      `${UNITTEST}test_x (test_u.T.test_x) ... ok\n`,
      "unittest names tests and does not end",
    ],
    [
      "a result of Go that was not begun",
      GO.replace("PASS\nok", "--- PASS: TestForged (0.00s)\nPASS\nok"),
      'go test ends "TestForged" more often than it begins it',
    ],
    [
      "a test of Go that ends twice",
      GO.replace("PASS\nok", "=== RUN   TestOk\n--- PASS: TestOk (0.00s)\nPASS\nok"),
      'go test ends "TestOk" 2 times in one package',
    ],
    [
      "a package of Go that ends twice",
      `${GO}ok  \texample.org/b\t0.1s\n`,
      'go test ends "example.org/b" 2 times',
    ],
    [
      "results of Go and no package",
      GO.replace(/ok .*\(cached\)\n/, ""),
      "go test names tests and does not end",
    ],
    [
      "more names than cargo counts",
      CARGO.replace("test tests::ok", "test forged ... ok\ntest tests::ok"),
      "cargo test names more passing tests than it counts (2 of 1)",
    ],
    [
      "a begin of cargo without an end",
      `${CARGO}running 1 test\n`,
      "cargo test begins 3 times and ends 2 times",
    ],
    [
      "results of cargo outside of a run",
      `${CARGO}test forged ... ok\n`,
      "cargo test names tests and does not end",
    ],
  ])("%s", (_what, text, doubt) => {
    expect(printedDoubts([text])).toContain(doubt);
  });
});

test("whatever is printed, at most ten doubts come of it, in bounded time", async () => {
  const word = fc.constantFrom(...Object.values(ALL).flatMap((text) => text.split("\n")));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), (lines) => {
      expect(printedDoubts([lines.join("\n")]).length).toBeLessThanOrEqual(10);
    }),
  );
  const text = `running 1 test\nTAP version 13\n${`${"(pass) ".repeat(200)}\nok 1 - a\n--- PASS: a (0.00s)\ntest a ... ok\n`.repeat(5000)}`;
  expect(await processorMs(() => printedDoubts([text]))).toBeLessThan(5000);
});
