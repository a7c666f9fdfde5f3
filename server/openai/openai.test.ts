import { afterEach, expect, test } from "bun:test";
import OpenAI from "openai";
import { asked, type TestGeneration, testGeneration } from "#test/generation-fixture.ts";
import {
  call,
  cut,
  finish,
  gate,
  hang,
  raw,
  respond,
  say,
  several,
  usage,
} from "#test/scripted-answers.ts";
import type { Script } from "#test/scripted-server.ts";

let generation: TestGeneration | undefined;
afterEach(async () => {
  await generation?.[Symbol.asyncDispose]();
  generation = undefined;
});

async function open(script: Script) {
  generation = await testGeneration({ script });
  const { url, model } = generation;
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
  return { client, model, url, generation };
}

const hi = [{ role: "user", content: "hi" }] as const;
const WEATHER = {
  type: "function",
  function: { name: "weather", description: "Tells it.", parameters: { type: "object" } },
} as const;

test("lists the room and each persona as models", async () => {
  const { client } = await open([]);
  const { data } = await client.models.list();
  const ids = ["room", "persona:agent", "persona:python", "persona:toolsmith"];
  expect(data.map(({ id }) => id)).toEqual(ids);
});

test("a persona answers, and says what it took", async () => {
  const { client } = await open([several(say("Hello."), usage(20, 3))]);
  const answer = await client.chat.completions.create({
    model: "persona:python",
    messages: [...hi],
  });
  expect(answer).toMatchObject({
    ...{ object: "chat.completion", model: "persona:python" },
    choices: [{ message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 20, completion_tokens: 3, total_tokens: 23 },
  });
});

test("what no server counts is estimated, and never nothing", async () => {
  const chunk = { choices: [{ index: 0, delta: { content: "Hello." }, finish_reason: "stop" }] };
  const { client } = await open(() => raw(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`));
  for (const tools of [[], [WEATHER]]) {
    const request = { model: "persona:agent", tools, messages: [...hi] };
    const { usage: taken, choices } = await client.chat.completions.create(request);
    expect(choices[0]?.message.content).toBe("Hello.");
    expect(taken?.prompt_tokens).toBeGreaterThan(0);
    expect(taken?.completion_tokens).toBe(2);
  }
});

test("streams in chunks that end with the usage and [DONE]", async () => {
  const { client, url } = await open(() => several(say("One two", { chunk: 4 }), usage(9, 2)));
  const request: OpenAI.ChatCompletionCreateParamsStreaming = {
    ...{ model: "persona:agent", messages: [...hi] },
    stream: true,
    stream_options: { include_usage: true },
  };
  const chunks = await Array.fromAsync(await client.chat.completions.create(request));
  const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
  expect(text).toBe("One two");
  expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter(Boolean)).toEqual(["stop"]);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 11 } });
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  const raw = await (await asked(`${url}/v1/chat/completions`, request)).text();
  expect(raw.trimEnd()).toEndWith("data: [DONE]");
});

test("the room answers with every persona's words under its name, one after the other", async () => {
  const first = gate();
  const { client } = await open(({ body }) =>
    String(body.messages[0]?.content).includes("@@agent:")
      ? say("I am another.")
      : several(say("I am"), first, say(" agent.")),
  );
  const stream = await client.chat.completions.create({
    ...{
      model: "room",
      stream: true,
      messages: [{ role: "user", content: "@@agent @@python hi" }],
    },
  });
  let text = "";
  for await (const { choices } of stream) {
    text += choices[0]?.delta.content ?? "";
    if (text !== "") first.open();
  }
  expect(text).toBe("**agent:** I am agent.\n\n**python:** I am another.");
});

test("what a client says of itself reaches the model in its place", async () => {
  const { client, model } = await open(() => say("Yes."));
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: "system", content: "Be kind." },
    { role: "user", content: [{ type: "text", text: "One?" }] },
    { role: "assistant", content: "One." },
    { role: "developer", content: "Be brief." },
    { role: "user", content: "Two?" },
  ];
  await client.chat.completions.create({ model: "persona:agent", messages });
  const said = model.requests[0]?.body.messages
    .slice(1)
    .map(({ role, content }) => [role, content]);
  expect(said).toEqual([
    ["user", "user: Be kind.\n\nBe brief.\n\nuser: One?"],
    ["assistant", "One."],
    ["user", "user: Two?"],
  ]);
});

test("a conversation that goes on is one room, whose persona remembers it", async () => {
  const {
    client,
    model,
    generation: { home },
  } = await open(({ index }) => say(`Answer ${index}.`));
  const messages: OpenAI.ChatCompletionMessageParam[] = [];
  for (const content of ["one", "two", "three"]) {
    messages.push({ role: "user", content });
    const answer = await client.chat.completions.create({ model: "room", messages });
    messages.push({ role: "assistant", content: answer.choices[0]?.message.content ?? "" });
  }
  expect(await home.rooms()).toHaveLength(1);
  const last = model.requests
    .at(-1)
    ?.body.messages.map(({ content }) => content)
    .join("\n");
  expect(last).toContain("Answer 0.");
  // Another beginning of the same end is another conversation.
  const other = [
    { role: "user", content: "none" } as const,
    ...messages.slice(1),
    { role: "user", content: "four" } as const,
  ];
  await client.chat.completions.create({ model: "room", messages: other });
  expect(await home.rooms()).toHaveLength(2);
});

test("a client that asks twice from the same place has two conversations from there on", async () => {
  const {
    client,
    generation: { home },
  } = await open(({ index }) => say(`Answer ${index}.`));
  const first = [{ role: "user", content: "one" }] as const;
  const answer = await client.chat.completions.create({ model: "room", messages: [...first] });
  const said = answer.choices[0]?.message.content ?? "";
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    ...first,
    { role: "assistant", content: said },
    { role: "user", content: "two" },
  ];
  await client.chat.completions.create({ model: "room", messages });
  await client.chat.completions.create({ model: "room", messages });
  expect(await home.rooms()).toHaveLength(2);
});

test("calls of the client's own tools are given back, and their results taken", async () => {
  const { client, model } = await open([
    call("weather", { city: "Rome" }, { id: "call_1" }),
    say("It is sunny."),
  ]);
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Weather?" }];
  const request = { model: "persona:agent", tools: [WEATHER] };
  const first = await client.chat.completions.create({ ...request, messages });
  const [choice] = first.choices;
  expect(choice).toMatchObject({
    finish_reason: "tool_calls",
    message: {
      content: null,
      tool_calls: [{ id: "call_1", function: { name: "weather", arguments: '{"city":"Rome"}' } }],
    },
  });
  if (choice === undefined) throw new Error("There was no choice");
  messages.push(choice.message, { role: "tool", tool_call_id: "call_1", content: "sunny" });
  const second = await client.chat.completions.create({ ...request, messages });
  expect(second.choices[0]?.message.content).toBe("It is sunny.");
  const [declared] = model.requests[0]?.body.tools ?? [];
  expect(declared?.function.name).toBe("weather");
  expect(model.requests[0]?.body.tools).toHaveLength(1);
  expect(model.requests[1]?.body.messages.at(-1)).toMatchObject({ role: "tool", content: "sunny" });
});

test("calls come in a stream, too", async () => {
  const { client } = await open([call("weather", { city: "Rome" }, { id: "call_1" })]);
  const stream = client.chat.completions.stream({
    ...{
      model: "persona:agent",
      tools: [WEATHER],
      messages: [{ role: "user", content: "Weather?" }],
    },
  });
  const { choices } = await stream.finalChatCompletion();
  expect(choices[0]).toMatchObject({
    finish_reason: "tool_calls",
    message: { tool_calls: [{ function: { arguments: '{"city":"Rome"}' } }] },
  });
});

test("an answer that the model's limit cut says so", async () => {
  const { client } = await open(() => several(say("Half"), finish("length")));
  for (const tools of [[], [WEATHER]]) {
    const answer = await client.chat.completions.create({
      model: "persona:agent",
      tools,
      messages: [...hi],
    });
    expect(answer.choices[0]).toMatchObject({
      finish_reason: "length",
      message: { content: "Half" },
    });
  }
});

test("a client that leaves stops the answer", async () => {
  const { client, model } = await open(() => several(say("Half"), hang()));
  for (const tools of [[], [WEATHER]]) {
    const stream = await client.chat.completions.create({
      ...{ model: "persona:agent", stream: true, tools, messages: [...hi] },
    });
    for await (const { choices } of stream) if (choices[0]?.delta.content === "Half") break;
    expect(await model.requests.at(-1)?.closed).toBeUndefined();
  }
  const stop = new AbortController();
  const whole = client.chat.completions
    .create({ model: "persona:agent", messages: [...hi] }, { signal: stop.signal })
    .catch(() => "left");
  const last = await model.request(2);
  stop.abort();
  expect(await whole).toBe("left");
  expect(await last.closed).toBeUndefined();
});

test("half an answer is none: whole it fails, as a stream it ends with the error", async () => {
  const { client } = await open(() => several(say("Half"), cut()));
  for (const tools of [[], [WEATHER]]) {
    const request = { model: "persona:agent", tools, messages: [...hi] };
    const failed = await client.chat.completions.create(request).catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 502, code: "STREAM_CUT" });
    const stream = await client.chat.completions.create({ ...request, stream: true });
    const seen: unknown[] = [];
    const read = async () => {
      for await (const chunk of stream) seen.push(chunk);
    };
    expect(await read().catch((error: unknown) => error)).toMatchObject({ code: "STREAM_CUT" });
    expect(JSON.stringify(seen)).toContain("Half");
  }
});

test("what the model's server refuses is told in the shape of OpenAI's errors", async () => {
  const { client } = await open(() =>
    respond(404, '{"error":{"message":"model \\"m\\" not found"}}'),
  );
  const failed = await client.chat.completions
    .create({ model: "persona:agent", stream: true, tools: [WEATHER], messages: [...hi] })
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(OpenAI.APIError);
  expect(failed).toMatchObject({ status: 502, code: "MODEL_MISSING" });
});
