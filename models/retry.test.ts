import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import {
  breakOff,
  call,
  cut,
  finish,
  gate,
  raw,
  reasoning,
  respond,
  say,
  several,
} from "../test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "../test/scripted-server.ts";
import { openAiProvider } from "./openai/openai.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";
import { resilient } from "./retry.ts";

const tool = {
  name: "sh",
  description: "Runs a command.",
  parameters: { type: "object", properties: { cmd: { type: "string" } } },
};
const request: ChatRequest = {
  model: "m",
  messages: [
    { role: "system", content: "You are agent." },
    { role: "user", content: "hi" },
  ],
  tools: [],
};
const noTools = respond(400, { error: { message: '"m" does not support tools' } });

test("a busy server is asked three times, after the wait it asks for, with a countdown", async () => {
  await using server = scriptedServer([
    respond(429, "slow down", { "retry-after": "12" }),
    respond(503, "loading"),
    say("here"),
  ]);
  const asked = await ask(server);
  expect(asked.slept).toEqual([2000, 5000, 1000, 1000, 1000, 1000, 1000, 1000, 1000]);
  expect(asked.notices).toEqual([
    "The server is busy; try 2 of 3 in 12 s.",
    "The server is busy; try 2 of 3 in 10 s.",
    "The server is busy; try 2 of 3 in 5 s.",
    "The server is busy; try 2 of 3 in 4 s.",
    "The server is busy; try 2 of 3 in 3 s.",
    "The server is busy; try 2 of 3 in 2 s.",
    "The server is busy; try 2 of 3 in 1 s.",
    "The server is busy; try 3 of 3 in 2 s.",
    "The server is busy; try 3 of 3 in 1 s.",
  ]);
  expect([asked.text, asked.end]).toEqual(["here", "stop"]);
});

test("the third refusal of a busy server is the result", async () => {
  await using server = scriptedServer([1, 2, 3].map(() => respond(503, "loading")));
  const asked = await ask(server);
  expect(asked.end).toBe("PROVIDER_BUSY");
  expect(asked.notices.at(-1)).toBe("The server stayed busy for 3 tries.");
  expect(server.requests).toHaveLength(3);
});

test("who is asked to wait for an hour hears of it at once", async () => {
  await using server = scriptedServer([respond(429, "quota", { "retry-after": "3600" })]);
  const asked = await ask(server);
  expect([asked.end, asked.slept]).toEqual(["PROVIDER_BUSY", []]);
  expect(asked.why).toContain("asks to wait 3600 s");
});

test("the wait ends with the signal", async () => {
  await using server = scriptedServer([respond(429, "slow down", { "retry-after": "30" })]);
  const leave = new AbortController();
  const stream = resilient(providerOf(server)).stream(request, leave.signal);
  expect((await stream.next()).value).toMatchObject({ type: "notice" });
  const next = stream.next();
  leave.abort(new Error("Esc"));
  expect(async () => await next).toThrow("Esc");
});

test("a model without tools is asked with the tools as text, once said and then remembered", async () => {
  await using server = scriptedServer([noTools, say("one"), say("two")]);
  const provider = resilient(providerOf(server));
  const withTools = { ...request, tools: [tool] };
  const notice = 'The server takes no tools for "m"; from now on its calls are read from its text.';
  expect(await Array.fromAsync(provider.stream(withTools, never()))).toMatchObject([
    { type: "notice", text: notice },
    { type: "text", text: "one" },
    { type: "usage" },
    { type: "finish", reason: "stop" },
  ]);
  const second = await Array.fromAsync(provider.stream(withTools, never()));
  expect(second.map(({ type }) => type)).toEqual(["text", "usage", "finish"]);
  expect(server.requests.map(({ body }) => body.tools?.length)).toEqual([1, undefined, undefined]);
  expect(server.requests[2]?.body.messages[0]?.content).toContain("- sh: Runs a command.");
});

test("a server that refuses tools without being sent any is not asked again", async () => {
  await using server = scriptedServer([noTools]);
  expect(await ask(server)).toMatchObject({ end: "PROVIDER_REFUSED", notices: [] });
});

