import { expect, test } from "bun:test";
import type { FailedOutcome } from "#core/calls.ts";
import { runs, typescriptTool } from "#test/tool-maker.ts";
import { WebServer } from "#test/web-server.ts";
import { type Contract, contractSchema } from "./contract/spec.ts";
import { type GeneratedToolOptions, generatedTool } from "./generated-tool.ts";
import type { Tool, ToolOutput } from "./tool.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

function toolThat(
  body: string,
  contract: Partial<Contract> = {},
  options: GeneratedToolOptions = {},
): Tool {
  const folder = typescriptTool(runs(body), contract);
  const spec = contractSchema.parse(JSON.parse(folder.files.get("spec.json") ?? ""));
  return generatedTool(folder, spec, options);
}

async function outputOf(body: string, contract: Partial<Contract> = {}): Promise<ToolOutput> {
  return await toolThat(body, contract).run({}, context);
}

test("a model sees the name, what it does and its arguments", () => {
  const input = { $schema: "https://json-schema.org/draft/2020-12/schema", type: "object" };
  expect(toolThat("", { input, description: "Counts words." }).schema).toEqual({
    name: "probe",
    description: "Counts words.",
    parameters: { type: "object" },
  });
});

test("the policy sees what it can touch, each thing once", () => {
  const capabilities = [
    "net:a.example",
    "net:b.example",
    "files:read",
    "files:write",
    "memory",
    "clock",
    "random",
  ];
  const { effect, capabilities: touched } = toolThat("", { capabilities });
  expect(touched).toEqual(["network", "file_read", "file_write", "memory"]);
  expect(effect).toBe("execute");
  expect(toolThat("").capabilities).toEqual([]);
});

test.each([
  [`return "two words"`, "two words"],
  [`return { n: [1, null] }`, '{"n":[1,null]}'],
])("%s reads as %s", async (body, output) => {
  expect(await outputOf(body)).toEqual({ ok: true, output });
});

test("a long result keeps its beginning and its end", async () => {
  const { output } = await outputOf(`return "a" + "x".repeat(50_000) + "z"`);
  expect(output).toMatch(/^ax+\n\[… .* characters left out …\]\nx+z$/);
});

test.each<[body: string, outcome: FailedOutcome, output: string]>([
  [
    `throw new Error("EMPTY: no words")`,
    "failure",
    '"probe" failed with EMPTY (there is nothing): EMPTY: no words',
  ],
  [`throw new RangeError("too far")`, "breakdown", '"probe" failed with RangeError: too far'],
  [
    `return NaN`,
    "breakdown",
    '"probe" broke down and gave no result (schema). the result is NaN, which JSON cannot say',
  ],
])("%s is a %s and reads as %s", async (body, outcome, output) => {
  expect(await outputOf(body)).toEqual({ ok: false, outcome, output });
});

test("wrong arguments are said to be wrong, and the outcome is told", async () => {
  const kinds: string[] = [];
  const input = { type: "object", properties: { text: {} }, required: ["text"] };
  const options = { onOutcome: ({ kind }: { kind: string }) => void kinds.push(kind) };
  const { ok, output } = await toolThat("return 1", { input }, options).run({}, context);
  expect(ok).toBe(false);
  expect(output).toStartWith('The arguments of "probe" are not valid: text: ');
  expect(kinds).toEqual(["failure"]);
});

test("a page of a listed host is fetched, and files are no one's unless they are lent", async () => {
  await using server = await WebServer.open((_request, response) => void response.end("page"));
  const body = `
    const page = await ctx.fetch(args.url);
    try { await ctx.files.list() } catch (error) { return [await page.text(), error.message] }`;
  const tool = toolThat(
    body,
    { capabilities: ["net:page.example", "files:read"] },
    { rules: server.rules },
  );
  const { output } = await tool.run({ url: server.url("/") }, context);
  expect(JSON.parse(output)).toEqual(["page", "It was not granted here"]);
});
