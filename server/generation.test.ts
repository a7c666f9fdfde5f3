import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { reasonOf } from "#core/errors.ts";
import { openTestRoom, type TestJournal, testJournal } from "#test/room-fixture.ts";
import { gate, hang, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import type { ToolTrial } from "./api/tools.ts";
import { type Listening, listenGeneration } from "./listen.ts";
import { RoomHost } from "./socket/room-host.ts";

let disk: TestJournal;
let model: ScriptedServer;
let parts: AsyncDisposableStack;

beforeEach(async () => {
  disk = await testJournal();
  parts = new AsyncDisposableStack();
});
afterEach(async () => {
  await parts.disposeAsync();
  await model[Symbol.asyncDispose]();
  await disk[Symbol.asyncDispose]();
});

async function listen(script: Script): Promise<Pick<Listening, "port" | "leave">> {
  model = scriptedServer(script);
  const { journal } = disk;
  const service = parts.use(
    new RoomHost({ journal, openRoom: (id) => openTestRoom({ journal, url: model.url, id }) }),
  );
  const tryTool = (tool: string): Promise<ToolTrial> =>
    Promise.resolve({ ok: tool === "shout", why: tool });
  const about = { name: "candidate", commit: "c".repeat(40) } as const;
  const generation = { ...about, tools: () => ["shout"], tryTool };
  const listening = parts.use(
    await listenGeneration({ generation, service, port: 0, now: () => 0 }),
  );
  return listening;
}

interface Seen {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: unknown;
}

async function* eventsOf(response: Response): AsyncGenerator<Seen, void> {
  const text = response.body?.pipeThrough(new TextDecoderStream());
  for await (const { id, event, data } of text?.pipeThrough(new EventSourceParserStream()) ?? []) {
    yield { id, event, data: JSON.parse(data) };
  }
}

const post = (
  port: number,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

test("tells which commit it is and how it is", async () => {
  const { port } = await listen([]);
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  expect(await health.json()).toEqual({
    status: "ok",
    generation: "candidate",
    commit: "c".repeat(40),
    uptime_s: 0,
    tools: ["shout"],
  });
});

test("answers a message as a stream that ends with the turn's reason", async () => {
  const { port } = await listen([say("Hello.")]);
  const response = await post(port, { text: "hi" });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const events = await Array.fromAsync(eventsOf(response));
  expect(events[0]).toMatchObject({ event: "message", data: { text: "hi" } });
  expect(events.at(-1)).toMatchObject({ event: "turn-end", data: { reason: "complete" } });
});

test("tells what happens in a room, and goes on where a reader left off", async () => {
  const { port } = await listen(() => say("Hello."));
  await Array.fromAsync(eventsOf(await post(port, { text: "hi" })));
  const read = async (last: number): Promise<Seen | undefined> => {
    const headers = { "last-event-id": String(last) };
    const stop = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/events`, { headers, signal: stop.signal });
    for await (const event of eventsOf(answer)) {
      stop.abort();
      return event;
    }
    return undefined;
  };
  expect(await read(0)).toMatchObject({ id: "1", event: "message" });
  expect(await read(2)).toMatchObject({ id: "3" });
});

test("a caller on the machine can have a tool tried", async () => {
  const { port } = await listen([]);
  const headers = { "content-type": "application/json" };
  const address = `http://127.0.0.1:${port}/v1/tools/shout/try`;
  const answer = await fetch(address, { method: "POST", headers, body: "{}" });
  expect(await answer.json()).toEqual({ ok: true, why: "shout" });
});

test("leaves when the answer is over, and takes no other meanwhile", async () => {
  const half = gate();
  const listening = await listen([several(say("Half"), half, say(", whole."))]);
  const answer = await post(listening.port, { text: "hi" });
  await half.reached;
  const left = listening.leave();
  const refused = await post(listening.port, { text: "and?" });
  expect(refused.status).toBe(503);
  half.open();
  const events = await Array.fromAsync(eventsOf(answer));
  expect(events.at(-1)).toMatchObject({ event: "turn-end", data: { reason: "complete" } });
  await left;
});

test("stops the answer when its reader leaves", async () => {
  const { port } = await listen([several(say("Half"), hang())]);
  for await (const { event } of eventsOf(await post(port, { text: "hi" }))) {
    if (event === "text-delta") break;
  }
  expect(await model.requests[0]?.closed).toBeUndefined();
});

describe("refuses", () => {
  test("a failure in words, within the stream", async () => {
    const { port } = await listen([]);
    const events = await Array.fromAsync(eventsOf(await post(port, { text: "@@stranger hi" })));
    expect(events).toMatchObject([
      { event: "error", data: { error: { code: "PERSONA_UNKNOWN" } } },
    ]);
  });

  const WRONG: readonly (readonly [string, RequestInit, number])[] = [
    ["another site", { headers: { origin: "http://example.com" } }, 403],
    ["another name", { headers: { host: "example.com" } }, 421],
    ["another type", { headers: { "content-type": "text/plain" } }, 415],
    ["no JSON", { body: "{" }, 400],
    ["unknown fields", { body: '{"text":"hi","yes":true}' }, 400],
    ["no text", { body: "{}" }, 400],
    ["too much", { body: JSON.stringify({ text: "x".repeat(1_100_000) }) }, 413],
  ];
  test.each(WRONG)("%s", async (_name, about, status) => {
    const { port } = await listen([]);
    const headers = { "content-type": "application/json", ...about.headers };
    const url = `http://127.0.0.1:${port}/v1/messages`;
    const response = await fetch(url, { method: "POST", body: '{"text":"hi"}', ...about, headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    expect(model.requests).toHaveLength(0);
  });

  test("an unknown address, and a number that is none", async () => {
    const { port } = await listen([]);
    const status = async (path: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await status("/admin")).toBe(404);
    expect(await status("/events?from=x")).toBe(400);
  });

  test("a port that is taken", async () => {
    const { port } = await listen([]);
    const service = parts.use(
      new RoomHost({ journal: disk.journal, openRoom: () => Promise.reject(new Error("none")) }),
    );
    const generation = { name: "current", commit: "", tools: () => [] } as const;
    const refused = listenGeneration({ generation, service, port }).catch(reasonOf);
    expect(await refused).toContain("cannot be served");
  });
});
