import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  type CallToolResult,
  Client,
  InMemoryTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { asked, type TestGeneration, testGeneration } from "#test/generation-fixture.ts";
import { call, hang, say } from "#test/scripted-answers.ts";
import { until } from "#test/until.ts";
import type { ToolsApi } from "../api/tools.ts";
import { newRoomId } from "../socket/room-ids.ts";
import { mcpServer } from "./mcp-server.ts";
import { listTools, type McpParts, type PromotedTool } from "./mcp-tools.ts";
import { ToolChanges } from "./tool-changes.ts";

const TEXTS: PromotedTool = {
  name: "texts",
  description: "Gives texts.\u001b[2J",
  input: { type: "object", properties: { how: { type: "string" } } },
  output: { type: "array", items: { type: "string" } },
};
/** The room's tool has this name, too. */
const TAKEN: PromotedTool = { ...TEXTS, name: "ask_room" };

const callTexts: ToolsApi["call"] = async (_name, args) => {
  if (args["how"] === "refused") return { kind: "refused", message: "the policy asks" };
  if (args["how"] === "failed") return { kind: "failed", message: "it broke" };
  if (args["how"] === "wrong")
    throw new OrgError("It does not fit", {
      code: "INPUT_INVALID",
      why: "how: unknown",
      remedies: [],
    });
  return { kind: "done", value: ["a", "b"] };
};

/** For what only lists. */
const PARTS: McpParts = {
  cleaner: new TextCleaner(),
  tools: async () => [TEXTS],
  call: callTexts,
  ask: () => {
    throw new Error("not asked");
  },
};

let generation: TestGeneration;
let client: Client;

