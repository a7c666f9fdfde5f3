/** Generations for real, and a promotion that does badly in use; `factory.e2e.test.ts` has one that does well. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { type ProductHome, productHome } from "./product-home.ts";
import { call, say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { ServedGenerations } from "./served-generations.ts";
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
let served: ServedGenerations;

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
  // Both ports ask for one then, also the promotion.
  const { stdout } = await home.org("token", "create", "--name", "test", "--scope", "run");
  served = new ServedGenerations(home.path, stdout.trim());
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

const ok = async (work: Promise<{ readonly exitCode: number; readonly stderr: string }>) => {
  const { exitCode, stderr } = await work;
  expect([exitCode, exitCode === 0 ? "" : stderr]).toEqual([0, ""]);
};

test("a tool retires by a candidate that a human approves", async () => {
  for (const [path, text] of Object.entries(FILES)) await Bun.write(join(home.path, path), text);
  await home.git("add", "--all");
  await home.git("commit", "--quiet", "-m", "a tool");
  const inMain = () => home.git("ls-tree", "--name-only", "main", `${FOLDER}/`);
  const proposed = await home.org("tools", "retire", "shout", "--json");
  const told = JSON.parse(proposed.stdout);
  expect(told).toMatchObject({ verdict: "hold", reason: "shout: the tool is gone" });
  expect(await inMain()).toContain("spec.json");
  await ok(home.org("promote", told.branch, "--approve"));
  expect(await inMain()).toBe("");
}, 600_000);

test("a promoted tool that fails in use is reverted by itself", async () => {
  await ok(home.script("start-current"));
  await ok(home.script("start-candidate", "--patch", await patch()));
  const port = String(await served.port("candidate"));
  await ok(home.script("fitness", port, "--intent", "shout"));
  await ok(home.script("promote"));
  expect(await served.health("current")).toMatchObject({ tools: ["shout"] });
  const promoted = await home.git("rev-parse", "main");
  // Each of these becomes two capital letters, and then the result is longer than the contract allows.
  argument = "\u00df".repeat(600);
  for (let use = 0; use < 4; use += 1) await served.answer("current", "@@agent shout loud");
  await until("a rollback", async () => (await home.git("rev-parse", "main")) !== promoted);
  await until("current without the tool", async () => {
    const health = await served.health("current").catch(() => undefined);
    return Array.isArray(health?.["tools"]) && health["tools"].length === 0;
  });
  expect(await home.git("log", "-1", "--format=%s", "main")).toStartWith("revert: promotion/");
});
