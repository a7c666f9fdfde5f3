/** The comparing stages of the gate with real rooms, real tools and real processor time. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { App } from "#app/app.ts";
import { parseCommandLine } from "#cli/command-line.ts";
import { checkBudgets } from "#fitness/budgets/budgets.ts";
import { measureCall } from "#fitness/budgets/usage.ts";
import type { Arms, CompareArms } from "#fitness/gate/judge.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { CandidateRepository } from "./candidate-repository.ts";

const SUITE = {
  scenarios: [
    { name: "talk", say: "@@agent hi", model: [{ text: "Hello." }], expect: { answer: "Hello." } },
    { name: "call", tool: "shout", input: { text: "a" }, includes: "A" },
  ],
};

let home: CandidateRepository;
beforeEach(() => {
  home = new CandidateRepository();
  home.commit("suite", { "fitness/suites/one.json": JSON.stringify(SUITE) });
});
afterEach(() => home[Symbol.dispose]());

const { signal } = new AbortController();

function shout(body: string): ToolFolder {
  const spec = {
    ...{ name: "shout", description: "Shouts." },
    input: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    output: { type: "string" },
  };
  const source = `import { z } from "zod";
export const input = z.object({ text: z.string() });
export async function run({ text }) { ${body} }
`;
  const cases = { cases: [{ input: { text: "a" }, output: "A" }] };
  const files = new Map([
    ["spec.json", JSON.stringify(spec)],
    ["tool.ts", source],
    ["cases.json", JSON.stringify(cases)],
  ]);
  return { name: "shout", files };
}
const PLAIN = shout("return text.toUpperCase();");

const armsOf = (before: ToolFolder, after: ToolFolder): Arms => ({
  before: new Map([["shout", before]]),
  after: new Map([["shout", after]]),
});

async function comparison(): Promise<CompareArms> {
  const line = parseCommandLine(["fitness", "x"]);
  const env = { ORG_HOME: home.checkout };
  const settings = readSettings({ flags: line.options, env, defaultHome: home.checkout });
  const place = { checkout: home.checkout, ledger: join(home.folder, "replays.sqlite") };
  const compare = await new App({ settings, signal }).compare(place);
  if (compare === undefined) throw new Error("Main has a suite");
  return compare({ main: home.id("main"), attempt: 1 });
}

test("two programs that do the same play the same, and the evidence says so", async () => {
  const compare = await comparison();
  const same = shout("return text.replace(/[a-z]/g, (one) => one.toUpperCase());");
  const found = await compare(armsOf(PLAIN, same));
  expect(found).not.toHaveProperty("reason");
  expect(found.evidence).toMatchObject({
    same: { pairs: 5, differing: 0 },
    scores: { call: { current: 1, candidate: 1 }, talk: { current: 1, candidate: 1 } },
  });
});

test("a difference that was not declared is a loss, and no chance", async () => {
  const compare = await comparison();
  const found = await compare(armsOf(PLAIN, shout("return text;")));
  expect(found).toMatchObject({
    reason: expect.stringContaining('"call" goes worse than with main'),
  });
});

test("a main without a suite is compared with nothing", async () => {
  home.commit("no suite", { "fitness/suites/one.json": null });
  expect(comparison()).rejects.toThrow("Main has a suite");
});

test("a tool that burns processor time is measured as slower, a neutral one is not", async () => {
  const burn = (ms: number): ToolFolder =>
    shout(`let n = 0; for (let i = 0; i < ${ms} * 4e5; i += 1) n = (n + i * 7) % 1000003;
      return n < 0 ? "" : text.toUpperCase();`);
  const options = { signal, measure: measureCall };
  const slower = await checkBudgets([{ before: PLAIN, after: burn(80) }], options);
  expect(slower).toMatchObject({ reason: expect.stringContaining("times the processor time") });
  const neutral = shout("const loud = text.toUpperCase(); return loud;");
  expect(await checkBudgets([{ before: PLAIN, after: neutral }], options)).not.toHaveProperty(
    "reason",
  );
});
