import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outcomeOf, pythonTool, runs, typescriptTool } from "#test/tool-maker.ts";
import { openToolFiles } from "./tool-files.ts";

// The many tools that go wrong are in test/tool-*.e2e.test.ts.

test("a tool is called with what its contract names", async () => {
  const root = await mkdtemp(join(tmpdir(), "org-tool-"));
  try {
    const values = new Map<string, unknown>();
    const body = `
      await ctx.files.write("a/b.txt", "b"); await ctx.memory.set("k", [1]);
      const page = await ctx.fetch("https://page.example/");
      return [await ctx.files.read("a/b.txt"), await ctx.files.list("a"), await ctx.memory.get("k"), await page.text()]`;
    const capabilities = ["files:read", "files:write", "memory", "net:page.example", "random"];
    const outcome = await outcomeOf(typescriptTool(runs(body), { capabilities }), {
      seed: "1",
      capabilities: {
        files: await openToolFiles(root),
        memory: {
          get: async (key) => values.get(key),
          set: async (key, value) => {
            values.set(key, value);
          },
        },
        fetch: async (url) => ({ url, status: 200, headers: {}, body: "page" }),
      },
    });
    expect(outcome).toEqual({ kind: "result", value: ["b", ["b.txt"], [1], "page"] });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

test("a Python tool is called the same way", async () => {
  const tool = pythonTool(`def run(args, ctx): return args["n"] + 1`);
  expect(await outcomeOf(tool, { args: { n: 1 } })).toEqual({ kind: "result", value: 2 });
});

test("what the contract does not name is refused by the host, too", async () => {
  const body = `try { await ctx.fetch("https://evil.example/") } catch {} return 1`;
  const tool = typescriptTool(runs(body), { capabilities: ["net:page.example"] });
  expect(await outcomeOf(tool)).toMatchObject({ kind: "breakdown", why: "capability" });
});

test("a tool whose files cannot be called is not started", async () => {
  const load = { kind: "breakdown", why: "load" };
  const tool = (files: [string, string][]) => ({ name: "probe", files: new Map(files) });
  const spec = typescriptTool("").files.get("spec.json") ?? "";
  expect(await outcomeOf(tool([]))).toMatchObject(load);
  expect(await outcomeOf(tool([["spec.json", "{"]]))).toMatchObject(load);
  expect(await outcomeOf(tool([["spec.json", "{}"]]))).toMatchObject(load);
  expect(await outcomeOf(tool([["spec.json", spec]]))).toMatchObject(load);
  const unclear = typescriptTool("", { output: { type: "nothing" } });
  expect(await outcomeOf(unclear)).toMatchObject(load);
});

test("a result that does not fit the contract is none", async () => {
  const tool = typescriptTool(runs(`return 1`), { output: { type: "string" } });
  expect(await outcomeOf(tool)).toMatchObject({ kind: "breakdown", why: "schema" });
});
