/** What runners have really printed, read. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { processorMs } from "#test/processor-time.ts";
import { readTests } from "./read-tests.ts";

function read(...streams: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(readTests(streams).map(({ name, status }) => [name, status]));
}

describe("a runner's output", () => {
  test("of bun test names files and groups, and its summary adds nothing", () => {
    // Bun 1.4.5, on the standard error.
    const stderr = `
a.test.ts:
(pass) adds [0.03ms]
error: expect(received).toBe(expected)

Expected: 2
Received: 1

      at <anonymous> (a.test.ts:3:35)
(fail) bad one [0.23ms]
(pass) group > inner [0.04ms]
(skip) group > later
(todo) group > some day

b.test.ts:
(pass) adds

1 tests skipped:
(skip) group > later

1 tests failed:
(fail) bad one [0.23ms]

 3 pass
 1 skip
 1 todo
 1 fail
 3 expect() calls
Ran 6 tests across 2 files. [8.00ms]

c.test.ts:
(pass) another run of it
`;
    expect(read("bun test v1.4.5 (a7733435c)\n", stderr)).toEqual({
      "a.test.ts > adds": "passed",
      "a.test.ts > bad one": "failed",
      "a.test.ts > group > inner": "passed",
      "a.test.ts > group > later": "skipped",
      "a.test.ts > group > some day": "skipped",
      "b.test.ts > adds": "passed",
      "c.test.ts > another run of it": "passed",
    });
  });

  test("of node --test as TAP names tests under their groups, and no group", () => {
    // Node 20.20.2; the lines between "---" and "..." are left out, but for one.
    const tap = `TAP version 13
# Subtest: adds
ok 1 - adds
  ---
  duration_ms: 1.776711
  ...
# Subtest: outer
    # Subtest: mid
        # Subtest: deep
        ok 1 - deep
        # Subtest: deep bad
        not ok 2 - deep bad
        1..2
    not ok 1 - mid
    # Subtest: after mid
    ok 2 - after mid
    1..2
not ok 2 - outer
# Subtest: group
    # Subtest: later
    ok 1 - later # SKIP
    # Subtest: todo
    not ok 2 - todo # TODO
    1..2
ok 3 - group
1..3
# tests 7
`;
    expect(read(tap)).toEqual({
      adds: "passed",
      "outer > mid > deep": "passed",
      "outer > mid > deep bad": "failed",
      "outer > after mid": "passed",
      "group > later": "skipped",
      "group > todo": "skipped",
    });
  });

  test("of node --test for people names the same tests", () => {
    // Node 20.20.2 with --test-reporter=spec.
    const spec = `✔ adds (1.785762ms)
▶ outer
  ▶ mid
    ✔ deep (0.279589ms)
    ✖ deep bad (0.325906ms)
      Error: no
          at TestContext.<anonymous> (m.test.mjs:3:102)

  ✖ mid (0.882423ms)
  ✔ after mid (0.123852ms)
✖ outer (1.392535ms)
▶ group
  ﹣ later (0.162015ms) # SKIP
  ✖ todo (0.13847ms) # TODO
✔ group (1.339186ms)
ℹ tests 11
ℹ suites 3

✖ failing tests:

test at m.test.mjs:3:73
✖ deep bad (0.325906ms)
`;
    expect(read(spec)).toEqual({
      adds: "passed",
      "outer > mid > deep": "passed",
      "outer > mid > deep bad": "failed",
      "outer > after mid": "passed",
      "group > later": "skipped",
      "group > todo": "skipped",
    });
  });

  test("of pytest -rA is its summary alone, not what tests have printed before it", () => {
    // pytest 9.2.0 -q -rA.
    const output = `..Fsx.                                               [100%]
==================================== PASSES ====================================
______________________________ test_ok _______________________________
----------------------------- Captured stdout call -----------------------------
=========================== short test summary info ============================
PASSED tests/test_a.py::test_bad
=========================== short test summary info ============================
PASSED tests/test_a.py::TestX::test_in_class
PASSED tests/test_a.py::test_ok
PASSED tests/test_a.py::test_p[1]
SKIPPED [1] tests/test_a.py:6: later
XFAIL tests/test_a.py::test_x
FAILED tests/test_a.py::test_bad - assert 1 == 2
ERROR tests/test_b.py - ImportError: no
2 failed, 5 passed, 2 skipped, 1 xfailed in 0.07s
`;
    expect(read(output)).toEqual({
      "tests/test_a.py::TestX::test_in_class": "passed",
      "tests/test_a.py::test_ok": "passed",
      "tests/test_a.py::test_p[1]": "passed",
      "tests/test_a.py::test_x": "skipped",
      "tests/test_a.py::test_bad": "failed",
      "tests/test_b.py": "failed",
    });
  });

  test("of unittest -v names its tests, also those with a docstring", () => {
    // Python 3.11.7.
    const output = `test_one (test_u.T.test_one) ... ok
test_three (test_u.T.test_three) ... skipped 'later'
test_two (test_u.T.test_two) ... FAIL
test_doc (test_u.T.test_doc)
It says something. ... ok

======================================================================
FAIL: test_two (test_u.T.test_two)
----------------------------------------------------------------------
AssertionError: 1 != 2

----------------------------------------------------------------------
Ran 4 tests in 0.001s

FAILED (failures=1, skipped=1)
`;
    expect(read(output)).toEqual({
      "test_u.T.test_one": "passed",
      "test_u.T.test_three": "skipped",
      "test_u.T.test_two": "failed",
      "test_u.T.test_doc": "passed",
    });
  });

  test("of go test -v has the package in front, and subtests", () => {
    // Go 1.26.8.
    const output = `=== RUN   TestOk
=== RUN   TestOk/sub_one
--- PASS: TestOk (0.00s)
    --- PASS: TestOk/sub_one (0.00s)
=== RUN   TestBad
    a_test.go:4: no
--- FAIL: TestBad (0.00s)
=== RUN   TestSkip
    a_test.go:5: later
--- SKIP: TestSkip (0.00s)
FAIL
FAIL\texample.org/a\t0.011s
=== RUN   TestOk
--- PASS: TestOk (0.00s)
PASS
ok  \texample.org/b\t(cached)
?   \texample.org/c\t[no test files]
FAIL\texample.org/d [build failed]
FAIL
`;
    expect(read(output)).toEqual({
      "example.org/a TestOk": "passed",
      "example.org/a TestOk/sub_one": "passed",
      "example.org/a TestBad": "failed",
      "example.org/a TestSkip": "skipped",
      "example.org/b TestOk": "passed",
      "example.org/d": "failed",
    });
  });

  test("of cargo test names modules and tests", () => {
    // Cargo 1.95.0, whose places are on the standard error.
    const stdout = `
running 3 tests
test tests::later ... ignored
test tests::ok ... ok
test tests::bad ... FAILED

failures:

---- tests::bad stdout ----
thread 'tests::bad' panicked at src/lib.rs:6:16:

failures:
    tests::bad

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.16s
`;
    const stderr = "     Running unittests src/lib.rs (target/debug/deps/a-de22c1bda0609b20)\n";
    expect(read(stdout, stderr)).toEqual({
      "tests::later": "skipped",
      "tests::ok": "passed",
      "tests::bad": "failed",
    });
  });

  test("in colours is read as without", () => {
    expect(read("a.test.ts:\n\u001b[32m(pass)\u001b[0m adds\u001b[2m [1.00ms]\u001b[0m\n")).toEqual(
      {
        "a.test.ts > adds": "passed",
      },
    );
  });

  test("of no runner names nothing", () => {
    expect(read("ok\nok 1 - no header\n✔ done (3ms)\nPASSED a\ntest a ... ok\n")).toEqual({});
  });
});

describe("a forged line", () => {
  test("cannot turn a failure into a success, wherever it stands", () => {
    const failed = "(fail) adds [0.01ms]";
    const forged = "(pass) adds [0.01ms]";
    const both = [`a.test.ts:\n${forged}\n${failed}\n`, `a.test.ts:\n${failed}\n${forged}\n`];
    for (const text of both) expect(read(text)).toEqual({ "a.test.ts > adds": "failed" });
  });

  test("makes no more than 20,000 tests, nor names of more than 300 characters", () => {
    const many = Array.from(
      { length: 30_000 },
      (_, index) => `(pass) t${index} ${"x".repeat(400)}`,
    );
    const tests = readTests([many.join("\n")]);
    expect(tests.length).toBe(20_000);
    expect(Math.max(...tests.map(({ name }) => name.length))).toBe(300);
  });

  test("is read in a time that grows with its length alone", async () => {
    const lines = [
      "ok ".repeat(700),
      " ".repeat(2000),
      `test ${"a ... ".repeat(300)}`,
      "(".repeat(2000),
    ];
    const text = `TAP version 13\nrunning 1 test\nRan 1 test in 0.1s\n${`${lines.join("\n")}\n`.repeat(500)}`;
    expect(await processorMs(() => readTests([text]))).toBeLessThan(5000);
  });
});

test("whatever is printed, each name is read once", () => {
  const word = fc.constantFrom(
    ...[
      "(pass) a",
      "(fail) a",
      "ok 1 - a",
      "not ok 2 - a",
      "TAP version 13",
      "    ok 1 - b",
      "# Subtest: a",
    ],
    ...[
      "✔ a (1ms)",
      "▶ a",
      "ℹ tests 1",
      "PASSED a",
      "= short test summary info =",
      "--- PASS: a (0.00s)",
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string())), (lines) => {
      const names = readTests([lines.join("\n")]).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});
