import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findingsOf, kindest, regressionOf, strictest } from "./compare-runs.ts";
import type { CheckRun } from "./run-checks.ts";
import type { TestStatus } from "./test-result.ts";

function run(exit: number | null, tests: Readonly<Record<string, TestStatus>> = {}): CheckRun {
  return {
    command: "check",
    exit,
    stopped: exit === null ? "wall" : null,
    ms: 1000,
    tail: "",
    tests: Object.entries(tests).map(([name, status]) => ({ name, status })),
    doubts: [],
  };
}

/** The same, and its tests are told by report files alone. */
function reported(from: CheckRun): CheckRun {
  return { ...from, tests: from.tests.map((one) => ({ ...one, isReported: true })) };
}

/** What is said once both runs of each side are in. */
function messagesFor(
  base: readonly [CheckRun, CheckRun],
  candidate: readonly [CheckRun, CheckRun],
) {
  const first = regressionOf(base[0], candidate[0]);
  const again = regressionOf(strictest(...base), kindest(...candidate));
  const regression = first && { first, again };
  const found = findingsOf({ base: base[0], candidate: candidate[0], regression });
  return found.map(({ stage, severity, text }) => `${stage} ${severity}: ${text}`);
}

const GOOD = run(0, { a: "passed", b: "passed" });
const BAD = run(1, { a: "passed", b: "failed" });

