/** One promotion and one rollback; `test/promotion.e2e.test.ts` kills them at every step. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import { isSigned, signText } from "#fitness/gate/signing.ts";
import { mergedTree } from "#fitness/gate/tree-diff.ts";
import { openPromoter } from "#ops/release/open-promoter.ts";
import { promote } from "#ops/release/promote.ts";
import { currentRelease } from "#ops/release/release.ts";
import { rollback } from "#ops/release/rollback.ts";
import type { ToolMetadata } from "#tools/contract/metadata.ts";
import { CandidateRepository } from "./candidate-repository.ts";

const METADATA: ToolMetadata = {
  version: 1,
  spec: {
    name: "shout",
    description: "Shouts.",
    language: "ts",
    input: {},
    output: {},
    failures: [],
    deterministic: true,
    capabilities: [],
    properties: [],
    asks: [],
  },
  contentHash: "0".repeat(64),
  files: {},
  tests: { cases: 1, passed: 1, coverage: 1, mutationScore: 1, mutants: 1 },
  dependencies: [],
  capabilities: [],
  policy: "generatedTool",
  provenance: { origin: "human", createdAt: "2026-01-01T00:00:00Z" },
};

test("a promotion moves main, the release and the checkout, and a rollback moves them back", async () => {
  using repository = new CandidateRepository();
  const candidate = repository
    .branch("shout")
    .commit("x", { "tools/generated/shout/tool.ts": "export const input = 1;\n" });
  repository.git("checkout", "--quiet", "main");
  await using parts = new AsyncDisposableStack();
  const steps: string[] = [];
  const onStep = (step: string): void => void steps.push(step);
  const promoter = await openPromoter(repository.checkout, { onStep }, parts);
  const main = repository.id("main");
  await fetchCommits(promoter.gate, promoter.home, [main, candidate]);
  const { change } = await promote(promoter, {
    candidate,
    judgement: { tree: String(await mergedTree(promoter.gate, main, candidate)) },
    title: "feat(tools): shout",
    record: "{}",
    metadata: new Map([["shout", METADATA]]),
    nowMs: 1,
  });
  expect(change.tag).toBe(`promotion/19700101T000000Z-${change.to.slice(0, 8)}`);
  expect(steps).toEqual(["release", "refs", "link", "checkout", "restart", "health"]);
  expect(await currentRelease(promoter.paths)).toBe(repository.id("main"));
  const about = join(repository.checkout, "tools/generated/shout/metadata.json");
  expect(await Bun.file(about).json()).toEqual(METADATA);
  const back = await rollback(promoter, { nowMs: 2 });
  expect(back).toMatchObject({ kind: "rollback", undoes: change.id, state: "done", note: null });
  expect(existsSync(about)).toBe(false);
  expect(promoter.ledger.all().map(({ kind }) => kind)).toEqual(["rollback", "promotion"]);
});

test("a signature is of one text and of this gate's key", async () => {
  using repository = new CandidateRepository();
  await using parts = new AsyncDisposableStack();
  const { paths } = await openPromoter(repository.checkout, {}, parts);
  const signature = join(repository.folder, "record.sig");
  await Bun.write(signature, await signText("promote", paths));
  expect(await isSigned("promote", signature, paths)).toBe(true);
  expect(await isSigned("reject", signature, paths)).toBe(false);
});
