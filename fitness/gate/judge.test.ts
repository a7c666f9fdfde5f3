/** The order of the stages and what comes of them; `test/gate.e2e.test.ts` runs the real checks. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { CandidateRepository, type Changes } from "#test/candidate-repository.ts";
import type { StageReport, ValidateTool } from "#tools/contract/validation.ts";
import type { Measure } from "../budgets/usage.ts";
import { fetchCommits, openGateRepository } from "./gate-repository.ts";
import { type Judgement, type JudgeOptions, judge } from "./judge.ts";
import type { FirstHit } from "./shadowing.ts";

const SPEC = {
  name: "shout",
  description: "Shouts.",
  input: {},
  output: {},
  asks: ["say it loud"],
};
const SHOUT: Changes = {
  "tools/generated/shout/spec.json": JSON.stringify(SPEC),
  "tools/generated/shout/tool.ts": "export const input = 1;\n",
};

let home: CandidateRepository;
let gate: Repository;

beforeAll(async () => {
  home = new CandidateRepository();
  gate = await openGateRepository(join(home.folder, "gate"));
});
afterAll(() => home[Symbol.dispose]());

const report = (stage: StageReport["stage"], reason?: string): StageReport => ({
  stage,
  ok: reason === undefined,
  ms: 1,
  reason,
  details: [],
});

/** Says what it is told, in place of the checks that run tools. */
function saying(...stages: readonly StageReport[]): ValidateTool {
  return async (_folder, { onStage }) => {
    for (const stage of stages) onStage?.(stage);
    return { ok: stages.every(({ ok }) => ok), stages, capabilities: [] };
  };
}

async function judgementOf(
  changes: Changes,
  options: Partial<JudgeOptions> = {},
): Promise<Judgement> {
  const candidate = home.branch("one").commit("x", changes);
  const main = home.id("main");
  await fetchCommits(gate, await openCheckout(home.checkout), [main, candidate]);
  const { signal } = new AbortController();
  const validate = saying(report("static"), report("load"));
  const validatorOf = (): ValidateTool => validate;
  return await judge(
    gate,
    { main, candidate },
    { intent: ["shout"], validatorOf, signal, ...options },
  );
}

test("what a tool leaves to a human is held with its reason, once main's tool does not say it", async () => {
  const text = "Make it quick";
  const held = [{ text, message: `"${text}" speaks to its reader` }];
  const validatorOf = (): ValidateTool => async () => ({
    ok: true,
    stages: [],
    capabilities: [],
    held,
  });
  const { verdict, stage, reason } = await judgementOf(SHOUT, { validatorOf });
  expect([verdict, stage]).toEqual(["hold", "S6"]);
  expect(reason).toBe(`shout: "${text}" speaks to its reader`);
  const onMain = home.branch("known", "main");
  onMain.commit("x", { "tools/generated/shout/tool.ts": `export const input = "${text}";\n` });
  const before = home.id("main");
  home.git("update-ref", "refs/heads/main", "HEAD");
  const changed = {
    "tools/generated/shout/tool.ts": `export const input = "${text}"; // a note\n`,
  };
  expect(await judgementOf(changed, { validatorOf })).toMatchObject({ verdict: "promote" });
  home.git("update-ref", "refs/heads/main", before);
});

test("what passes every stage is promoted, with what was seen on the way", async () => {
  const reported: string[] = [];
  const verdict = await judgementOf(SHOUT, {
    onStage: ({ id, result }) => reported.push(`${id} ${result}`),
  });
  expect(verdict).toMatchObject({
    verdict: "promote",
    class: "tool",
    reason: "every stage passed",
  });
  expect(reported).toEqual(["S0 pass", "S1 pass", "S2 pass", "S3 pass", "S6 pass"]);
  expect(Object.keys(verdict.tools)).toEqual(["shout"]);
});