describe("a check", () => {
  test("that fails twice on the candidate and never on the base refuses it", () => {
    expect(messagesFor([GOOD, GOOD], [BAD, BAD])).toEqual([
      'P1 refused: The check "check" passes on the base; on the candidate it twice ends with exit code 1. Tests that passed and fail: "b".',
    ]);
  });

  test.each([
    ["passes the second time on the candidate", [GOOD, GOOD], [BAD, GOOD]],
    ["fails the second time on the base", [GOOD, BAD], [BAD, BAD]],
  ] as const)("that %s is not steady and holds the candidate", (_how, base, candidate) => {
    expect(messagesFor(base, candidate)).toEqual([
      'P1 held: The check "check" is not steady: on the same files it failed once and passed once ("b"). Look at it, then decide.',
    ]);
  });

  test("that looked for the network says so, and that no lease gives it one", () => {
    const tail = "curl: (6) Could not resolve host: example.org";
    const [cut, well] = [{ ...run(6), tail }, run(0)];
    const note =
      'P1 note: The check "check" looked for the network ("example.org"). Checks have none, and no lease gives them one: what it fetches has to lie in an ignored folder of your checkout, such as node_modules, .venv or vendor.';
    expect(messagesFor([cut, cut], [cut, cut])[1]).toBe(note);
    expect(messagesFor([well, well], [cut, cut])[1]).toBe(note);
    expect(messagesFor([cut, cut], [well, well])).toEqual([
      'P1 note: The check "check" failed and passes now.',
    ]);
  });

  test("that exits with 0 though a test of it fails refuses the candidate by that test", () => {
    const masked = run(0, { a: "passed", b: "failed" });
    expect(messagesFor([GOOD, GOOD], [masked, masked])).toEqual([
      'P1 refused: The check "check" has tests that fail on the candidate, twice, and passed on the base. Tests that passed and fail: "b".',
    ]);
  });

  test("that failed before and now runs no test at all refuses the candidate", () => {
    const broken = run(1);
    expect(messagesFor([BAD, BAD], [broken, broken])).toEqual([
      'P1 refused: The check "check" runs none of the tests that passed on the base; it ends with exit code 1.',
    ]);
  });

  test("that failed before and never ends now refuses the candidate", () => {
    expect(messagesFor([run(1), run(1)], [run(null), run(null)])).toEqual([
      'P1 refused: The check "check" ends with exit code 1 on the base; on the candidate it twice was stopped after 1 s: it took too long.',
    ]);
  });

  test("that fails on both and has a new test that fails holds the candidate", () => {
    const more = run(1, { a: "passed", b: "failed", c: "failed" });
    expect(messagesFor([BAD, BAD], [more, more])).toEqual([
      'P1 held: The check "check" fails on the base too (it ends with exit code 1): no test that failed passes now.',
      'P1 held: The check "check" has new tests that fail: "c".',
    ]);
  });

  test.each([
    ["a test that failed passes", { a: "passed", b: "passed", c: "failed" }, "note"],
    ["none that failed passes", { a: "passed", b: "failed", c: "failed" }, "held"],
    ["one is fixed and another is gone", { b: "passed", c: "failed" }, "held"],
    ["one is fixed and another is skipped", { a: "skipped", b: "passed", c: "failed" }, "held"],
    ["one is fixed and another that failed is gone", { a: "passed", b: "passed" }, "held"],
    [
      "one is fixed and a new one fails",
      { a: "passed", b: "passed", c: "failed", d: "failed" },
      "held",
    ],
    ["no test is named", {}, "refused"],
  ] as const)("that fails on both, where %s, is %3$s", (_how, tests, worst) => {
    const before = run(1, { a: "passed", b: "failed", c: "failed" });
    const after = run(1, tests);
    const found = messagesFor([before, before], [after, after]);
    expect(found.map((text) => text.split(/[ :]/)[1])).toContain(worst);
    if (worst === "note") expect(found.join("\n")).not.toContain("held");
  });

  test("that passes now, but without the test that failed, holds the candidate", () => {
    for (const tests of [{ a: "passed" }, { a: "passed", b: "skipped" }] as const) {
      const found = messagesFor([BAD, BAD], [run(0, tests), run(0, tests)]);
      expect(found.at(-1)).toMatch(
        /^P2 held: The check "check": 1 test failed on the base, and .*: "b"\.$/,
      );
    }
  });

  test.each([
    ["tests/test_b.py", "tests/test_b.py::test_b"],
    ["a.test.ts > group > (unnamed)", "a.test.ts > group > one"],
    ["example.org/d", "example.org/d TestD"],
    ["/workspace/b.test.mjs", "b"],
    ["unittest.loader._FailedTest.test_b", "test_b.T.test_one"],
    ["setUpClass (test_b.T)", "test_b.T.test_one"],
  ])("where %s could not be loaded, and its tests run now, is let through", (failure, name) => {
    const before = run(1, { a: "passed", [failure]: "failed" });
    const after = run(0, { a: "passed", [name]: "passed" });
    expect(messagesFor([before, before], [after, after]).join("\n")).not.toContain("held");
    const empty = run(0, { a: "passed" });
    expect(messagesFor([before, before], [empty, empty]).join("\n")).toContain("P2 held");
  });

  test("that exits with 0 though a new test of it fails holds the candidate", () => {
    const masked = run(0, { a: "passed", b: "passed", c: "failed" });
    expect(messagesFor([GOOD, GOOD], [masked, masked])).toEqual([
      'P1 held: The check "check" ends with exit code 0, and has tests that fail: "c".',
    ]);
  });

  test("with a new test that fails is refused where it passed before, and the test is named", () => {
    const more = run(1, { a: "passed", b: "passed", c: "failed" });
    expect(messagesFor([GOOD, GOOD], [more, more])).toEqual([
      'P1 refused: The check "check" passes on the base; on the candidate it twice ends with exit code 1. Tests that are new and fail: "c".',
    ]);
  });

  test("whose results do not fit together holds the candidate, and fixes nothing", () => {
    const doubts = ["bun test ends 2 times"];
    const doubted = { ...GOOD, doubts };
    expect(messagesFor([BAD, BAD], [doubted, doubted])).toEqual([
      'P1 held: The check "check" reports results that do not fit together, so the names of its tests prove nothing: bun test ends 2 times.',
      'P1 note: The check "check" failed and passes now.',
    ]);
    // A project whose own output is like that is compared with itself.
    expect(messagesFor([{ ...GOOD, doubts }, GOOD], [doubted, doubted])).toEqual([]);
    const half = { ...run(1, { a: "passed", b: "passed" }), doubts };
    expect(messagesFor([BAD, BAD], [half, half]).join("\n")).toContain(
      "no test that failed passes now",
    );
  });

  test("that names as many tests as are compared says so, and how to have all of them compared", () => {
    const many = (count: number) =>
      run(0, Object.fromEntries(Array.from({ length: count }, (_, at) => [`t${at}`, "passed"])));
    const [below, full] = [many(19_999), many(20_000)];
    expect(messagesFor([below, below], [below, below])).toEqual([]);
    const note =
      'P1 note: The check "check" names 20,000 tests, and no more are compared by name: of others its exit code alone counts. Several checks for parts of it compare all (org project checks --set).';
    expect(messagesFor([full, full], [full, full])).toEqual([note]);
    expect(messagesFor([below, below], [full, full])).toEqual([note]);
    expect(messagesFor([full, full], [below, below])[0]).toBe(note);
  });

  test("names five tests and counts the others", () => {
    const names = Array.from({ length: 8 }, (_, index) => `t${index}`);
    const all = (status: TestStatus) => Object.fromEntries(names.map((name) => [name, status]));
    const fixed = messagesFor(
      [run(1, all("failed")), run(1, all("failed"))],
      [run(0, all("passed")), run(0, all("passed"))],
    );
    expect(fixed).toContain('P1 note: Fixed: "t0", "t1", "t2", "t3", "t4" and 3 more.');
  });
});

