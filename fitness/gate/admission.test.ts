/** The way of a candidate through intake and diff policy; `test/gate-admission.e2e.test.ts` has the tricks. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import type { Objection } from "../stages.ts";
import { type Admission, admit } from "./admission.ts";
import { fetchCommits, openGateRepository, resolveCommit } from "./gate-repository.ts";
import { readHistory } from "./intake.ts";

const TOOL = "tools/generated/word-count/tool.ts";

let home: CandidateRepository;
let gate: Repository;

beforeAll(async () => {
  home = new CandidateRepository();
  gate = await openGateRepository(join(home.folder, "gate"));
});
afterAll(() => home[Symbol.dispose]());

async function judge(name: string): Promise<Admission | Objection> {
  const source = await openCheckout(home.checkout);
  const candidate = await resolveCommit(source, name);
  const lineage = { main: await resolveCommit(source, "main"), candidate };
  await fetchCommits(gate, source, [lineage.main, candidate]);
  const history = await readHistory(gate, lineage);
  if ("reason" in history) return history;
  return await admit(gate, lineage, { history, intent: ["word-count"] });
}

test("a change to a tool that was asked for is let in, with the tree that main would have", async () => {
  const id = home.branch("good").commit("fix", { [TOOL]: "export const input = 2;\n" });
  expect(await judge("cand/good")).toMatchObject({
    class: "tool",
    tools: ["word-count"],
    tree: home.git("rev-parse", `${id}^{tree}`).trim(),
    changes: [{ status: "M", path: TOOL }],
  });
});

test("the gate itself is not a candidate's to change", async () => {
  home.branch("bad").commit("x", { "fitness/gate.ts": "export {};\n" });
  expect(await judge("cand/bad")).toEqual({
    reason: 'it changes "fitness/gate.ts", which only a human changes',
    details: ['it changes "fitness/gate.ts", which only a human changes'],
  });
});

test("a tool that was not asked for is refused with the way to ask for it", async () => {
  home.branch("other").commit("x", { "tools/generated/other/tool.ts": "export {};\n" });
  const reason =
    'it changes the tool "other", which was not asked for; name it, if you want that: org fitness CANDIDATE --intent other';
  expect(await judge("cand/other")).toEqual({ reason, details: [reason] });
});

test("an unknown name is said with what to do", async () => {
  const failure = await judge("cand/none").catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "INPUT_MISSING" });
});
