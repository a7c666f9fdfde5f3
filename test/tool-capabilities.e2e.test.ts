/** What a tool is lent when its contract names it, in both languages and in the real sandbox. */
import { describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolMemory } from "#tools/contract/call-options.ts";
import { contractSchema } from "#tools/contract/spec.ts";
import { openToolFiles } from "#tools/contract/tool-files.ts";
import { generatedTool } from "#tools/generated-tool.ts";
import { outcomeOf, pythonTool, runs, typescriptTool } from "./tool-maker.ts";
import { WebServer } from "./web-server.ts";

const capability = { kind: "breakdown", why: "capability" };
const { signal } = new AbortController();

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "org-tool-files-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function memoryIn(values: Map<string, unknown>): ToolMemory {
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
  };
}

describe("the network", () => {
  const web = { capabilities: ["net:page.example", "net:*.api.example"] };
  const BODY = `
    const [a, b] = await Promise.all([ctx.fetch(args.a), ctx.fetch(args.b)]);
    return [a.ok, a.status, await a.json(), await b.text(), b.headers["content-type"]];`;

  test("is the hosts that the contract names, asked from outside of the sandbox", async () => {
    await using server = await WebServer.open((request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(request.url));
    });
    const tool = generatedTool(
      typescriptTool(runs(BODY), web),
      contractSchema.parse(JSON.parse(typescriptTool("", web).files.get("spec.json") ?? "")),
      { rules: server.rules },
    );
    const args = { a: server.url("/one"), b: server.url("/two", "v1.api.example") };
    const { ok, output } = await tool.run(args, { signal, persona: "agent" });
    expect(JSON.parse(output)).toEqual([true, 200, "/one", '"/two"', "application/json"]);
    expect(ok).toBe(true);
    expect(server.asked.toSorted()).toEqual([
      `GET page.example:${server.port}/one`,
      `GET v1.api.example:${server.port}/two`,
    ]);
  });

  test.each([
    ["another host", "https://evil.example/"],
    ["a host above", "https://api.example/"],
    ["a host that only ends the same", "https://notpage.example/"],
    ["a host in the name of a user", "https://page.example@evil.example/"],
  ])("is not %s", async (_name, url) => {
    const asked: string[] = [];
    const fetch = async (to: string) => {
      asked.push(to);
      return { url: to, status: 200, headers: {}, body: "" };
    };
    const body = `try { await ctx.fetch(${JSON.stringify(url)}) } catch {} return 1`;
    const outcome = await outcomeOf(typescriptTool(runs(body), web), { capabilities: { fetch } });
    expect(outcome).toMatchObject(capability);
    expect(asked).toEqual([]);
  });

  test("is not where a listed host leads to", async () => {
    await using server = await WebServer.open(({ socket }, response) => {
      const location = `http://evil.example:${socket.localPort}/`;
      response.writeHead(302, { location }).end();
    });
    const contract = contractSchema.parse(
      JSON.parse(typescriptTool("", web).files.get("spec.json") ?? ""),
    );
    const body = `await ctx.fetch(args.url); return 1`;
    const tool = generatedTool(typescriptTool(runs(body), web), contract, { rules: server.rules });
    const { ok, output } = await tool.run({ url: server.url("/") }, { signal, persona: "agent" });
    expect(ok).toBe(false);
    expect(output).toContain("redirect-host");
  });

  test("answers Python, too; what fails is an error that it can catch", async () => {
    const source = `def run(args, ctx):
    good = ctx.fetch("https://page.example/x")
    try:
        ctx.fetch("https://page.example/fail")
    except RuntimeError as error:
        return [good.ok, good.json(), good.text(), str(error)]`;
    const fetch = async (url: string) => {
      if (url.endsWith("fail")) throw new Error("no such page");
      return { url, status: 200, headers: {}, body: "[1]" };
    };
    const outcome = await outcomeOf(pythonTool(source, web), { capabilities: { fetch } });
    expect(outcome).toEqual({ kind: "result", value: [true, [1], "[1]", "no such page"] });
  });
});

