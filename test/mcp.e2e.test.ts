import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallToolResult, Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { PromotedTool } from "#server/mcp/mcp-tools.ts";
import { runProgram } from "./checkout.ts";
import { type TestGeneration, testGeneration } from "./generation-fixture.ts";
import { registerTool } from "./registered-tool.ts";
import { say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";

const ROOT = join(import.meta.dir, "..");
const CONFORMANCE = Bun.fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"),
);

async function* noEvents(): AsyncGenerator<never, void> {
  // Nothing is said.
}

/** What the scenario of schemas looks for. */
const EVERY_KEYWORD = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: { address: { $anchor: "addressDef", type: "object", properties: {} } },
  properties: { address: { $ref: "#/$defs/address" }, phone: { type: "string" } },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["address"] }] }],
  ...Object.fromEntries(["if", "then", "else"].map((word) => [word, { required: ["phone"] }])),
  additionalProperties: false,
};

describe("the suite of those who write the protocol", () => {
  let generation: TestGeneration;
  beforeAll(async () => {
    const any = { type: "object", properties: {} };
    const tool = (name: string): PromotedTool => {
      return { name, description: `${name}.`, input: any, output: { type: "string" } };
    };
    generation = await testGeneration({
      mcp: {
        cleaner: new TextCleaner(),
        tools: async () => [
          ...["test_simple_text", "test_error_handling"].map(tool),
          { ...tool("json_schema_2020_12_tool"), input: EVERY_KEYWORD },
        ],
        call: async (name) =>
          name === "test_simple_text"
            ? { kind: "done", value: "This is a simple text response for testing." }
            : { kind: "failed", message: "This tool intentionally returns an error for testing" },
        ask: () => ({ room: "r", events: noEvents() }),
      },
    });
  });
  afterAll(() => generation[Symbol.asyncDispose]());

  test.each([
    ["2026-07-28", "tools-list"],
    ["2026-07-28", "tools-call-simple-text"],
    ["2026-07-28", "tools-call-error"],
    ["2026-07-28", "json-schema-2020-12"],
    ["2026-07-28", "http-header-validation"],
    ["2026-07-28", "dns-rebinding-protection"],
    ["2025-11-25", "server-initialize"],
    ["2025-11-25", "ping"],
    ["2025-11-25", "tools-list"],
    ["2025-11-25", "tools-call-simple-text"],
    ["2025-11-25", "tools-call-error"],
    ["2025-11-25", "dns-rebinding-protection"],
  ])("%s: %s passes, no failure is expected", async (version, scenario) => {
    const words = ["--url", `${generation.url}/mcp`, "--scenario", scenario];
    const ran = await runProgram(
      [process.execPath, CONFORMANCE, "server", ...words, "--spec-version", version],
      { cwd: tmpdir(), environment: { PATH: Bun.env["PATH"] ?? "" } },
    );
    expect(ran.exitCode, ran.stdout).toBe(0);
  });
});

describe("the suite of those who write the protocol, for clients", () => {
  test.each([
    ["tools_call"],
    ["http-standard-headers"],
    ["http-custom-headers"],
    ["http-invalid-tool-headers"],
    ["json-schema-2020-12-preservation"],
  ])("%s passes, no failure is expected", async (scenario) => {
    const command = `${process.execPath} ${join(import.meta.dir, "fixtures/mcp-conformance-client.ts")}`;
    const words = ["client", "--command", command, "--scenario", scenario];
    const ran = await runProgram(
      [process.execPath, CONFORMANCE, ...words, "--spec-version", "2026-07-28"],
      { cwd: tmpdir(), environment: { PATH: Bun.env["PATH"] ?? "" } },
    );
    expect(ran.exitCode, ran.stdout).toBe(0);
  });
});

