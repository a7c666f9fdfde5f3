/** Two generations beside each other, for real: scripts, servers, a gate, a promotion and its way back. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { readGeneration } from "#ops/generation/record.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import { type ProductHome, productHome } from "./product-home.ts";
import { call, say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

const FOLDER = "tools/generated/shout";
const SPEC = {
  name: "shout",
  description: "Turns a text into capital letters.",
  language: "ts",
  input: {
    type: "object",
    properties: { text: { type: "string", maxLength: 1000 } },
    required: ["text"],
    additionalProperties: false,
  },
  output: { type: "string", maxLength: 1000 },
  failures: [],
  deterministic: true,
  capabilities: [],
  properties: [],
  asks: ["write this in capitals"],
};
const CASES = {
  cases: [
    { input: { text: "loud" }, output: "LOUD" },
    { input: { text: "" }, output: "" },
    { input: { text: "Two Words" }, output: "TWO WORDS" },
    { input: { text: "a1-b" }, output: "A1-B" },
    { input: { text: 1 }, error: "INVALID_INPUT" },
  ],
};
const TOOL = `import { z } from "zod";

export const input = z.strictObject({ text: z.string().max(1000) });

export async function run({ text }: z.infer<typeof input>): Promise<string> {
  return text.toUpperCase();
}
`;
const TEST = `import { expect, test } from "bun:test";
import { input, run } from "./tool.ts";

test("writes in capitals", async () => {
  expect(await run({ text: "loud" })).toBe("LOUD");
  expect(await run({ text: "a1-b" })).toBe("A1-B");
});

test("takes nothing but text", () => {
  expect(input.safeParse({ text: 1 }).success).toBe(false);
});
`;
const FILES: Readonly<Record<string, string>> = {
  [`${FOLDER}/spec.json`]: `${JSON.stringify(SPEC, null, 2)}\n`,
  [`${FOLDER}/tool.ts`]: TOOL,
  [`${FOLDER}/cases.json`]: `${JSON.stringify(CASES, null, 2)}\n`,
  [`${FOLDER}/tool.test.ts`]: TEST,
};

let model: ScriptedServer;
let argument: unknown;
let home: ProductHome;

beforeEach(async () => {
  argument = "loud";
  // Calls the tool where it is told of one, and says what came of it.
  model = scriptedServer(({ body }) => {
    const last = body.messages.at(-1);
    if (last?.role === "tool") return say(`It said: ${last.content}`);
    const knows = body.tools?.some((tool) => tool.function.name === "shout") === true;
    return knows ? call("shout", { text: argument }) : say("I cannot.");
  });
  home = await productHome(model.url);
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

async function patch(): Promise<string> {
  const text = Object.entries(FILES).map(([path, content]) => {
    const lines = content.split("\n").slice(0, -1);
    return [
      `diff --git a/${path} b/${path}`,
      "new file mode 100644",
      "--- /dev/null",
      `+++ b/${path}`,
      `@@ -0,0 +1,${lines.length} @@`,
      ...lines.map((line) => `+${line}`),
      "",
    ].join("\n");
  });
  const file = join(home.path, "..", "shout.patch");
  await Bun.write(file, text.join(""));
  return file;
}

async function portOf(name: "current" | "candidate"): Promise<number> {
  const record = await readGeneration(home.path, name);
  if (record === undefined) throw new Error(`There is no ${name} generation`);
  return record.port;
}

async function healthOf(name: "current" | "candidate"): Promise<Record<string, unknown>> {
  const answer = await fetch(`http://127.0.0.1:${await portOf(name)}/health`);
  return Object(await answer.json());
}

/** What the answer to a message is, after all turns. */
async function answerOf(name: "current" | "candidate"): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${await portOf(name)}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "@@agent shout loud" }),
  });
  const text = response.body?.pipeThrough(new TextDecoderStream());
  let said = "";
  for await (const { event, data } of text?.pipeThrough(new EventSourceParserStream()) ?? []) {
    if (event === "answer") said = String(JSON.parse(data).text);
  }
  return said;
}

const ok = async (work: Promise<{ readonly exitCode: number; readonly stderr: string }>) => {
  const { exitCode, stderr } = await work;
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
};

test("a candidate serves beside main, is judged and promoted, and taken back again", async () => {
  const main = await home.git("rev-parse", "main");
  await ok(home.script("start-current"));
  await ok(home.script("start-candidate", "--patch", await patch(), "--title", "feat: shout"));
  const ports = [await portOf("current"), await portOf("candidate")];
  expect(ports[0]).not.toBe(ports[1]);
  expect(await healthOf("current")).toMatchObject({
    generation: "current",
    commit: main,
    tools: [],
  });
  const candidate = await home.git(
    "rev-parse",
    await home.git("branch", "--list", "cand/*", "--format=%(refname)"),
  );
  expect(await healthOf("candidate")).toMatchObject({ commit: candidate, tools: ["shout"] });

  expect(await answerOf("candidate")).toBe("It said: LOUD");
  expect(await answerOf("current")).toBe("I cannot.");
  expect(await home.git("status", "--porcelain")).toBe("");
  expect(await home.git("branch", "--show-current")).toBe("main");

  const judged = await home.script("fitness", String(ports[1]), "--intent", "shout", "--json");
  expect([judged.exitCode, JSON.parse(judged.stdout)]).toMatchObject([0, { verdict: "promote" }]);
  const before = await readGeneration(home.path, "current");
  await ok(home.script("promote"));
  const after = await readGeneration(home.path, "current");
  expect(after).toMatchObject({ port: ports[0], commit: await home.git("rev-parse", "main") });
  expect(after?.pid).not.toBe(before?.pid);
  expect(await healthOf("current")).toMatchObject({ tools: ["shout"] });
  expect(await answerOf("current")).toBe("It said: LOUD");

  await ok(home.script("rollback"));
  expect(await healthOf("current")).toMatchObject({ tools: [] });
  expect(await answerOf("current")).toBe("I cannot.");
  await ok(home.script("rollback"));
  expect(await answerOf("current")).toBe("It said: LOUD");

  const pids = await Promise.all(
    (["current", "candidate"] as const).map(
      async (name) => (await readGeneration(home.path, name))?.pid ?? 0,
    ),
  );
  await ok(home.script("stop"));
  for (const pid of pids) expect(await readProcessInfo(pid)).toBeUndefined();
  expect(await readGeneration(home.path, "current")).toBeUndefined();
}, 180_000);

test("a promoted tool that fails in use is taken back by itself", async () => {
  await ok(home.script("start-current"));
  await ok(home.script("start-candidate", "--patch", await patch()));
  const port = String(await portOf("candidate"));
  await ok(home.script("fitness", port, "--intent", "shout"));
  await ok(home.script("promote"));
  expect(await healthOf("current")).toMatchObject({ tools: ["shout"] });
  const promoted = await home.git("rev-parse", "main");
  // Each of these becomes two capital letters, and then the result is longer than the contract allows.
  argument = "\u00df".repeat(600);
  for (let use = 0; use < 4; use += 1) await answerOf("current");
  await until("a rollback", async () => (await home.git("rev-parse", "main")) !== promoted);
  await until("current without the tool", async () => {
    const health = await healthOf("current").catch(() => undefined);
    return Array.isArray(health?.["tools"]) && health["tools"].length === 0;
  });
  expect(await home.git("log", "-1", "--format=%s", "main")).toStartWith(
    "revert: take back promotion/",
  );
}, 180_000);