describe("files", () => {
  const both = { capabilities: ["files:read", "files:write"] };

  test("are those below one folder", async () => {
    await using folder = await temporaryFolder();
    const body = `
      await ctx.files.write("notes/a.txt", "ä".repeat(70_000));
      await ctx.files.write("b.txt", "b");
      const text = await ctx.files.read("notes/a.txt");
      return [text.length, await ctx.files.list(), await ctx.files.list("notes")];`;
    const files = await openToolFiles(folder.path);
    const outcome = await outcomeOf(typescriptTool(runs(body), both), { capabilities: { files } });
    expect(outcome).toEqual({ kind: "result", value: [70_000, ["b.txt", "notes/"], ["a.txt"]] });
    expect(await Bun.file(join(folder.path, "b.txt")).text()).toBe("b");
  });

  test("end where the folder ends, whatever a path or a link says", async () => {
    await using folder = await temporaryFolder();
    await using outside = await temporaryFolder();
    await writeFile(join(outside.path, "secret"), "secret");
    await mkdir(join(folder.path, "real"));
    await symlink(join(outside.path, "secret"), join(folder.path, "link"));
    await symlink(outside.path, join(folder.path, "linked"));
    const paths = [
      "../x",
      "/etc/passwd",
      "real/../../x",
      "link",
      "linked/secret",
      "real",
      "a\u0000b",
      "",
      ".git/config",
    ];
    const body = `
      const refused = [];
      for (const path of ${JSON.stringify(paths)}) {
        for (const act of [() => ctx.files.read(path), () => ctx.files.write(path, "x")]) {
          try { refused.push(await act()) } catch (error) { refused.push("refused") }
        }
      }
      try { refused.push(await ctx.files.list("linked")) } catch { refused.push("refused") }
      return refused;`;
    const files = await openToolFiles(folder.path);
    const outcome = await outcomeOf(typescriptTool(runs(body), both), { capabilities: { files } });
    expect(outcome).toEqual({ kind: "result", value: Array(paths.length * 2 + 1).fill("refused") });
    expect(await Bun.file(join(outside.path, "secret")).text()).toBe("secret");
  });

  test("may be read by a tool that may not write, and the other way round", async () => {
    await using folder = await temporaryFolder();
    const files = await openToolFiles(folder.path);
    const writing = runs(`try { await ctx.files.write("a", "b") } catch {} return 1`);
    const reading = runs(`try { await ctx.files.list() } catch {} return 1`);
    const capabilities = { files };
    const reader = typescriptTool(writing, { capabilities: ["files:read"] });
    const writer = typescriptTool(reading, { capabilities: ["files:write"] });
    expect(await outcomeOf(reader, { capabilities })).toMatchObject(capability);
    expect(await outcomeOf(writer, { capabilities })).toMatchObject(capability);
    expect(await files.list("")).toEqual([]);
  });

  test("are there for Python", async () => {
    await using folder = await temporaryFolder();
    const source = `def run(args, ctx):
    ctx.files.write("a.txt", "é" * 40000)
    return [len(ctx.files.read("a.txt")), ctx.files.list()]`;
    const files = await openToolFiles(folder.path);
    const outcome = await outcomeOf(pythonTool(source, both), { capabilities: { files } });
    expect(outcome).toEqual({ kind: "result", value: [40_000, ["a.txt"]] });
  });
});

