import { beforeEach, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { ModelFacts, PullProgress } from "#core/model-facts.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { runModels } from "./models-command.ts";

const ROWS: readonly ModelFacts[] = [
  {
    ...{ name: "qwen3:8b", bytes: 5_200_000_000, parameters: "8.2B", quantization: "Q4_K_M" },
    ...{ contextTokens: 40_960, loadedTokens: 4096, capabilities: ["completion", "tools"] },
  },
  { name: "llama3.2\u001b[31m", bytes: 900_000 },
];

const STEPS: readonly PullProgress[] = [
  { status: "pulling manifest", totalBytes: 0, completedBytes: 0 },
  { status: "pulling aaaaaaaaaaaa", totalBytes: 1000, completedBytes: 0 },
  { status: "pulling aaaaaaaaaaaa", totalBytes: 1000, completedBytes: 20 },
  { status: "pulling bbbbbbbbbbbb", totalBytes: 2_000_000, completedBytes: 1_000_000 },
  { status: "verifying sha256 digest", totalBytes: 2_000_000, completedBytes: 2_000_000 },
  { status: "success", totalBytes: 2_000_000, completedBytes: 2_000_000 },
];

test("lists models with what is known of them, and nothing that steers a screen", async () => {
  const output = await run([]);
  expect(output.stdout).toMatchInlineSnapshot(`
    "qwen3:8b  5.2 GB  8.2B Q4_K_M  40960 tokens  loaded with 4096  completion, tools
    llama3.2  900 kB
    "
  `);
});

test("an empty list says what to do", async () => {
  const output = await run(["list"], { rows: [] });
  expect([output.stdout, output.stderr]).toEqual([
    "",
    "http://server has no model.\n→ org models pull qwen3:8b\n",
  ]);
});

test("a list as JSON is one object", async () => {
  const output = await run(["list"], { json: true });
  expect(JSON.parse(output.stdout)).toMatchObject({
    endpoint: "http://server",
    models: [{ name: "qwen3:8b", capabilities: ["completion", "tools"] }, { name: "llama3.2" }],
  });
  const empty = await run(["list"], { rows: [], json: true });
  expect([empty.stdout, empty.stderr]).toEqual(['{"endpoint":"http://server","models":[]}\n', ""]);
});

test("a pull says every new step once, and the result where the data goes", async () => {
  const output = await run(["pull", "qwen3:8b"]);
  expect(output.stderr).toBe(
    "pulling manifest\npulling 0 % of 1 kB\npulling 50 % of 2 MB\nverifying sha256 digest\nsuccess\n",
  );
  expect(output.stdout).toBe("✔ qwen3:8b is on http://server\n");
});

test("a pull as JSON is a line for each step, and one at the end", async () => {
  const output = await run(["pull", "m"], { json: true });
  const lines = output.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(STEPS.length + 1);
  expect(lines[1]).toEqual({
    ...{ type: "progress", model: "m", status: "pulling aaaaaaaaaaaa" },
    ...{ totalBytes: 1000, completedBytes: 0 },
  });
  expect(lines.at(-1)).toEqual({ type: "done", model: "m", endpoint: "http://server" });
});

const REPORT = {
  facts: [
    { what: "server", value: "llama.cpp", source: "server" },
    { what: "slots", value: 3, source: "server\u001b[31m" },
  ],
  plan: [{ what: "calls by", value: "shape", source: "below 4 billion weights" }],
};
let forgotten: string[] = [];
beforeEach(() => {
  forgotten = [];
});

test("what is known of a model is shown with its sources, and how it is asked below it", async () => {
  expect((await run(["show", "m"])).stdout).toMatchInlineSnapshot(`
    "m on http://server
      server    llama.cpp (server)
      slots     3 (server)
    How it is asked
      calls by  shape (below 4 billion weights)
    "
  `);
});

test("what is known of a model is one object as JSON", async () => {
  const output = await run(["show", "m"], { json: true });
  expect(JSON.parse(output.stdout)).toEqual({
    ...{ endpoint: "http://server", name: "m", plan: REPORT.plan },
    facts: [
      { what: "server", value: "llama.cpp", source: "server" },
      { what: "slots", value: 3, source: "server" },
    ],
  });
});

test("of a model that is not known that is said", async () => {
  const { stdout } = await run(["show", "m"], { facts: [] });
  expect(stdout).toBe(
    "m on http://server\n  nothing is known of it\nHow it is asked\n  calls by  shape (below 4 billion weights)\n",
  );
});

test("a model is forgotten, and that is said", async () => {
  const output = await run(["forget", "m"]);
  expect(forgotten).toEqual(["m"]);
  expect(output.stdout).toBe("✔ forgot what org had learnt about m on http://server\n");
  const asJson = await run(["forget", "m"], { json: true });
  expect(JSON.parse(asJson.stdout)).toEqual({
    ...{ type: "done", model: "m", endpoint: "http://server" },
  });
});

test("the table of the usual models is printed as it is", async () => {
  expect((await run(["table"])).stdout).toBe("| model |\n");
  const output = await run(["table"], { json: true });
  expect(JSON.parse(output.stdout)).toEqual({ table: "| model |\n" });
});

test.each([
  [["show"], "Which model?"],
  [["show", "a", "b"], 'Unexpected argument "b"'],
  [["forget", ""], "Which model?"],
  [["table", "m"], 'Unexpected argument "m"'],
  [["fetch", "m"], 'org models: unknown action "fetch"'],
  [["pul", "m"], 'org models: unknown action "pul"'],
  [["pull"], "Which model?"],
  [["pull", " "], "Which model?"],
  [["list", "m"], 'Unexpected argument "m"'],
])("%p is not understood", async (operands, message) => {
  const failure = await run(operands).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(OrgError);
  expect(failure).toMatchObject({ code: "USAGE", message, unchanged: "Nothing was changed." });
  const isAction = message.includes("unknown action");
  const remedies = isAction ? expect.arrayContaining(["org help models"]) : ["org help models"];
  expect(failure).toHaveProperty("remedies", remedies);
});

interface Given {
  readonly rows?: readonly ModelFacts[];
  readonly json?: boolean;
  readonly facts?: typeof REPORT.facts;
}

async function run(
  operands: readonly string[],
  { rows = ROWS, json = false, facts = REPORT.facts }: Given = {},
) {
  const output = capturedOutput();
  const models = {
    show: async (name: string) => ({ ...REPORT, facts, name }),
    forget: async (name: string) => void forgotten.push(name),
    table: "| model |\n",
    endpoint: "http://server",
    list: async () => rows,
    pull: async function* () {
      yield* STEPS;
    },
  };
  const code = await runModels(operands, { models, json, cleaner: new TextCleaner(), output });
  expect(code).toBe(0);
  return output;
}