beforeAll(async () => {
  generation = await testGeneration({
    script: ({ body: { messages } }) => {
      const said = JSON.stringify(messages.at(-1));
      if (said.includes("wait")) return hang();
      if (said.includes("use") && !said.includes("tool_call_id"))
        return call("echo", { text: "x" });
      return say("Hello.");
    },
    mcp: {
      cleaner: new TextCleaner(),
      tools: async () => [TEXTS, TAKEN],
      call: callTexts,
      ask: ({ text, room }, signal) => {
        const id = room ?? newRoomId();
        const choice = { kind: room === undefined ? "own" : "named", id } as const;
        return {
          room: id,
          events: generation.home.ask({ text, room: choice, raw: false }, signal),
        };
      },
    },
  });
  client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${generation.url}/mcp`)));
});
afterAll(async () => {
  await client.close();
  await generation[Symbol.asyncDispose]();
});

const ask = (args: Record<string, unknown>, name = "ask_room"): Promise<CallToolResult> =>
  client.callTool({ name, arguments: args });

test("tools are listed clean, the room's own first, and no promoted one takes its name", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name, description }) => [name, description?.slice(0, 12)])).toEqual([
    ["ask_room", "Asks the per"],
    ["texts", "Gives texts."],
  ]);
  // What is not an object is told as text: structured results of the protocol are objects.
  expect(tools[1]).not.toHaveProperty("outputSchema");
});

test("a schema that a model wrote is listed clean, and asks for no argument in a header", async () => {
  const how = { type: "string", description: "How\u001b[2J", "x-mcp-header": "How" };
  const named = { type: "object", properties: { "x-mcp-header": { type: "string" } } };
  const input = { type: "object", properties: { how, named } };
  const parts = { ...PARTS, tools: async () => [{ ...TEXTS, input }] };
  const [, texts] = await listTools(parts);
  expect(texts?.inputSchema).toEqual({
    type: "object",
    properties: { how: { type: "string", description: "How" }, named },
  });
});

test("what a tool gives, how it fails and why it does not run are results", async () => {
  expect(await ask({}, "texts")).toMatchObject({ content: [{ type: "text", text: '["a","b"]' }] });
  const texts = async (how: string) => (await ask({ how }, "texts")) as { content: unknown };
  expect(await texts("failed")).toMatchObject({ isError: true, content: [{ text: "it broke" }] });
  expect(await texts("wrong")).toMatchObject({
    isError: true,
    content: [{ text: "It does not fit: how: unknown" }],
  });
  expect(JSON.stringify(await texts("refused"))).toContain(
    "texts needs an approval, and no person can give it here: the policy asks.",
  );
});

test("an unknown tool is an error of the protocol", async () => {
  expect(ask({}, "nothing")).rejects.toMatchObject({
    code: -32_602,
    message: 'There is no tool "nothing": tools/list names those that can be called now',
  });
});

test("a question is answered by the persona that is named, step by step", async () => {
  const steps: (string | undefined)[] = [];
  const question = { name: "ask_room", arguments: { text: "use it", persona: "agent" } };
  const onprogress = ({ message }: { message?: string | undefined }): void => {
    steps.push(message);
  };
  const result = await client.callTool(question, { onprogress });
  expect(result.structuredContent).toMatchObject({ answer: expect.stringContaining("Hello.") });
  expect(steps).toEqual(["agent answers", "agent runs echo"]);
});

test("unknown personas, unknown rooms and empty questions are told", async () => {
  expect(JSON.stringify(await ask({ text: "hi", persona: "ghost" }))).toContain("ghost");
  expect(JSON.stringify(await ask({ text: "hi", room: "2026-01-01-0000-00000000" }))).toContain(
    "There is no room",
  );
  expect(JSON.stringify(await ask({ text: "" }))).toContain("does not take these arguments: text");
});

test("a client that gives up stops the answer", async () => {
  const stop = new AbortController();
  const question = { name: "ask_room", arguments: { text: "wait" } };
  const answer = client.callTool(question, { signal: stop.signal }).catch((error) => error);
  const before = generation.model.requests.length;
  await until("the model is asked", async () => generation.model.requests.length > before);
  stop.abort();
  expect(await answer).toBeInstanceOf(Error);
  await generation.listening.leave();
});

test("what is not a message of the protocol is refused", async () => {
  const response = await asked(`${generation.url}/mcp`, { hello: 1 });
  expect(response.status).toBe(400);
});

test("a change of the tools is told once, to those who listen", async () => {
  let tools: readonly PromotedTool[] = [TEXTS];
  const problems: unknown[] = [];
  const events: string[] = [];
  const changes = new ToolChanges(
    async () => {
      if (tools.length > 1) throw new Error("unreadable");
      return tools;
    },
    (error) => problems.push(error),
  );
  const leave = changes.subscribe(({ kind }) => events.push(kind));
  await changes.look();
  expect(events).toEqual([]);
  tools = [];
  await changes.look();
  await changes.look();
  expect(events).toEqual(["tools_list_changed"]);
  tools = [TEXTS, TAKEN];
  await changes.look();
  expect(problems).toHaveLength(1);
  leave();
  tools = [TEXTS];
  await changes.look();
  expect(events).toHaveLength(1);
});

describe("what goes wrong here", () => {
  async function failing(error: unknown): Promise<{ told: readonly unknown[]; report: unknown[] }> {
    const report: unknown[] = [];
    const reject = () => Promise.reject(error);
    const ask = () => {
      throw error;
    };
    const parts = { cleaner: new TextCleaner(), tools: reject, call: reject, ask };
    const mcp = mcpServer(parts, (problem) => report.push(problem));
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await mcp.connect(ours);
    const caller = new Client({ name: "test", version: "1" });
    await caller.connect(theirs);
    const told = await Promise.all([
      caller.listTools().catch((problem) => problem.message),
      caller
        .callTool({ name: "ask_room", arguments: { text: "hi" } })
        .catch((problem) => problem.message),
    ]);
    await caller.close();
    return { told, report };
  }

  test("as a bug is reported, and a client hears nothing of this machine", async () => {
    const bug = new TypeError("undefined is not an object (evaluating /srv/secret)");
    const { told, report } = await failing(bug);
    expect(told).toEqual(["something went wrong here", "something went wrong here"]);
    expect(report).toEqual([bug, bug]);
  });

  test("as an error that is known is told, clean", async () => {
    const known = { code: "FILE_FAILED", why: "no room\u001b[2J", remedies: [] } as const;
    const { told, report } = await failing(new OrgError("It cannot be read", known));
    expect(told).toEqual([
      "It cannot be read: no room",
      { isError: true, content: [{ type: "text", text: "It cannot be read: no room" }] },
    ]);
    expect(report).toEqual([]);
  });
});