describe("memory", () => {
  test.each([
    [
      "TypeScript",
      typescriptTool(
        runs(
          `const n = ((await ctx.memory.get("n")) ?? 0) + 1; await ctx.memory.set("n", n); return n`,
        ),
        { capabilities: ["memory"] },
      ),
    ],
    [
      "Python",
      pythonTool(
        `def run(args, ctx):\n    n = (ctx.memory.get("n") or 0) + 1\n    ctx.memory.set("n", n)\n    return n`,
        { capabilities: ["memory"] },
      ),
    ],
  ])("lasts from call to call of a tool in %s", async (_language, tool) => {
    const capabilities = { memory: memoryIn(new Map()) };
    expect(await outcomeOf(tool, { capabilities })).toEqual({ kind: "result", value: 1 });
    expect(await outcomeOf(tool, { capabilities })).toEqual({ kind: "result", value: 2 });
  });

  test("takes small values under short names only, and only so often", async () => {
    const body = `
      const tried = [];
      const attempt = async (work) => { try { await work(); tried.push("done") } catch (error) { tried.push("refused") } };
      await attempt(() => ctx.memory.set("k", "x".repeat(60_000)));
      await attempt(() => ctx.memory.set("k", "x".repeat(70_000)));
      await attempt(() => ctx.memory.set("k".repeat(201), 1));
      for (let count = 0; count < 97; count += 1) await ctx.memory.get("k");
      await attempt(() => ctx.memory.get("k"));
      return tried;`;
    const values = new Map();
    const tool = typescriptTool(runs(body), { capabilities: ["memory"] });
    const outcome = await outcomeOf(tool, { capabilities: { memory: memoryIn(values) } });
    const value = ["done", "refused", "refused", "refused"];
    expect(outcome).toEqual({ kind: "result", value });
    expect([...values.keys()]).toEqual(["k"]);
  });

  test("that the host does not lend is an error of the tool, not of its contract", async () => {
    const tool = typescriptTool(runs(`return await ctx.memory.get("a")`), {
      capabilities: ["memory"],
    });
    expect(await outcomeOf(tool)).toMatchObject({ kind: "failure", declared: false });
  });
});

describe("the clock and chance", () => {
  const named = { capabilities: ["clock", "random"] };
  const tools = [
    [
      "TypeScript",
      typescriptTool(
        runs(
          `return [ctx.clock.now(), Date.now(), ctx.random(), Math.random(), crypto.randomUUID()]`,
        ),
        named,
      ),
    ],
    [
      "Python",
      pythonTool(
        `import random, time\ndef run(args, ctx):\n    return [ctx.clock.now(), int(time.time() * 1000), ctx.random(), random.random()]`,
        named,
      ),
    ],
  ] as const;

  test.each(tools)("can be set from outside, for %s", async (_language, tool) => {
    const one = await outcomeOf(tool, { seed: "1", nowMs: 1_000_000 });
    expect(one).toMatchObject({ kind: "result" });
    expect(await outcomeOf(tool, { seed: "1", nowMs: 1_000_000 })).toEqual(one);
    expect(await outcomeOf(tool, { seed: "2", nowMs: 1_000_000 })).not.toEqual(one);
    expect(JSON.stringify(one)).toContain("[1000000,1000000,");
  });

  test.each(tools)("are those of the machine otherwise, for %s", async (_language, tool) => {
    const before = Date.now();
    const one = await outcomeOf(tool);
    const now = one.kind === "result" && Array.isArray(one.value) ? one.value[0] : undefined;
    expect(now).toBeWithin(before, Date.now() + 1);
    expect(await outcomeOf(tool)).not.toEqual(one);
  });
});

test("a tool without a capability of the host has no line to it, and ends without an answer", async () => {
  const tool = typescriptTool(runs(`return 1`), { capabilities: ["memory"] });
  const never = { get: () => new Promise(() => undefined), set: async () => undefined };
  const pending = runs(`void ctx.memory.get("a"); return 1`);
  const capabilities = { memory: never };
  expect(await outcomeOf(tool)).toEqual({ kind: "result", value: 1 });
  const outcome = await outcomeOf(typescriptTool(pending, { capabilities: ["memory"] }), {
    capabilities,
  });
  expect(outcome).toEqual({ kind: "result", value: 1 });
});
