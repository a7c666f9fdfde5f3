import { expect, test } from "bun:test";
import type { VerdictRecord } from "#fitness/gate/gate.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { PASSED } from "#test/forge-run.ts";
import { verdictView } from "./judged-view.ts";

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