const status = fc.constantFrom<TestStatus>("passed", "failed", "skipped");
const anyRun = fc
  .tuple(fc.constantFrom(0, 1, null), fc.dictionary(fc.constantFrom("a", "b", "c"), status))
  .map(([exit, tests]) => run(exit, tests));

test("a candidate that fares as the base never has a regression", () => {
  fc.assert(fc.property(anyRun, (one) => expect(regressionOf(one, one)?.broken ?? []).toEqual([])));
  fc.assert(
    fc.property(anyRun, (one) => expect(regressionOf(one, one)?.whole ?? false).toBe(false)),
  );
});

test("a test that passes in one of two runs on the candidate is never called broken", () => {
  const runs = fc.record({ base: anyRun, first: anyRun, second: anyRun });
  fc.assert(
    fc.property(runs, ({ base, first, second }) => {
      const broken = regressionOf(base, kindest(first, second))?.broken ?? [];
      const passing = [first, second].flatMap(({ tests }) =>
        tests.filter((one) => one.status === "passed").map(({ name }) => name),
      );
      expect(broken.filter((name) => passing.includes(name))).toEqual([]);
    }),
  );
});

test("a test that fails in one of two runs on the base is never one that passed", () => {
  const runs = fc.record({ first: anyRun, second: anyRun, candidate: anyRun });
  fc.assert(
    fc.property(runs, ({ first, second, candidate }) => {
      const broken = regressionOf(strictest(first, second), candidate)?.broken ?? [];
      const failing = [first, second].flatMap(({ tests }) =>
        tests.filter((one) => one.status === "failed").map(({ name }) => name),
      );
      expect(broken.filter((name) => failing.includes(name))).toEqual([]);
    }),
  );
});

describe("a report file", () => {
  const [good, bad, both] = [GOOD, BAD, run(1, { a: "failed", b: "failed" })].map(reported);
  if (good === undefined || bad === undefined || both === undefined) throw new Error("no runs");

  test("names what broke, and refuses by it", () => {
    expect(messagesFor([bad, bad], [both, both])).toEqual([
      expect.stringMatching(/^P1 refused: .* Tests that passed and fail: "a"\.$/),
    ]);
    expect(messagesFor([good, good], [bad, bad])).toEqual([
      'P1 refused: The check "check" passes on the base; on the candidate it twice ends with exit code 1. Tests that passed and fail: "b".',
    ]);
  });

  test("that tells of a fix lets nothing pass where its check fails", () => {
    expect(messagesFor([both, both], [bad, bad])).toEqual([
      'P1 held: The check "check" fails on the base too (it ends with exit code 1): only report files tell what is better, and tests can write those.',
      'P1 note: Fixed: "a".',
    ]);
    expect(messagesFor([both, both], [good, good])).toEqual([
      'P1 note: The check "check" failed and passes now.',
      'P1 note: Fixed: "a", "b".',
    ]);
  });

  test("speaks for no test that the runner named on the base", () => {
    expect(messagesFor([GOOD, GOOD], [good, good])).toEqual([
      'P2 held: The check "check": 2 tests passed on the base, and not run on the candidate: "a", "b".',
    ]);
    expect(messagesFor([BAD, BAD], [bad, bad])[0]).toMatch(
      /^P1 refused: .* runs none of the tests/,
    );
    expect(
      messagesFor(
        [BAD, BAD],
        [
          { ...good, exit: 1 },
          { ...good, exit: 1 },
        ],
      )[0],
    ).toMatch(/^P1 refused: .* runs none of the tests/);
  });

  test("whose tests are gone holds the candidate", () => {
    expect(messagesFor([good, good], [run(0), run(0)])).toEqual([
      'P2 held: The check "check": 2 tests passed on the base, and not run on the candidate: "a", "b".',
    ]);
  });
});
