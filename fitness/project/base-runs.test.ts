import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { TreeRepository } from "../../test/tree-repository.ts";
import { BaseRuns } from "./base-runs.ts";
import type { CheckRun } from "./run-checks.ts";

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
    signal: AbortSignal.timeout(600_000),
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

describe("of kept results", () => {
  /** As if others had been kept, the first one first. */
  function fill(count: number, bytes: number): void {
    mkdirSync(cache, { recursive: true });
    for (let index = 0; index < count; index += 1) {
      const file = join(cache, `old${index}.json`);
      writeFileSync(file, "");
      truncateSync(file, bytes);
      utimesSync(file, 1_000_000 + index, 1_000_000 + index);
    }
  }
  const old = () => readdirSync(cache).filter((name) => name.startsWith("old"));

  test("the newest stay", async () => {
    const first = await run(CLOCK);
    fill(400, 1);
    await run(`${CLOCK} # another`);
    expect(readdirSync(cache)).toHaveLength(256);
    expect(old()).toHaveLength(254);
    expect(old()).not.toContain("old0.json");
    expect(await run(CLOCK)).toEqual(first);
  });

  test("as many stay as are small together", async () => {
    fill(30, 7 * 1024 ** 2);
    await run(CLOCK);
    expect(old()).toHaveLength(9);
    expect(readdirSync(cache)).toHaveLength(10);
  });

  test("one that is used stays before newer ones that are not", async () => {
    const first = await run(CLOCK);
    for (const name of readdirSync(cache)) utimesSync(join(cache, name), 1, 1);
    expect(await run(CLOCK)).toEqual(first);
    fill(300, 1);
    await run(`${CLOCK} # another`);
    expect(await run(CLOCK)).toEqual(first);
  });
});
