import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { importProblems, writeMap } from "./imports.ts";

let root: TemporaryFolder;

/** Writes files into a tree that has nothing else but its document. */
async function tree(files: Readonly<Record<string, string>>): Promise<void> {
  const document = "# Layout\n\n<!-- map:start -->\n<!-- map:end -->\n";
  const all = { "docs/architecture.md": document, ...files };
  for (const [path, text] of Object.entries(all)) await Bun.write(join(root.path, path), text);
}

beforeEach(async () => {
  root = await temporaryFolder("imports");
});
afterEach(async () => {
  await root[Symbol.asyncDispose]();
});

const BASE = 'import { z } from "#core/z.ts";\n';

test("a tree whose map is drawn has no problem, and a new arrow makes the map stale", async () => {
  await tree({ "core/z.ts": "export const z = 1;\n", "platform/a.ts": BASE });
  expect(await importProblems(root.path)).toEqual([
    "The map in docs/architecture.md is stale: bun run map",
  ]);
  await writeMap(root.path);
  expect(await importProblems(root.path)).toEqual([]);
  const document = await Bun.file(join(root.path, "docs/architecture.md")).text();
  expect(document).toContain("  platform --> core\n");
  await Bun.write(join(root.path, "home/b.ts"), BASE);
  expect(await importProblems(root.path)).toHaveLength(1);
});

test("an import upwards, a cycle and an own name with # are each said, also those of tests", async () => {
  await tree({
    "core/z.ts": 'import "#platform/a.ts";\nimport "./y.ts";\n',
    "core/y.ts": 'import "./z.ts";\n',
    "platform/a.ts": BASE,
    "platform/a.test.ts": 'import "#platform/a.ts";\n',
  });
  await writeMap(root.path);
  const problems = (await importProblems(root.path)).join("\n");
  expect(problems).toContain(
    "core/z.ts must not import platform/a.ts: core may import nothing of ours",
  );
  expect(problems).toContain("Import cycle: ");
  expect(problems).toContain('platform/a.test.ts must import platform/a.ts as "./a.ts"');
});

test("a tree without imports is a wrong root, and not a clean one", async () => {
  await tree({ "core/z.ts": "export const z = 1;\n" });
  await expect(importProblems(root.path)).rejects.toThrow("Found no import at all");
});
