import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { PATIENT } from "#test/patience.ts";
import {
  type Answer,
  breakOff,
  call,
  finish,
  gate,
  hang,
  reasoning,
  respond,
  say,
  several,
} from "../../test/scripted-answers.ts";
import { scriptedServer } from "../../test/scripted-server.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { ChatRequest, Provider, ProviderEvent } from "../provider.ts";
import {
  type CassetteMode,
  cassetteProvider,
  recordingProvider,
  replayProvider,
} from "./cassette.ts";
import { readCassette } from "./format.ts";
import type { RequestContent } from "./key.ts";
import { recordingProxy } from "./recording-proxy.ts";

const timeouts = PATIENT;
const keep = (text: string) => text;

test("plays back what was recorded, event for event", async () => {
  await using folder = await temporaryFolder();
  const recorded = await record(folder.file, [
    ["one", several(reasoning("Hm."), say("I look."), call("sh", { cmd: "ls" }))],
    ["two", say("žluťoučký kůň 🐎")],
    ["three", several(say("long"), finish("length"))],
  ]);
  await using replay = await replayProvider(folder.file, { strict: true });
  for (const [index, text] of ["one", "two", "three"].entries()) {
    expect(await ask(replay, text)).toEqual(recorded[index] ?? []);
  }
});

test("what does not count of a request is not recorded", async () => {
  await using folder = await temporaryFolder();
  await using upstream = scriptedServer([say("yes")]);
  const counts = ({ messages = [] }: RequestContent): RequestContent => ({
    messages: messages.slice(-1),
  });
  const options = { upstream: upstream.url, path: folder.file, redact: keep, counts };
  {
    await using proxy = recordingProxy(options);
    const messages = ["system", "user"].map((role) => ({ role, content: `of the ${role}` }));
    const body = JSON.stringify({ model: "m", messages, stream: true });
    await (await fetch(`${proxy.url}/v1/chat/completions`, { method: "POST", body })).text();
  }
  const [exchange] = readCassette(await Bun.file(folder.file).text(), folder.file);
  expect(exchange?.content).toEqual({ messages: [{ role: "user", content: "of the user" }] });
});

test("what the server refused is refused again, with the same error", async () => {
  await using folder = await temporaryFolder();
  const busy = respond(429, { error: { message: "slow down" } }, { "retry-after": "7" });
  await record(folder.file, [["one", busy]]);
  await using replay = await replayProvider(folder.file);
  expect(await failureOf(replay, "one")).toMatchObject({
    code: "PROVIDER_BUSY",
    retryAfterMs: 7000,
  });
});

test("a call that gets another id in every run is the same call", async () => {
  await using folder = await temporaryFolder();
  const withResult = (id: string): ChatRequest => ({
    model: "m",
    messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: "", calls: [{ id, name: "sh", arguments: {} }] },
      { role: "tool", callId: id, name: "sh", content: "a.txt" },
    ],
    tools: [],
  });
  await using server = scriptedServer([say("there")]);
  {
    const options = { baseUrl: server.url, timeouts, redact: keep };
    await using recording = recordingProvider(folder.file, options);
    await Array.fromAsync(recording.stream(withResult("call_1"), never()));
  }
  await using replay = await replayProvider(folder.file, { strict: true });
  expect(textOf(await Array.fromAsync(replay.stream(withResult("call_2"), never())))).toBe("there");
});

test("a broken connection breaks again, and silence stays silent until the client leaves", async () => {
  await using folder = await temporaryFolder();
  await using server = scriptedServer([
    several(say("half"), breakOff()),
    several(say("one"), hang()),
  ]);
  {
    const options = { baseUrl: server.url, timeouts, redact: keep };
    await using recording = recordingProvider(folder.file, options);
    expect(await failureOf(recording, "a")).toMatchObject({ code: "STREAM_ERROR" });
    for await (const _ of recording.stream(request("b"), never())) break;
    await (await server.request(1)).closed;
  }
  await using replay = await replayProvider(folder.file, { strict: true });
  expect(await failureOf(replay, "a")).toMatchObject({ code: "STREAM_ERROR" });
  const leave = new AbortController();
  const stream = replay.stream(request("b"), leave.signal);
  expect((await stream.next()).value).toEqual({ type: "text", text: "one" });
  const next = stream.next();
  leave.abort(new Error("Esc"));
  expect(async () => await next).toThrow("Esc");
});

test("a recording that ends in the middle of an answer is whole", async () => {
  await using folder = await temporaryFolder();
  await using server = scriptedServer([several(say("one"), hang())]);
  const left = new AbortController();
  let second: Promise<unknown> | undefined;
  {
    const options = { baseUrl: server.url, timeouts, redact: keep };
    await using recording = recordingProvider(folder.file, options);
    const stream = recording.stream(request("a"), left.signal);
    expect((await stream.next()).value).toEqual({ type: "text", text: "one" });
    second = stream.next().catch((error: unknown) => error);
  }
  expect(await second).toMatchObject({ code: "STREAM_ERROR" });
  await using replay = await replayProvider(folder.file);
  const again = replay.stream(request("a"), left.signal);
  expect((await again.next()).value).toEqual({ type: "text", text: "one" });
  left.abort();
});

