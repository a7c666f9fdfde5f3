import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { TreeRepository } from "../../test/tree-repository.ts";
import { BaseRuns } from "./base-runs.ts";
import type { CheckRun } from "./run-checks.ts";

// A busy machine takes its time to start programs.
setDefaultTimeout(60_000);

let trees: TreeRepository;
let cache: string;
beforeEach(() => {
  trees = new TreeRepository();
  cache = join(trees.folder, "cache");
});
afterEach(() => trees[Symbol.dispose]());

async function run(command: string, files = { a: "a" }): Promise<CheckRun> {
  await using runs = new BaseRuns({
    repository: await trees.repository(),
    tree: await trees.tree(files),
    cache,
    dependencies: { root: trees.folder, names: ["modules"] },
    cleaner: new TextCleaner(),
    signal: AbortSignal.timeout(30_000),
    note: () => undefined,
  });
  return await runs.run(command);
}

/** Prints something else each time it really runs. */
const CLOCK = "date +%s%N";

describe("a result of the base", () => {
  test("that passed is kept for the same tree, command and dependencies, and for no other", async () => {
    const first = await run(CLOCK);
    expect(await run(CLOCK)).toEqual(first);
    expect((await run(CLOCK, { a: "b" })).tail).not.toBe(first.tail);
    expect((await run(`${CLOCK} `)).tail).not.toBe(first.tail);
    mkdirSync(join(trees.folder, "modules"));
    expect((await run(CLOCK)).tail).not.toBe(first.tail);
  });

  test("that failed is not kept: it may have been chance", async () => {
    const first = await run(`${CLOCK}; exit 1`);
    expect(first.exit).toBe(1);
    expect((await run(`${CLOCK}; exit 1`)).tail).not.toBe(first.tail);
  });

  test.each([["{"], ['{"exit":1}'], ["[]"]])(
    "that was damaged to %j is made anew",
    async (text) => {
      const first = await run(CLOCK);
      const [file = ""] = readdirSync(cache);
      writeFileSync(join(cache, file), text);
      const second = await run(CLOCK);
      expect(second.exit).toBe(0);
      expect(second.tail).not.toBe(first.tail);
    },
  );
});
