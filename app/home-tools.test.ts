import { afterEach, beforeEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { registerTool } from "#test/registered-tool.ts";
import { defineTool } from "#tools/define-tool.ts";
import { App } from "./app.ts";
import { type HomeTools, type SeeCall, workflowTools } from "./home-tools.ts";

const SECRET = "correct-horse-battery";
const { signal } = new AbortController();

let home: TestHome;
let parts: AsyncDisposableStack;
let generated = "";
let seen: Parameters<SeeCall>[0][] = [];
beforeEach(async () => {
  home = await testHome();
  parts = new AsyncDisposableStack();
  generated = join(home.path, "tools/generated");
  seen = [];
  await createHome(home.paths);
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** Switches a tool off, as another process does. */
async function switchOff(name: string): Promise<void> {
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  await using other = new App({ settings });
  await (await other.registry()).switch(name, false);
}

/** @param file what a person has written into the configuration. */
async function open(file = "", yes = true): Promise<HomeTools> {
  await Bun.write(join(home.path, "org.config"), file);
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  const app = parts.use(new App({ settings, cleaner: new TextCleaner([SECRET]) }));
  const see: SeeCall = (went) => void seen.push(went);
  return await workflowTools(app, { yes, see });
}

/** The source of a tool whose program is this. */
const source = (body: string): string => `import { z } from "zod";
export const input = z.looseObject({});
export async function run(args: Record<string, unknown>) { ${body} }
`;

test("what a generated tool gives is data, and a secret in it is covered", async () => {
  const body = 'return { list: [1, null, "x"], said: args["said"] };';
  await registerTool(generated, { name: "pair" }, source(body));
  const tools = await open();
  const answer = await tools.call("pair", { said: `it is ${SECRET}` }, signal);
  expect(answer).toEqual({
    kind: "done",
    value: { list: [1, null, "x"], said: expect.not.stringContaining(SECRET) },
  });
  expect(seen).toMatchObject([{ name: "pair", ok: true, ms: expect.any(Number) }]);
});

test("a generated tool that breaks down has failed, and its text says why", async () => {
  await registerTool(generated, { name: "broken" }, source('throw new Error("no middle");'));
  const answer = await (await open()).call("broken", {}, signal);
  expect(answer).toEqual({ kind: "failed", message: expect.stringContaining("no middle") });
  expect(seen).toMatchObject([{ name: "broken", ok: false }]);
});

test("what a program printed is the value, and nothing is an empty text", async () => {
  const tools = await open();
  const run = (command: string) => tools.call("sh", { cmd: command }, signal);
  expect(await run("echo hello")).toEqual({
    ...{ kind: "done", value: expect.stringMatching(/^hello/) },
  });
  expect(await run("true")).toEqual({ kind: "done", value: "" });
  expect(await run("echo broken >&2; exit 3")).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("broken"),
  });
  expect(seen.map(({ exit }) => exit)).toEqual([0, 0, 3]);
});

test("what the policy asks about is refused where the answer is no, in one line without advice", async () => {
  const tools = await open('[permissions.tools]\nsh = "supervised"\n', false);
  const answer = await tools.call("sh", { cmd: "true" }, signal);
  expect(answer).toEqual({ kind: "refused", message: expect.not.stringContaining("\n") });
  expect(seen).toEqual([{ name: "sh", ok: false, ms: 0 }]);
});

test("the tools of rooms are not among them, nor what was changed since it was judged", async () => {
  const input = { type: "object", properties: { text: { type: "string" } } };
  await registerTool(generated, { name: "whole", input });
  const changed = await registerTool(generated, { name: "changed" });
  writeFileSync(join(changed, "tool.ts"), "export const input = 1");
  const tools = await open();
  expect([...tools.names].sort()).toEqual([
    "python_run",
    "sh",
    "web_fetch",
    "web_request",
    "whole",
  ]);
  expect(tools.schemaOf("whole")).toEqual(input);
  expect(tools.schemaOf("sh")).toMatchObject({ properties: { cmd: expect.anything() } });
  expect(tools.schemaOf("changed")).toBeUndefined();
});

test("a tool that was switched off or changed meanwhile cannot be called, nor one that never was", async () => {
  const path = await registerTool(generated, { name: "median" });
  await registerTool(generated, { name: "off" });
  const tools = await open();
  expect(await tools.call("median", {}, signal)).toEqual({ kind: "done", value: 1 });
  writeFileSync(join(path, "tool.ts"), source("return 2;"));
  await switchOff("off");
  const reasons = {
    median: "not what was judged: tool.ts",
    off: "the user has switched it off",
    never: "there is no such tool",
    chat_mode: "it belongs to a room",
  };
  for (const [name, why] of Object.entries(reasons)) {
    const message = `"${name}" cannot be called now: ${why}`;
    expect(await tools.call(name, {}, signal)).toEqual({ kind: "failed", message });
  }
});

test("only a call that changes nothing outside of itself can be made again", async () => {
  await registerTool(generated, { name: "pure" });
  await registerTool(generated, { name: "reads", capabilities: ["files:read"] });
  await registerTool(generated, { name: "writes", capabilities: ["files:read", "files:write"] });
  const tools = await open();
  const repeatable = async (name: string) => [name, await tools.isRepeatable(name)] as const;
  const names = ["pure", "reads", "writes", "sh", "web_request", "never"];
  expect(Object.fromEntries(await Promise.all(names.map(repeatable)))).toEqual({
    ...{ pure: true, reads: true, writes: false, sh: false, web_request: false, never: true },
  });
});

test("a model is offered the built-in tools and the generated ones that fit its words, but none that asks", async () => {
  await registerTool(generated, { name: "median", description: "Gives the median of numbers." });
  await registerTool(generated, { name: "rhyme", description: "Finds words that rhyme." });
  const tools = await open();
  const offered = async (...args: Parameters<HomeTools["offered"]>) =>
    (await tools.offered(...args)).map(({ name }) => name).sort();
  expect(await offered("the median of numbers")).toEqual([...["median", "python_run", "sh"]]);
  expect(await offered("the median of numbers", ["rhyme", "sh", "gone"])).toEqual(["rhyme", "sh"]);
  const asking = await open('[permissions.tools]\nsh = "supervised"\n', false);
  expect((await asking.offered("", ["sh", "median"])).map(({ name }) => name)).toEqual(["median"]);
});

test("tools beside those of the home come before them, and those of servers fit a text", async () => {
  await createHome(home.paths);
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  const app = parts.use(new App({ settings }));
  const made = (name: string) =>
    defineTool({
      ...{ name, effect: "none", description: `Is ${name}.`, input: z.object({}) },
      run: async () => ({ ok: true, output: `${name} ran` }),
    });
  const far = made("far_echo");
  const about: string[] = [];
  const dynamic = (text: string) => {
    about.push(text);
    const find = (name: string) => (name === far.name ? far : undefined);
    return { names: [far.name], find, declared: text === "echo" ? [far.schema] : [] };
  };
  const beside = { tools: [made("sh"), made("memory_search")], dynamic: Object(dynamic) };
  const tools = await workflowTools(app, { yes: true, beside });
  expect(tools.names).toContain("memory_search");
  expect(tools.schemaOf("far_echo")).toEqual({ type: "object" });
  for (const name of ["sh", "memory_search", "far_echo"]) {
    expect(await tools.call(name, {}, signal)).toEqual({ kind: "done", value: `${name} ran` });
  }
  const names = async (text: string) => (await tools.offered(text)).map(({ name }) => name);
  expect(await names("echo")).toContain("far_echo");
  expect(await names("else")).not.toContain("far_echo");
  expect(new Set(about)).toEqual(new Set(["", "echo", "else"]));
});