test("the first stage that objects is the last that runs", async () => {
  const validate = saying(report("static"), report("load", "it cannot be loaded"));
  const verdict = await judgementOf(SHOUT, { validatorOf: () => validate });
  expect(verdict).toMatchObject({
    verdict: "reject",
    stage: "S3",
    reason: "shout: it cannot be loaded",
  });
  expect(verdict.stages.at(-1)?.id).toBe("S3");
});

test("no stage runs behind the last that was asked for", async () => {
  const verdict = await judgementOf(SHOUT, { until: "S1" });
  expect(verdict.stages.map(({ id }) => id)).toEqual(["S0", "S1"]);
});

test("code is held for a human", async () => {
  const verdict = await judgementOf({ "models/persona.ts": "export {};\n" });
  expect(verdict).toMatchObject({ verdict: "hold", stage: "S1", class: "core" });
});

test("a tool of main may not go", async () => {
  const folder = "tools/generated/word-count";
  const gone = { [`${folder}/spec.json`]: null, [`${folder}/tool.ts`]: null };
  const rest = { [`${folder}/cases.json`]: null, [`${folder}/tool.test.ts`]: null };
  const verdict = await judgementOf({ ...gone, ...rest }, { intent: ["word-count"] });
  expect(verdict).toMatchObject({ stage: "S6", reason: "word-count: the tool is gone" });
});

test("a tool may not be found first for what another is asked", async () => {
  const greedy: FirstHit = async (tools, queries) => queries.map(() => tools[0]?.name);
  const verdict = await judgementOf(SHOUT, { firstHit: greedy });
  expect(verdict).toMatchObject({
    stage: "S6",
    reason: 'shout would be found first for "how many words are in this", a request for word-count',
  });
});

test("main and the candidate are compared where that was asked for, with the numbers in the record", async () => {
  const measure: Measure = () => Promise.resolve({ cpuMs: 1, peakBytes: 2, outputBytes: 3 });
  const evidence = { pairs: 70 };
  const options = {
    until: "S8",
    measure,
    sideBySide: () => Promise.resolve({ evidence }),
  } as const;
  const verdict = await judgementOf(SHOUT, options);
  expect(verdict.stages.map(({ id }) => id).slice(-3)).toEqual(["S6", "S7", "S8"]);
  expect(verdict).toMatchObject({ verdict: "promote", measured: { S7: evidence } });
  expect(verdict.measured?.S8?.["shout"]?.measured).toBe(0);

  const unsure = {
    evidence,
    result: "hold",
    reason: "300 pairs do not tell",
    details: [],
  } as const;
  const held = await judgementOf(SHOUT, { ...options, sideBySide: () => Promise.resolve(unsure) });
  expect(held).toMatchObject({ verdict: "hold", stage: "S7", measured: { S7: evidence } });
  expect(held.stages.at(-1)?.id).toBe("S7");
});

test("a document waits neither for tools nor for a comparison, and says that it passed all stages", async () => {
  const called: string[] = [];
  const validate: ValidateTool = async () => {
    called.push("validate");
    return { ok: true, stages: [], capabilities: [] };
  };
  const verdict = await judgementOf(
    { "docs/new.md": "# New\n\nWords about it.\n" },
    {
      validatorOf: () => validate,
      sideBySide: async () => {
        called.push("S7");
        return { evidence: {} };
      },
      until: "S8",
    },
  );
  expect(verdict).toMatchObject({ verdict: "promote", class: "document" });
  expect(new Set(verdict.stages.map(({ id }) => id)).size).toBe(9);
  expect(called).toEqual([]);
});

test("a new tool that reaches out is held, unless org.config approves it", async () => {
  const capabilities = ["net:example.com"];
  const changes = {
    ...SHOUT,
    "tools/generated/shout/spec.json": JSON.stringify({ ...SPEC, capabilities }),
  };
  expect(await judgementOf(changes)).toMatchObject({
    verdict: "hold",
    stage: "S6",
    reason: expect.stringContaining("shout: a new tool may reach example.com (net:example.com)"),
  });
  const approved = await judgementOf(changes, { approvedCapabilities: capabilities });
  expect(approved.verdict).toBe("promote");
});
