import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerTool } from "#test/registered-tool.ts";
import { openRegistry } from "./open-registry.ts";
import { readUnverifiedTool } from "./read-unverified-tool.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "org-unverified-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("a tool of a candidate can be called without a verdict, and only where a candidate is served", async () => {
  const folder = await registerTool(root, { name: "shout" });
  rmSync(join(folder, "metadata.json"));
  const read = await readUnverifiedTool(folder, new Set());
  expect(read).toMatchObject({ name: "shout", state: "ready", description: "Does shout." });
  expect(read.verified?.metadata.tests.passed).toBe(0);
  const dependencies = {
    paths: { root, disabledTools: join(root, "off"), toolMemory: join(root, "memory") },
    builtIn: [],
    filesRoot: root,
  };
  using candidate = openRegistry({ ...dependencies, location: { root, isVerified: false } });
  using current = openRegistry({ ...dependencies, location: { root, isVerified: true } });
  expect(await candidate.get("shout")).toMatchObject({ state: "ready" });
  expect(await current.get("shout")).toMatchObject({ state: "refused" });
});

test("what its metadata says of it does not count", async () => {
  const folder = await registerTool(root, { name: "shout", capabilities: ["clock"] });
  writeFileSync(
    join(folder, "metadata.json"),
    '{"version":1,"capabilities":["net:*.example.com"]}',
  );
  const read = await readUnverifiedTool(folder, new Set());
  expect(read.verified?.metadata.capabilities).toEqual(["clock"]);
});

test("what can be no tool is refused with the reason", async () => {
  const folder = await registerTool(root, { name: "shout" });
  const whyOf = async (path: string, taken: readonly string[] = []): Promise<unknown> => {
    const { state, why } = await readUnverifiedTool(path, new Set(taken));
    return [state, why];
  };
  expect(await whyOf(folder, ["shout"])).toEqual(["refused", "a built-in tool has this name"]);
  expect(await whyOf(join(root, "Shout!"))).toEqual(["refused", "a tool cannot have this name"]);
  writeFileSync(
    join(folder, "spec.json"),
    '{"name":"other","description":"x","input":{},"output":{}}',
  );
  expect(await whyOf(folder)).toEqual(["refused", 'its contract is for a tool named "other"']);
  writeFileSync(join(folder, "spec.json"), "{");
  expect(await whyOf(folder)).toEqual(["refused", expect.stringContaining("JSON")]);
  mkdirSync(join(folder, "nested"));
  expect((await readUnverifiedTool(folder, new Set())).state).toBe("refused");
});