test("a provider that never gets along without tools is not asked for ever", async () => {
  let asked = 0;
  const stubborn: Provider = {
    endpoint: "stub",
    listModels: async () => [],
    // biome-ignore lint/correctness/useYield: it fails before it says anything
    stream: async function* () {
      asked += 1;
      throw new OrgError("no tools", { code: "MODEL_WITHOUT_TOOLS", remedies: [] });
    },
  };
  const stream = resilient(stubborn).stream({ ...request, tools: [tool] }, never());
  expect(async () => await Array.fromAsync(stream)).toThrow("no tools");
  expect(asked).toBe(2);
});

test("an empty answer is asked for once more, and a second one is said", async () => {
  await using server = scriptedServer([
    say(""),
    say("here"),
    several(reasoning("Hm."), say("\n")),
    several(say(""), cut()),
  ]);
  expect(await ask(server)).toMatchObject({
    notices: ["The model answered nothing; it is asked once more."],
    text: "here",
    end: "stop",
  });
  expect(await ask(server)).toMatchObject({
    notices: [
      "The model answered nothing; it is asked once more.",
      "The model answered nothing; no second try is left.",
    ],
    end: "cut",
  });
});

test("a request that is to be asked once is asked once, however it ends", async () => {
  await using server = scriptedServer([say("")]);
  const provider = resilient(providerOf(server));
  const events = await Array.fromAsync(provider.stream({ ...request, once: true }, never()));
  expect(events.map(({ type }) => type)).toEqual(["usage", "finish"]);
  expect(server.requests).toHaveLength(1);
});

test("both tries are counted", async () => {
  await using server = scriptedServer([say(""), say("here it is")]);
  const { usage } = await ask(server);
  expect(usage).toEqual([{ promptTokens: 4, completionTokens: 4 }]);
});

test("an answer that is empty for a reason is not asked for again", async () => {
  await using server = scriptedServer([
    several(say(""), finish("length")),
    several(say(""), finish("content_filter")),
    call("sh", {}),
  ]);
  expect(await ask(server)).toMatchObject({ end: "length", notices: [] });
  expect(await ask(server)).toMatchObject({ end: "filtered", notices: [] });
  expect(await ask(server)).toMatchObject({ end: "stop", notices: [] });
});

test("a connection that breaks before the first word is tried once more, one behind it is not", async () => {
  const early = several(raw(": ping\n\n"), breakOff());
  const heard = gate();
  await using server = scriptedServer([
    early,
    say("here"),
    early,
    early,
    several(say("half"), heard, breakOff()),
  ]);
  expect(await ask(server)).toMatchObject({
    notices: ["The connection broke before the answer began; it is asked once more."],
    text: "here",
  });
  expect(await ask(server)).toMatchObject({ end: "STREAM_ERROR" });
  const late = await ask(server, heard.open);
  expect(late).toMatchObject({ text: "half", end: "STREAM_ERROR", notices: [] });
});

test("a server that is down is not asked again", async () => {
  const provider = resilient(openAiProvider({ baseUrl: "http://127.0.0.1:9", timeouts }));
  const events = provider.stream(request, never());
  expect(async () => await events.next()).toThrow("does not answer");
});

test("leaving the loop closes the connection", async () => {
  await using server = scriptedServer([several(say("one"), { steps: [{ kind: "hang" }] })]);
  for await (const _ of resilient(providerOf(server)).stream(request, never())) break;
  await (await server.request(0)).closed;
});

const timeouts = PATIENT;

function providerOf({ url }: ScriptedServer) {
  return openAiProvider({ baseUrl: url, timeouts });
}

function never(): AbortSignal {
  return new AbortController().signal;
}

/** Asks once, without really waiting. @param onEvent called behind each event. */
async function ask(server: ScriptedServer, onEvent: () => void = () => undefined) {
  const slept: number[] = [];
  const provider = resilient(providerOf(server), { sleep: async (ms) => void slept.push(ms) });
  const events: ProviderEvent[] = [];
  let failure: OrgError | undefined;
  try {
    for await (const event of provider.stream(request, never())) {
      events.push(event);
      onEvent();
    }
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    failure = error;
  }
  const last = events.at(-1);
  return {
    slept,
    text: events.map((event) => (event.type === "text" ? event.text : "")).join(""),
    notices: events.flatMap((event) => (event.type === "notice" ? [event.text] : [])),
    usage: events.flatMap((event) => (event.type === "usage" ? [event.usage] : [])),
    why: failure?.why,
    end: failure?.code ?? (last?.type === "finish" ? last.reason : undefined),
  };
}
