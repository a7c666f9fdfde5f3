import { expect, test } from "bun:test";
import type { VerdictRow } from "#fitness/gate/verdict-store.ts";
import type { Change } from "./ledger.ts";
import { scoreboardOf } from "./scoreboard.ts";

const change = (id: number, about: Partial<Change>): Change => ({
  ...{ id, kind: "promotion", state: "done", step: "health", from: "a", to: "b" },
  ...{ tag: `t${id}`, tagId: "", candidate: null, undoes: null, at: 0, note: null },
  ...about,
});

const verdict = (about: Partial<VerdictRow>): VerdictRow => ({
  ...{ id: 1, candidate: "c", branch: "cand/c", main: "m", intent: "shout", attempt: 1 },
  ...{ verdict: "reject", stage: "S2", reason: "x", ms: 10, signature: "", at: 0 },
  record: '{"tools":{"shout":{"tests":{"mutationScore":0.7}}}}',
  ...about,
});

test("counts what stands, what was stopped where, and tells where main comes from", () => {
  const changes = [
    change(4, { kind: "rollback", undoes: 3 }),
    change(3, { kind: "rollback", undoes: 1 }),
    change(2, { state: "abandoned" }),
    change(1, {}),
  ];
  const verdicts = [
    verdict({ verdict: "promote", stage: null, ms: 30 }),
    verdict({}),
    verdict({ stage: "S4", ms: 20 }),
  ];
  const alarms = [
    { at: 0, why: "first", reverts: null },
    { at: 1, why: "shout breaks down", reverts: "t1" },
    { at: 2, why: "slug breaks down", reverts: "t2" },
  ];
  const board = scoreboardOf({ verdicts, changes, alarms }, 0);
  const time = (ms: number) => `1970-01-01T00:00:00.00${ms}Z`;
  expect(board.alarms).toEqual([
    { at: time(2), why: "slug breaks down", reverts: "t2", isReverted: false },
    { at: time(1), why: "shout breaks down", reverts: "t1", isReverted: true },
    { at: time(0), why: "first", reverts: null, isReverted: false },
  ]);
  expect(board).toMatchObject({
    verdicts: 3,
    promotions: 1,
    rollbacks: 2,
    standing: 1,
    stoppedAt: { S2: 1, S4: 1 },
    medianMs: 20,
    mutationScores: [{ tool: "shout", score: 0.7 }],
  });
  expect(board.lineage.map(({ tag, undoes }) => [tag, undoes])).toEqual([
    ["t4", "t3"],
    ["t3", "t1"],
    ["t1", null],
  ]);
});

test("of nothing is nothing", () => {
  expect(scoreboardOf({ verdicts: [], changes: [], alarms: [] }, 0)).toMatchObject({
    ...{ verdicts: 0, standing: 0, medianMs: null, evidence: [] },
    survival: { days: 7, of: 0, survived: 0, younger: 0 },
  });
});

test("a promotion has survived when it stood after seven days, whatever came later", () => {
  const DAY = 86_400_000;
  const changes = [
    change(9, { at: 28 * DAY }),
    change(8, { kind: "rollback", undoes: 7, at: 27 * DAY }),
    change(7, { at: 26 * DAY }),
    change(6, { kind: "rollback", undoes: 1, at: 20 * DAY }),
    change(5, { kind: "rollback", undoes: 4, at: 6 * DAY }),
    change(4, { kind: "rollback", undoes: 3, at: 5 * DAY }),
    change(3, { at: 4 * DAY }),
    change(2, { state: "abandoned", at: 0 }),
    change(1, { at: 0 }),
    change(0, { at: 0 }),
  ];
  const survival = (days: number) =>
    scoreboardOf({ verdicts: [], changes, alarms: [] }, days * DAY).survival;
  // 0, 1 and 3 stood: 1 was reverted after 20 days, 3 at once, and that rollback was reverted.
  expect(survival(30)).toEqual({ days: 7, of: 3, survived: 3, younger: 1 });
  // 7 was reverted after a day.
  expect(survival(33)).toEqual({ days: 7, of: 4, survived: 3, younger: 1 });
  expect(survival(35)).toEqual({ days: 7, of: 5, survived: 4, younger: 0 });
});

test("how the evidence of comparisons with main went, oldest first", () => {
  const S7 = { pairs: 12, againstCurrent: 31, againstAnchor: 20.5, harm: 1.25, needed: 20 };
  const record = JSON.stringify({ tools: {}, measured: { S7 } });
  const verdicts = [
    verdict({ record, at: 2, branch: "cand/b", verdict: "promote" }),
    verdict({ at: 1 }),
    verdict({ record, at: 0, branch: "cand/a" }),
  ];
  const values = { pairs: 12, notWorse: 31, notWorseThanBest: 20.5, worse: 1.25, needed: 20 };
  expect(scoreboardOf({ verdicts, changes: [], alarms: [] }, 0).evidence).toEqual([
    { at: "1970-01-01T00:00:00.000Z", branch: "cand/a", verdict: "reject", ...values },
    { at: "1970-01-01T00:00:00.002Z", branch: "cand/b", verdict: "promote", ...values },
  ]);
});
