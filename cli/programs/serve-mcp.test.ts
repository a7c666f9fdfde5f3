/** `org mcp` over two streams, in this process; `test/mcp.e2e.test.ts` has the clients of others. */
import { expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { capturedOutput } from "#test/captured-output.ts";
import { testHome } from "#test/org-process.ts";
import { type CommandHome, inContext, runCommand, startCommand } from "#test/run-command.ts";
import { say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { serveMcp } from "./serve-mcp.ts";

/** A client that writes a line and reads the next one. */
class LineClient implements AsyncDisposable {
  readonly #stdin = new PassThrough();
  readonly #stdout = new PassThrough();
  readonly #lines: AsyncIterator<string>;
  readonly #stop = new AbortController();
  readonly code: Promise<number>;
  #asked = 0;

  constructor(home: CommandHome) {
    this.#lines = linesOf(this.#stdout);
    const streams = { stdin: this.#stdin, stdout: this.#stdout };
    this.code = inContext({ ...home, signal: this.#stop.signal }, ["mcp"], {
      output: capturedOutput(),
      use: async (context) => await serveMcp(context, streams),
    });
  }

  async ask(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    this.#asked += 1;
    const id = this.#asked;
    this.#stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    for (;;) {
      const { value } = await this.#lines.next();
      const message = Object(JSON.parse(`${value}`));
      if (message.id === id) return message.result;
    }
  }

  async begin(): Promise<void> {
    const clientInfo = { name: "test", version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    expect(await this.ask("initialize", params)).toMatchObject({ serverInfo: { name: "org" } });
    this.#stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }

  async answer(text: string): Promise<unknown> {
    const result = await this.ask("tools/call", { name: "ask_room", arguments: { text } });
    return Object(result["structuredContent"]).answer;
  }

  /** As a client does that has what it wanted. */
  close(): void {
    this.#stdin.end();
  }

  leave(): void {
    this.#stop.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    await this.code;
  }
}

async function* linesOf(stream: PassThrough): AsyncGenerator<string, void> {
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
}

test("a client has the room answer, until it closes its end", async () => {
  await using home = await testHome();
  await using model = scriptedServer(() => say("Hello there."));
  const environment = { OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" };
  await using client = new LineClient({ path: home.path, environment });
  await client.begin();
  const { tools } = await client.ask("tools/list");
  expect(tools).toMatchObject([{ name: "ask_room" }]);
  expect(await client.answer("hi")).toBe("**agent:** Hello there.");
  // The home stays open for the next question, and another process finds in it what each home keeps.
  expect(await client.answer("again")).toBe("**agent:** Hello there.");
  const there = { path: home.path, environment };
  expect(await runCommand(there, "memory")).toMatchObject({ code: 0, stdout: "" });
  expect(await runCommand(there, "rules")).toMatchObject({ code: 0, stdout: "" });
  expect(await runCommand(there, "mcp", "reload")).toMatchObject({ code: 0, stdout: "" });
  client.close();
  expect(await client.code).toBe(0);
});

test("where another process has the home, that one answers; when it has left, this one does", async () => {
  await using home = await testHome();
  await using model = scriptedServer(() => say("Hello there."));
  const environment = { OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" };
  const there = { path: home.path, environment };
  await using served = startCommand(there, "serve", "--port", "0");
  await served.said("serves on");
  await using client = new LineClient(there);
  await client.begin();
  expect(await client.answer("hi")).toBe("**agent:** Hello there.");
  await served.leave();
  expect(await client.answer("again")).toBe("**agent:** Hello there.");
  client.leave();
  expect(await client.code).toBe(0);
});

test("a room that cannot be opened is told to the client, and opened with the next question", async () => {
  await using home = await testHome();
  await using model = scriptedServer(() => say("Hello there."));
  const environment = { OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" };
  const persona = `${home.path}/personas/bad.md`;
  await Bun.write(persona, "no persona");
  await using client = new LineClient({ path: home.path, environment });
  await client.begin();
  const failed = await client.ask("tools/call", { name: "ask_room", arguments: { text: "hi" } });
  expect(failed).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining(`"${persona}" cannot be used`) }],
  });
  await rm(persona);
  expect(await client.answer("hi")).toBe("**agent:** Hello there.");
});
