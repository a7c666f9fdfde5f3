import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerTool } from "#test/registered-tool.ts";
import { openRegistry } from "./open-registry.ts";
import { tryRegisteredTool } from "./try-tool.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "org-try-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("a tool is tried with its first example, and not where it would need more", async () => {
  await registerTool(root, { name: "good" });
  const wrong =
    'import { z } from "zod"; export const input = z.looseObject({}); export const run = async () => 2;';
  await registerTool(root, { name: "wrong" }, wrong);
  await registerTool(root, { name: "web", capabilities: ["net:example.com"] });
  const paths = { root, disabledTools: join(root, "off"), toolMemory: join(root, "memory") };
  using registry = openRegistry({
    paths,
    builtIn: [],
    filesRoot: root,
    location: { root, isVerified: true },
  });
  const tried = async (name: string): Promise<boolean> =>
    (await tryRegisteredTool(registry, name, new AbortController().signal)).ok;
  expect(await tried("good")).toBe(true);
  expect(await tried("wrong")).toBe(false);
  expect(await tried("web")).toBe(true);
  expect(await tried("none")).toBe(false);
});
