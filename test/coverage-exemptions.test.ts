/** What is exempt from coverage is recorded here file by file, and may only become less. */
import { expect, test } from "bun:test";
import { Glob } from "bun";
import bunfig from "../bunfig.toml";

/** Not product: helpers of tests, and the programs that they start. */
const SUPPORT: ReadonlySet<string> = new Set(["test/**"]);

/** A file that has become covered leaves this list and bunfig.toml. None is ever added. */
const RECORDED: readonly string[] = [
  "ops/verify.ts",
  "ops/stop.ts",
  "ops/ship-example.ts",
  "platform/net/egress/bridge.ts",
  "platform/sandbox/self-test/*.ts",
  "platform/sandbox/landlock/enter.ts",
  "platform/sandbox/landlock/kernel.ts",
  "platform/sandbox/landlock/supervisor.ts",
  "platform/sandbox/stage/helper.ts",
  "platform/sandbox/stage/mounts.ts",
  "fitness/quality/inside/*.ts",
  "tools/contract/inside/*.ts",
  "fitness/static/inside/*-probe.ts",
  "models/engine/child/library.ts",
  "models/engine/child/main.ts",
  "models/engine/child/inference-session.ts",
  "models/engine/process.ts",
  "fitness/quality/own-tests.ts",
  "fitness/validate-tool.ts",
  "cli/programs/offer-engine.ts",
  "ops/release/gate-self-test.ts",
  "app/forge.ts",
  "app/promote.ts",
];

const exempt: readonly string[] = bunfig.test.coveragePathIgnorePatterns.filter(
  (pattern: string) => !SUPPORT.has(pattern),
);

test("no file becomes exempt from coverage that was not before", () => {
  expect(exempt.filter((pattern) => !RECORDED.includes(pattern))).toEqual([]);
});

test("what is covered now cannot become exempt again", () => {
  expect(RECORDED.filter((pattern) => !exempt.includes(pattern))).toEqual([]);
});

test("every exemption from coverage names a file that exists", async () => {
  const found = await Promise.all(
    exempt.map(async (pattern) => {
      for await (const _file of new Glob(pattern).scan(".")) return [];
      return [pattern];
    }),
  );
  expect(found.flat()).toEqual([]);
});
