import { expect, test } from "bun:test";
import { findingText, lackingRows, landedRow, reviewText } from "./project-text.ts";

test("files that a room lacks are counted, and the first of them named with the reason", () => {
  const left = Array.from({ length: 7 }, (_, index) => ({ path: `${index}\n.bin`, why: "large" }));
  expect(lackingRows({ hidden: [".env", "lib"], left })).toEqual([
    "hidden      2: .env, lib",
    "left out    7: 0 .bin (large), 1 .bin (large), 2 .bin (large), 3 .bin (large), 4 .bin (large) and 2 more",
  ]);
});

test("five files that a room lacks are all named", () => {
  const hidden = ["a", "b", "c", "d", "e"];
  expect(lackingRows({ hidden, left: [] })).toEqual(["hidden      5: a, b, c, d, e"]);
});

test("a room that lacks nothing has no rows about it", () => {
  expect(lackingRows({ hidden: [], left: [] })).toEqual([]);
});

const run = {
  command: "bun test",
  exit: 0,
  stopped: null,
  ms: 1234,
  tail: "",
  tests: [],
  doubts: [],
};
const failed = { ...run, exit: 1, tail: "one\ntwo\n" };
const measured = {
  ...{ command: "speed", better: "smaller" as const, unit: "ms", base: 2, candidate: 2 },
  ...{ pairs: 6, worse: 1, evidence: 0.5, needed: 100 },
};

test("of what a failed check printed the last 20 lines are shown", () => {
  const tail = Array.from({ length: 25 }, (_, index) => `${index + 1}\n`).join("");
  const judgement = {
    ...{ outcome: "refused" as const, findings: [] },
    checks: [{ command: "bun test", base: run, candidate: { ...run, exit: 1, tail } }],
  };
  const parts = { merged: undefined, proposal: undefined, preview: undefined, key: "" };
  const lines = reviewText({ outcome: "refused", judgement, ...parts }).split("\n");
  const shown = lines.filter((line) => /^ +\d+$/.test(line)).map(Number);
  expect(shown).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
});

test("a review names checks, findings and the outcome, and what is merged apart", () => {
  const tests = [
    { name: "a", status: "passed" as const },
    { name: "b", status: "failed" as const },
    { name: "c", status: "passed" as const },
  ];
  const judgement = {
    outcome: "held" as const,
    findings: [{ stage: "P0" as const, severity: "held" as const, text: "ci.yml changes." }],
    checks: [{ command: "bun test", base: { ...failed, tests }, candidate: run }],
    measure: measured,
  };
  const stopped = { ...failed, exit: null, stopped: "wall" as const };
  const merged = {
    outcome: "refused" as const,
    findings: [{ stage: "P1" as const, severity: "refused" as const, text: "It fails." }],
    checks: [{ command: "bun test", base: run, candidate: stopped }],
    measure: { ...measured, candidate: 3, worse: 1.5, pairs: 8, evidence: 120 },
  };
  const parts = { proposal: undefined, preview: undefined, key: "" };
  expect(reviewText({ outcome: "refused", judgement, merged, ...parts }).split("\n")).toEqual([
    "✔ bun test  yours: exit 1, 2 of 3 tests (1.2 s)  the room's: passed (1.2 s)",
    "✔ speed  yours 2 ms, the room's 2 ms (6 pairs, smaller is better, times worse: 1, e-value 0.5 of 100)",
    "◐ P0  ci.yml changes.",
    "On your branch as it is committed now:",
    "✘ bun test  yours: passed (1.2 s)  the room's: stopped (wall) (1.2 s)",
    "    one",
    "    two",
    "✘ speed  yours 2 ms, the room's 3 ms (8 pairs, smaller is better, times worse: 1.5, e-value 120 of 100)",
    "✘ P1  It fails.",
    "✘ The gate refuses it.",
    "",
  ]);
});

test("a review ends with what hooks and the critic found, and how the gate decided", () => {
  const judgement = { outcome: "passes" as const, findings: [], checks: [] };
  const parts = { merged: undefined, proposal: undefined, preview: undefined, key: "" };
  const note = { stage: "P0" as const, severity: "note" as const };
  const hooks = [{ ...note, text: "A hook." }];
  const critic = { ...note, severity: "held" as const, text: "A doubt." };
  const review = { outcome: "held" as const, judgement, ...parts, hooks, critic };
  expect(reviewText(review)).toBe(
    "· P0  A hook.\n◐ P0  A doubt.\n◐ The gate holds it for your decision.\n",
  );
  const passes = { outcome: "passes" as const, judgement, ...parts };
  expect(reviewText(passes)).toBe("✔ It passes the gate.\n");
  expect(findingText(critic)).toBe("◐ P0  A doubt.\n");
});

test("a row tells what was done last to the branch, and whether its tag verifies", () => {
  const change = { kind: "promotion" as const, candidate: "cand/T", into: "main", commit: "c" };
  expect([
    landedRow({ ...change, tag: "promotion/T-c", fault: null }),
    landedRow({ ...change, kind: "rollback", tag: "rollback/T-c", fault: "is gone" }),
    landedRow({ ...change, tag: null, fault: "was never made" }),
  ]).toEqual([
    "promoted    cand/T on main: promotion/T-c, whose signature verifies",
    "reverted    cand/T on main: the tag rollback/T-c is gone",
    "promoted    cand/T on main: its tag was never made",
  ]);
});