test("exchanges at the same time stay apart", async () => {
  await using folder = await temporaryFolder();
  const gates = { a: gate(), b: gate() };
  await using server = scriptedServer(({ body }) =>
    body.messages[0]?.content === "a"
      ? several(say("a1"), gates.a, say("a2"))
      : several(say("b1"), gates.b, say("b2")),
  );
  {
    const options = { baseUrl: server.url, timeouts, redact: keep };
    await using recording = recordingProvider(folder.file, options);
    const [first, second] = [ask(recording, "a"), ask(recording, "b")];
    await Promise.all([gates.a.reached, gates.b.reached]);
    gates.b.open();
    await second;
    gates.a.open();
    await first;
  }
  await using replay = await replayProvider(folder.file, { strict: true });
  expect(textOf(await ask(replay, "a"))).toBe("a1a2");
  expect(textOf(await ask(replay, "b"))).toBe("b1b2");
});

test("secrets are taken out of what was asked and what was said, and the key still fits", async () => {
  await using folder = await temporaryFolder();
  const redact = (text: string) => text.replaceAll("hunter2", "(secret)");
  const ours = "my password is hunter2";
  await record(folder.file, [[ours, say("hunter2, you say", { chunk: 99 })]], redact);
  expect(await Bun.file(folder.file).text()).not.toContain("hunter2");
  await using replay = await replayProvider(folder.file, { strict: true, redact });
  expect(textOf(await ask(replay, ours))).toBe("(secret), you say");
});

test("a secret that came in pieces keeps the recording from being saved", async () => {
  await using folder = await temporaryFolder();
  const redact = (text: string) => text.replaceAll("hunter2", "(secret)");
  const script = [["a", say("it is hunter2", { chunk: 3 })]] as const;
  expect(async () => await record(folder.file, script, redact)).toThrow("not saved");
  expect(await Bun.file(folder.file).exists()).toBe(false);
});

test.each(["machine api.local login bob password hunter2", 'the password="correct horse'])(
  "%s: a secret at the end of a text takes nothing of the JSON around it",
  async (words) => {
    await using folder = await temporaryFolder();
    const cleaner = new TextCleaner();
    const redact = (text: string) => cleaner.redact(text);
    await record(folder.file, [["a", say(words, { chunk: 100 })]], redact);
    await using player = await replayProvider(folder.file, { redact });
    expect(textOf(await ask(player, "a"))).toBe(cleaner.clean(words));
    expect(cleaner.clean(words)).not.toBe(words);
  },
);

test("a key is never written down", async () => {
  await using folder = await temporaryFolder();
  await using server = scriptedServer([say("x")]);
  {
    const options = { baseUrl: server.url, apiKey: "sk-1234567890", timeouts, redact: keep };
    await using recording = recordingProvider(folder.file, options);
    await ask(recording, "a");
  }
  expect(server.requests[0]?.headers.get("authorization")).toBe("Bearer sk-1234567890");
  expect(await Bun.file(folder.file).text()).not.toContain("sk-1234567890");
});

test.each<[CassetteMode, number]>([
  ["off", 1],
  ["record", 1],
  ["replay", 0],
  ["strict", 0],
])("mode %s asks the server %d times", async (mode, asked) => {
  await using folder = await temporaryFolder();
  await record(folder.file, [["a", say("x")]]);
  await using server = scriptedServer(() => say("x"));
  const options = { baseUrl: server.url, timeouts, redact: keep };
  await using provider = await cassetteProvider(mode, folder.file, options);
  expect(textOf(await ask(provider, "a"))).toBe("x");
  expect(server.requests).toHaveLength(asked);
});

test("a recording that is not there", async () => {
  expect(async () => await replayProvider("/nowhere/x.jsonl")).toThrow("There is no recording");
});

function request(text: string): ChatRequest {
  return { model: "m", messages: [{ role: "user", content: text }], tools: [] };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function ask(provider: Provider, text: string): Promise<ProviderEvent[]> {
  // How many chunks come in one packet is the network's affair.
  return [...joinTexts(await Array.fromAsync(provider.stream(request(text), never())))];
}

async function failureOf(provider: Provider, text: string): Promise<OrgError> {
  try {
    await ask(provider, text);
  } catch (error) {
    if (error instanceof OrgError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

function textOf(events: readonly ProviderEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

/** Records questions and their answers. @returns what the client heard, failures as nothing. */
async function record(
  file: string,
  script: readonly (readonly [text: string, answer: Answer])[],
  redact: (text: string) => string = keep,
): Promise<ProviderEvent[][]> {
  await using server = scriptedServer(script.map(([, answer]) => answer));
  await using recording = recordingProvider(file, { baseUrl: server.url, timeouts, redact });
  const heard: ProviderEvent[][] = [];
  for (const [text] of script) heard.push(await ask(recording, text).catch(() => []));
  return heard;
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), "cassette-"));
  return {
    file: join(path, "one.jsonl"),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}
