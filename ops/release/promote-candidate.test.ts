import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Gate } from "#fitness/gate/gate.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { CandidateRepository, WORD_COUNT_SPEC } from "#test/candidate-repository.ts";
import { contentHash } from "#tools/contract/content-hash.ts";
import { metadataSchema } from "#tools/contract/metadata.ts";
import { readToolFolder } from "#tools/contract/read-folder.ts";
import type { ToolReport, ValidateTool } from "#tools/contract/validation.ts";
import { openPromoter } from "./open-promoter.ts";
import { type PromoteRequest, promoteCandidate } from "./promote-candidate.ts";
import { lockPromoter } from "./promoter-lock.ts";

const TESTS = { cases: 2, passed: 2, coverage: 1, mutationScore: 0.8, mutants: 5 };
const PASSED: ToolReport = { ok: true, stages: [], tests: TESTS, capabilities: [] };
const passing: ValidateTool = () => Promise.resolve(PASSED);
const ABOUT: Omit<PromoteRequest, "candidate"> = {
  validatorOf: () => passing,
  signal: new AbortController().signal,
  nowMs: 0,
};
const FOLDER = "tools/generated/shout";
const SHOUT = {
  [`${FOLDER}/spec.json`]: JSON.stringify({
    ...WORD_COUNT_SPEC,
    ...{ name: "shout", description: "Shouts a text.", asks: ["say it loud"] },
  }),
  [`${FOLDER}/tool.ts`]: 'import { z } from "zod";\nexport const input = z.object({});\n',
};

/** A candidate with a new tool; main is checked out again. */
function withCandidate(files: Readonly<Record<string, string>>): CandidateRepository {
  const home = new CandidateRepository();
  home.branch("one").commit("x", files);
  home.git("checkout", "--quiet", "main");
  return home;
}

test("what passed is promoted with what the gate knows of it, and its bytes are pinned", async () => {
  using home = withCandidate(SHOUT);
  await using parts = new AsyncDisposableStack();
  using gate = await Gate.open(home.checkout);
  gate.verdicts.ask({ tool: "shout", goal: "shout a text", maker: "qwen3", at: 0 });
  const promoter = await openPromoter(home.checkout, {}, parts);
  const { change } = await promoteCandidate(gate, promoter, { ...ABOUT, candidate: "cand/one" });
  expect(home.git("show", "-s", "--format=%s", change.to)).toBe("feat(tools): shout\n");
  const metadata = metadataSchema.parse(
    await Bun.file(join(home.checkout, FOLDER, "metadata.json")).json(),
  );
  expect(metadata).toMatchObject({
    tests: TESTS,
    dependencies: ["zod"],
    provenance: { origin: "model", model: "qwen3", goal: "shout a text" },
  });
  expect(metadata.contentHash).toBe(contentHash(await readToolFolder(join(home.checkout, FOLDER))));
});

test("a candidate that waited for another promotion is judged again on the main that it left", async () => {
  using home = withCandidate(SHOUT);
  await using parts = new AsyncDisposableStack();
  using gate = await Gate.open(home.checkout);
  gate.verdicts.ask({ tool: "shout", goal: "shout a text", maker: "qwen3", at: 0 });
  using held = lockPromoter(promotionPaths(home.checkout).lock);
  let between = "";
  const onWait = (): void => {
    between = home.commit("moved meanwhile", { "notes.md": "moved\n" });
    held[Symbol.dispose]();
  };
  const promoter = await openPromoter(home.checkout, { wait: { onWait } }, parts);
  const { change } = await promoteCandidate(gate, promoter, { ...ABOUT, candidate: "cand/one" });
  expect(change.from).toBe(between);
  expect(gate.verdicts.lastOn(home.id("cand/one"))?.main).toBe(between);
});

test("what was rejected is not, however it is asked for", async () => {
  using home = withCandidate({ "fitness/gate.ts": "export {};\n" });
  await using parts = new AsyncDisposableStack();
  using gate = await Gate.open(home.checkout);
  const promoter = await openPromoter(home.checkout, {}, parts);
  const request = { ...ABOUT, candidate: "cand/one", isApproved: true };
  const failure = await promoteCandidate(gate, promoter, request).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "CANDIDATE_REFUSED" });
  expect(existsSync(promoter.paths.current)).toBe(false);
});

test("what is held needs a human's approval", async () => {
  using home = withCandidate({ "models/prompt.ts": "export {};\n" });
  await using parts = new AsyncDisposableStack();
  using gate = await Gate.open(home.checkout);
  const promoter = await openPromoter(home.checkout, {}, parts);
  const request = { ...ABOUT, candidate: "cand/one" };
  const failure = await promoteCandidate(gate, promoter, request).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "CANDIDATE_REFUSED",
    why: expect.stringContaining("human"),
  });
  const { change } = await promoteCandidate(gate, promoter, { ...request, isApproved: true });
  expect(change.state).toBe("done");
});

test("other words on a tool of main are shown to a human, and no other way leads into main", async () => {
  const description = "Counts the words of a text, in any script.";
  const spec = JSON.stringify({ ...WORD_COUNT_SPEC, description });
  using home = withCandidate({ "tools/generated/word-count/spec.json": spec });
  await using parts = new AsyncDisposableStack();
  using gate = await Gate.open(home.checkout);
  const request = { ...ABOUT, candidate: "cand/one", intent: ["word-count"] };
  // What `promotion = "auto"` merges is what the gate lets pass by itself.
  const { record } = await gate.judge(home.checkout, request);
  expect(record).toMatchObject({ verdict: "hold", stage: "S6" });
  const shown = `word-count: it tells models something new: "${description}"`;
  expect(record.stages.flatMap(({ details }) => details)).toContain(shown);
  const promoter = await openPromoter(home.checkout, {}, parts);
  const failure = await promoteCandidate(gate, promoter, request).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "CANDIDATE_REFUSED", why: expect.stringContaining(shown) });
  expect(existsSync(promoter.paths.current)).toBe(false);
  const { change } = await promoteCandidate(gate, promoter, { ...request, isApproved: true });
  expect(change.state).toBe("done");
});

test("a verdict about another main does not count: it is judged again", async () => {
  using home = withCandidate(SHOUT);
  await using parts = new AsyncDisposableStack();
  using gate = await Gate.open(home.checkout);
  const request = { ...ABOUT, candidate: "cand/one", intent: ["shout"] };
  await gate.judge(home.checkout, request);
  home.commit("a human's", { "docs/guide.md": "Better.\n" });
  const promoter = await openPromoter(home.checkout, {}, parts);
  const { change } = await promoteCandidate(gate, promoter, request);
  expect(change.from).toBe(gate.verdicts.all()[0]?.main ?? "");
  expect(gate.verdicts.all()).toHaveLength(2);
});
