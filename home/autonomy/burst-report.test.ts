import { expect, test } from "bun:test";
import type { BurstRow } from "./autonomy-store.ts";
import {
  type BurstDeed,
  type BurstReport,
  endedBurst,
  readReport,
  reportText,
} from "./burst-report.ts";

const STARTED = Date.UTC(2026, 10, 23, 9, 30);
const REPORT: BurstReport = {
  ...{ end: "cycles", text: "Well.\nDone.", refused: [], tokens: 1, calls: 2, ms: 1499, did: [] },
};

function did(what: string, outcome: BurstDeed["outcome"] = "done"): BurstDeed {
  return { what, why: "", outcome, result: "" };
}
const rowOf = (report: BurstReport): BurstRow => ({
  ...{ id: "b1", startedAt: STARTED, ...endedBurst(report, STARTED) },
});

test.each([
  [[did("memory_search a"), did("reflect b", "refused")], true, false],
  [[did("reflect b")], false, false],
  [[did("code a tool", "failed")], true, false],
  [[did("code a tool")], false, false],
  [[did("test_tool a"), did("test_tool b")], false, true],
  [[did("test_tool a"), did("test_tool b", "failed")], false, false],
  [[did("test_tool rm", "refused")], true, false],
  [[], true, false],
])("%p: empty %p, perfect %p", (all, isEmpty, isPerfectTest) => {
  expect(endedBurst({ ...REPORT, did: all }, 1)).toMatchObject({ isEmpty, isPerfectTest });
});

test("a report is read back as it was written, and one that runs has none", () => {
  expect(readReport(rowOf(REPORT))).toEqual(REPORT);
  expect(readReport({})).toBeUndefined();
});

test("each text is one row, however long it is and whatever stands in it", () => {
  const long = { ...did("reflect x"), why: "y\n\nz", result: "w".repeat(1000) };
  const lines = reportText(rowOf({ ...REPORT, did: [long] })).split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "2026-11-23 09:30 UTC, 1 s, 2 questions, 1 tokens: it had asked what to do next as often as a burst may",
    "  ✔ reflect x  (y z)",
  ]);
  expect(lines[2]).toHaveLength(246);
  expect(lines[3]).toBe("  Well. Done.");
});
