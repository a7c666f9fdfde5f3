import { expect, test } from "bun:test";
import type { VerdictRecord } from "#fitness/gate/gate.ts";
import { STAGE_ASKS } from "#fitness/stages.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { PASSED } from "#test/forge-run.ts";
import { evidenceOf, verdictView } from "./judged-view.ts";

const NAMES = ["other", "pair"];

const record: VerdictRecord = {
  ...{ version: 1, candidate: "c", main: "m", intent: [], attempt: 1 },
  ...{ at: "2026-01-01T00:00:00.000Z", verdict: "promote", reason: "", stages: [] },
  tools: { pair: PASSED, fresh: PASSED },
};

test("a tool of a verdict stands beside the one of its name that main has, if there is one", async () => {
  await using home = await temporaryFolder("judged-view");
  const last = { record, text: JSON.stringify(record), signature: "" };
  const tools = NAMES.map((name, at) => ({
    ...({ name, description: "", origin: "generated", state: "ready" } as const),
    figures: { cases: at, coverage: 1, mutationScore: 1 },
  }));
  const view = await verdictView(home.path, last, { main: "m", tools });
  expect(view.tools).toEqual([
    { name: "pair", candidate: PASSED.tests, main: tools[1]?.figures, cost: undefined },
    { name: "fresh", candidate: PASSED.tests, main: undefined, cost: undefined },
  ]);
});

test("a verdict is shown with its stages, its scores and its comparison, and beside main as it is now", async () => {
  await using home = await temporaryFolder("judged-view");
  const talk = { pairs: 12, current: 0.5, candidate: 0.75 };
  const S7 = { pairs: 12, againstCurrent: 31, againstAnchor: 20.5, harm: 1.25, needed: 20 };
  const cost = { pairs: 9, cpuRatio: 1.5, memoryRatio: 0.9 };
  const judged: VerdictRecord = Object({
    ...record,
    ...{ verdict: "reject", stage: "S7", reason: "it is worse", attempt: 2 },
    stages: [{ id: "S1", result: "pass", ms: 4, reason: "fine", details: [] }],
    measured: { S7: { ...S7, scores: { talk } }, S8: { pair: cost } },
  });
  const text = JSON.stringify(judged);
  const beside = { main: "newer", tools: [] };
  const { isSigned, ...view } = await verdictView(
    home.path,
    { record: judged, text, signature: "" },
    beside,
  );
  expect(isSigned).not.toBe(true);
  expect(view).toEqual({
    ...{ verdict: "reject", stage: "S7", reason: "it is worse", at: record.at, main: "m" },
    ...{ attempt: 2, isStale: true },
    stages: [{ id: "S1", result: "pass", ms: 4, reason: "fine", details: [], asks: STAGE_ASKS.S1 }],
    tools: [
      Object({ name: "pair", candidate: PASSED.tests, main: undefined, cost }),
      { name: "fresh", candidate: PASSED.tests, main: undefined, cost: undefined },
    ],
    scenarios: [{ name: "talk", ...talk }],
    evidence: {
      ...{ at: Date.parse(record.at), branch: "", verdict: "reject", pairs: 12, forIt: 31 },
      ...{ anchor: 20.5, harm: 1.25, needed: 20 },
    },
  });
  const row = { record: JSON.stringify(record), at: 0, branch: "cand/a", verdict: "promote" };
  expect(evidenceOf({ ...row, verdict: "promote" })).toBeUndefined();
  expect(evidenceOf({ ...row, verdict: "promote", record: text })).toMatchObject({
    ...{ at: 0, branch: "cand/a", verdict: "promote" },
  });
});