const CONTRACT = {
  name: "sum",
  description: "Adds numbers up.",
  input: {
    type: "object",
    properties: { values: { type: "array", items: { type: "number" } } },
    required: ["values"],
    additionalProperties: false,
  },
  output: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
};
const SUM = `import { z } from "zod";
export const input = z.object({ values: z.array(z.number()) });
export async function run({ values }) { return { sum: values.reduce((sum, one) => sum + one, 0) }; }
`;

describe.each(["2026-07-28", "2025-11-25"])("org mcp and the official client, %s", (version) => {
  let home: string;
  let model: ScriptedServer;
  let client: Client;
  let changes: number;
  const generated = () => join(home, "tools", "generated");

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "org-mcp-"));
    await mkdir(generated(), { recursive: true });
    await registerTool(generated(), CONTRACT, SUM);
    model = scriptedServer(() => say("Seven."));
    changes = 0;
    const hear = (): void => {
      changes += 1;
    };
    client = new Client(
      { name: "a client", version: "1" },
      {
        versionNegotiation: { mode: version === "2026-07-28" ? { pin: version } : "legacy" },
        listChanged: {
          tools: { autoRefresh: false, debounceMs: 0, onChanged: hear },
        },
      },
    );
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [join(ROOT, "main.ts"), "mcp"],
        env: {
          PATH: Bun.env["PATH"] ?? "",
          HOME: home,
          ORG_HOME: home,
          OLLAMA_BASE: model.url,
          OLLAMA_MODEL: "m",
        },
        stderr: "inherit",
      }),
    );
  });
  afterAll(async () => {
    await client.close();
    await model[Symbol.asyncDispose]();
    await rm(home, { recursive: true });
  });

  const called = async (name: string, args: Record<string, unknown>): Promise<CallToolResult> =>
    await client.callTool({ name, arguments: args });

  test("a promoted tool is listed with its contract, and runs", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["ask_room", "sum"]);
    expect(tools[1]).toMatchObject({
      description: "Adds numbers up.",
      inputSchema: CONTRACT.input,
    });
    const result = await called("sum", { values: [1, 2, 4] });
    expect(result.structuredContent).toEqual({ sum: 7 });
    expect(result.content).toEqual([{ type: "text", text: '{"sum":7}' }]);
  });

  test("arguments that do not fit and tools that do not exist are told apart", async () => {
    const wrong = await called("sum", { values: "no" });
    expect(wrong).toMatchObject({ isError: true });
    expect(JSON.stringify(wrong.content)).toContain("does not take these arguments");
    expect(called("sh", { command: "id" })).rejects.toThrow('There is no tool "sh"');
  });

  test("the room answers, and a later question goes on in it", async () => {
    const first = await called("ask_room", { text: "How many are they?" });
    expect(first.structuredContent).toMatchObject({ answer: "**agent:** Seven." });
    const { room } = Object(first.structuredContent);
    const second = await called("ask_room", { text: "Are you sure?", room });
    expect(second.structuredContent).toMatchObject({ room });
    expect(JSON.stringify(model.requests.at(-1))).toContain("How many are they?");
    expect(JSON.stringify(model.requests.at(-1))).toContain("Are you sure?");
  });

  test("a tool that needs an approval does not run, and says what to do", async () => {
    await registerTool(
      generated(),
      { ...CONTRACT, name: "post", capabilities: ["net:example.com"] },
      SUM,
    );
    const result = await called("post", { values: [1] });
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result.content)).toContain("post needs an approval");
    await rm(join(generated(), "post"), { recursive: true });
  });

  test("the client hears of a tool that was promoted, and of one that is gone", async () => {
    const before = changes;
    await registerTool(generated(), { ...CONTRACT, name: "total" }, SUM);
    while (changes === before) await Bun.sleep(20);
    const names = async () => (await client.listTools()).tools.map(({ name }) => name);
    expect(await names()).toContain("total");
    const then = changes;
    await rm(join(generated(), "total"), { recursive: true });
    while (changes === then) await Bun.sleep(20);
    expect(await names()).not.toContain("total");
  });
});
