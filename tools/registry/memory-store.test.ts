import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registerTool } from "#test/registered-tool.ts";
import { ToolMemoryStore } from "./memory-store.ts";
import { openRegistry } from "./open-registry.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-memory-"));
  path = join(folder, "state", "memory.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("what a tool keeps is there after a restart, for it alone", async () => {
  {
    using store = new ToolMemoryStore(path);
    await store.of("counter").set("n", { times: 1 });
    await store.of("counter").set("n", { times: 2 });
  }
  using store = new ToolMemoryStore(path);
  expect(await store.of("counter").get("n")).toEqual({ times: 2 });
  expect(await store.of("counter").get("other")).toBeNull();
  expect(await store.of("other").get("n")).toBeNull();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("keys, values, their number and their sum are limited, and what was there stays", async () => {
  const limits = { keyCharacters: 4, valueBytes: 12, keys: 2, totalBytes: 20 };
  using store = new ToolMemoryStore(path, limits);
  const memory = store.of("a");
  const failure = (key: string, value: unknown) =>
    memory.set(key, value).catch((error: unknown) => String(error));
  expect(await failure("12345", 1)).toContain("4 characters");
  expect(await failure("k", "ä".repeat(6))).toContain("12 bytes");
  await memory.set("one", "1234567890");
  expect(await failure("two", "1234567890")).toContain("20 bytes");
  await memory.set("two", 2);
  expect(await failure("3", 3)).toContain("2 keys");
  await memory.set("one", "1");
  expect([await memory.get("one"), await memory.get("two")]).toEqual(["1", 2]);
  await store.of("b").set("one", "1234567890");
});

test("what a tool kept goes with the tool", async () => {
  using store = new ToolMemoryStore(path);
  await store.of("here").set("k", 1);
  await store.of("gone").set("k", 1);
  store.keepOnly(["here"]);
  expect(await store.of("here").get("k")).toBe(1);
  expect(await store.of("gone").get("k")).toBeNull();
});

const COUNTER = `import { z } from "zod";
export const input = z.object({});
export async function run(_args, ctx) {
  const n = ((await ctx.memory.get("n")) ?? 0) + 1;
  await ctx.memory.set("n", n);
  return n;
}
`;

test("a tool of the registry counts its calls, until it is removed", async () => {
  const root = join(folder, "tools", "generated");
  mkdirSync(root, { recursive: true });
  const contract = {
    name: "counter",
    description: "Counts its calls.",
    input: { type: "object", properties: {} },
    capabilities: ["memory"],
    deterministic: false,
  };
  await registerTool(root, contract, COUNTER);
  const paths = { root: folder, disabledTools: join(folder, "off"), toolMemory: path };
  const open = () => openRegistry({ paths: paths, builtIn: [], filesRoot: folder });
  const context = { signal: new AbortController().signal, persona: "agent" };
  const call = async (registry: ReturnType<typeof open>) => {
    const tool = (await registry.dynamic("count"))?.find("counter");
    return (await tool?.run({}, context))?.output;
  };
  {
    using registry = open();
    await registry.list();
    expect(existsSync(path)).toBe(false);
    expect([await call(registry), await call(registry)]).toEqual(["1", "2"]);
  }
  using registry = open();
  expect(await call(registry)).toBe("3");
  rmSync(join(root, "counter"), { recursive: true });
  await registry.list();
  await registerTool(root, contract, COUNTER);
  expect(await call(registry)).toBe("1");
});
