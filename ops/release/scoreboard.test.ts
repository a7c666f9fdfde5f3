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
  const board = scoreboardOf(verdicts, changes, alarms);
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
  expect(scoreboardOf([], [], [])).toMatchObject({ verdicts: 0, standing: 0, medianMs: null });
});
