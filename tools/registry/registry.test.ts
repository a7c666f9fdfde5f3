import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import { paidEmbedder } from "#models/openai/embedder.ts";
import { openAiEmbeddings } from "#models/openai/embeddings.ts";
import { embeddingServer } from "#test/embedding-server.ts";
import { PATIENT } from "#test/patience.ts";
import { registerTool } from "#test/registered-tool.ts";
import { defineTool } from "../define-tool.ts";
import { generatedTool } from "../generated-tool.ts";
import { EmbeddingCache } from "../search/embedding-cache.ts";
import { ToolEmbeddings } from "../search/tool-embeddings.ts";
import { ToolRegistry } from "./registry.ts";

const sh = defineTool({
  name: "sh",
  effect: "execute",
  description: "Runs a bash command.",
  input: z.object({}),
  run: async () => ({ ok: true, output: "" }),
});

let folder = "";
let root = "";
let registry: ToolRegistry;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-registry-"));
  root = join(folder, "generated");
  mkdirSync(root);
  registry = new ToolRegistry({
    root,
    switches: join(folder, "switched-off"),
    builtIn: [sh],
    toolOf: ({ folder: files, metadata }) => generatedTool(files, metadata.spec),
  });
});
afterEach(() => {
  registry[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

/** Name and state of the generated tools. */
async function states(): Promise<Readonly<Record<string, string>>> {
  const generated = (await registry.list()).filter(({ origin }) => origin === "generated");
  return Object.fromEntries(generated.map(({ name, state }) => [name, state]));
}

async function whyOf(name: string): Promise<string | undefined> {
  return (await registry.get(name)).why;
}

test("a home without the folder has the built-in tools", async () => {
  rmSync(root, { recursive: true });
  expect(await registry.list()).toEqual([
    { name: "sh", description: "Runs a bash command.", origin: "built-in", state: "ready" },
  ]);
  expect(await registry.dynamic("anything")).toBeUndefined();
});

test("a tool whose bytes are the judged ones is ready", async () => {
  await registerTool(root, { name: "median" });
  expect(await states()).toEqual({ median: "ready" });
  expect((await registry.get("median")).verified?.metadata.spec.name).toBe("median");
});

test("one changed byte, one file more or one less takes a tool out at once", async () => {
  const path = await registerTool(root, { name: "median" });
  expect(await states()).toEqual({ median: "ready" });
  writeFileSync(join(path, "tool.ts"), "export const input = 1");
  expect(await states()).toEqual({ median: "changed" });
  expect(await whyOf("median")).toBe("not what was judged: tool.ts");
  await registerTool(root, { name: "median" });
  expect(await states()).toEqual({ median: "ready" });
  writeFileSync(join(path, "extra.ts"), "");
  expect(await whyOf("median")).toBe("not what was judged: extra.ts");
  rmSync(join(path, "extra.ts"));
  rmSync(join(path, "cases.json"));
  expect(await whyOf("median")).toBe("not what was judged: cases.json");
  expect(await registry.dynamic("median")).toBeUndefined();
});

test("a new version takes the place of the old one, without a restart", async () => {
  await registerTool(root, { name: "median", description: "The old one." });
  const before = await registry.dynamic("median");
  await registerTool(root, { name: "median", description: "The new one." });
  const after = await registry.dynamic("median");
  expect(before?.find("median")?.schema.description).toBe("The old one.");
  expect(after?.find("median")?.schema.description).toBe("The new one.");
  rmSync(join(root, "median"), { recursive: true });
  expect(await registry.dynamic("median")).toBeUndefined();
});

test("what was not judged is refused, each for its reason", async () => {
  mkdirSync(join(root, "bare"));
  await registerTool(root, { name: "broken" });
  writeFileSync(join(root, "broken", "metadata.json"), "{");
  await registerTool(root, { name: "wrong" });
  writeFileSync(join(root, "wrong", "metadata.json"), '{"version":2}');
  await registerTool(root, { name: "sh" });
  mkdirSync(join(root, "Bad Name"));
  await registerTool(root, { name: "linked" });
  rmSync(join(root, "linked", "metadata.json"));
  symlinkSync(join(root, "sh", "metadata.json"), join(root, "linked", "metadata.json"));
  const tools = (await registry.list()).filter(({ origin }) => origin === "generated");
  expect(new Set(tools.map(({ state }) => state))).toEqual(new Set(["refused"]));
  const why = Object.fromEntries(tools.map((tool) => [tool.name, tool.why]));
  expect(why["bare"]).toBe("it has no metadata.json: it was never judged");
  expect(why["broken"]).toStartWith("metadata.json is not JSON");
  expect(why["wrong"]).toStartWith("metadata.json: version is wrong");
  expect(why["sh"]).toBe("a built-in tool has this name");
  expect(why["Bad Name"]).toBe("a tool cannot have this name");
  expect(why["linked"]).toContain("ELOOP");
  expect(tools.every(({ verified: judged }) => judged === undefined)).toBe(true);
});

test("metadata of another tool, or with another contract, is refused", async () => {
  const path = await registerTool(root, { name: "median" });
  await registerTool(root, { name: "other" });
  rmSync(join(root, "other"), { recursive: true });
  const text = await Bun.file(join(path, "metadata.json")).text();
  writeFileSync(join(path, "metadata.json"), text.replace("Does median.", "Does everything."));
  expect(await whyOf("median")).toBe("the contract in metadata.json is not the one in spec.json");
});

test("a link in the place of a tool or of all tools is none", async () => {
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  await registerTool(elsewhere, { name: "median" });
  symlinkSync(join(elsewhere, "median"), join(root, "median"));
  expect(await states()).toEqual({});
  rmSync(root, { recursive: true });
  symlinkSync(elsewhere, root);
  expect(await registry.list().catch((error: unknown) => error)).toMatchObject({
    code: "FILE_FAILED",
  });
});

test("what is switched off stays off until it is switched on", async () => {
  await registerTool(root, { name: "median" });
  expect(await registry.switch("median", false)).toMatchObject({ state: "disabled" });
  await registry.switch("median", false);
  await registerTool(root, { name: "median", description: "The new one." });
  expect(await states()).toEqual({ median: "disabled" });
  expect(await registry.dynamic("median")).toBeUndefined();
  expect(await registry.search("median", 5)).toEqual([]);
  expect(await registry.switch("median", true)).toMatchObject({ state: "ready" });
  expect(await states()).toEqual({ median: "ready" });
});

test("only a generated tool that exists can be switched", async () => {
  await registerTool(root, { name: "median" });
  const failure = (name: string) => registry.switch(name, false).catch((error: unknown) => error);
  expect(await failure("sh")).toMatchObject({ code: "USAGE" });
  expect(await failure("medain")).toMatchObject({
    code: "TOOL_UNKNOWN",
    remedies: expect.arrayContaining(["org tools show median"]),
  });
  expect(await failure("../../etc")).toMatchObject({ code: "TOOL_UNKNOWN" });
});

test("a search finds built-in and generated tools by what they do", async () => {
  await registerTool(root, { name: "median", description: "The middle of a list of numbers." });
  await registerTool(root, { name: "slugify", description: "Makes a slug of a title." });
  const names = async (query: string) => (await registry.search(query, 1)).map((one) => one.name);
  expect(await names("average of measurements")).toEqual(["median"]);
  expect(await names("bash command")).toEqual(["sh"]);
  await registerTool(root, { name: "dice", description: "Rolls dice." });
  expect(await names("roll dice")).toEqual(["dice"]);
});

test("of many tools those are declared that the talk is about, within the budget", async () => {
  for (let index = 0; index < 40; index += 1) {
    await registerTool(root, { name: `noise_${index}`, description: `${"Noise. ".repeat(20)}` });
  }
  await registerTool(root, { name: "slugify", description: "Makes a URL slug of a title." });
  const dynamic = await registry.dynamic("please make a slug of this headline");
  const declared = dynamic?.declared.map(({ name }) => name) ?? [];
  expect(declared[0]).toBe("slugify");
  expect(declared.at(-1)).toBe("tools_search");
  const schemas = dynamic?.declared.map(({ schema }) => schema);
  expect(JSON.stringify(schemas).length).toBeLessThan(2500);
  expect(dynamic?.names).toHaveLength(41);
  expect(dynamic?.find("noise_39")?.name).toBe("noise_39");
});

test("an embedding model ranks what no word finds; without it, words do, and the user is told", async () => {
  await using server = embeddingServer([/median|umpteenth/, /slug/]);
  using cache = new EmbeddingCache(join(folder, "embeddings.sqlite"));
  const embedder = paidEmbedder({
    server: openAiEmbeddings({
      baseUrl: server.url,
      timeouts: PATIENT,
    }),
    ...{ model: "m", lock: new ChannelLock() },
    account: { reserve: async () => ({ settle: async () => [] }) },
  });
  let nowMs = 0;
  using own = new ToolRegistry({
    ...{ root, switches: join(folder, "off"), builtIn: [sh] },
    embeddings: new ToolEmbeddings({ embedder, cache, now: () => nowMs }),
    toolOf: ({ folder: files, metadata }) => generatedTool(files, metadata.spec),
  });
  await registerTool(root, { name: "median" });
  await registerTool(root, { name: "slugify" });
  expect((await own.search("umpteenth", 1)).map(({ name }) => name)).toEqual(["median"]);
  const dynamic = await own.dynamic("umpteenth");
  expect(dynamic?.declared[0]?.name).toBe("median");
  expect(dynamic?.notice).toBeUndefined();
  server.status = 500;
  nowMs = 120_000;
  const words = await own.dynamic("slugify something");
  expect(words?.declared[0]?.name).toBe("slugify");
  expect(words?.notice).toContain("without the embedding model");
  // It fails again, which is told once.
  nowMs = 240_000;
  expect((await own.dynamic("slugify another"))?.notice).toBeUndefined();
});
