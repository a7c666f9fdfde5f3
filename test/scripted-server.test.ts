import { expect, test } from "bun:test";
import {
  breakOff,
  call,
  cut,
  gate,
  hang,
  raw,
  rawInPieces,
  respond,
  say,
  several,
  usage,
} from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";

test("answers in the order of the script and keeps what was asked", async () => {
  await using server = scriptedServer([say("one"), say("two words")]);
  expect(await ask(server.url, "first")).toContain('"content":"one"');
  const second = await ask(server.url, "second");
  expect(second).toContain('"content":"two"');
  expect(second).toContain('"content":" words"');
  expect(second).toEndWith('"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  expect(server.requests.map((r) => r.body.messages[0]?.content)).toEqual(["first", "second"]);
});

test("a request beyond the script fails, and the test with it", async () => {
  await using server = scriptedServer([]);
  expect(await ask(server.url, "hello")).toContain("no answer for request 1");
  expect(async () => await server[Symbol.asyncDispose]()).toThrow("no answer for request 1");
});

test("a function answers by what is asked", async () => {
  await using server = scriptedServer((request) =>
    say(`you said ${request.body.messages[0]?.content}`, { chunk: 100 }),
  );
  expect(await ask(server.url, "hi")).toContain("you said hi");
});

test("declared calls get ids and the finish reason of calls", async () => {
  await using server = scriptedServer([
    several(call("sh", { cmd: "ls" }), call("sh", { cmd: "pwd" }, { chunk: 4, id: "mine" })),
  ]);
  const body = await ask(server.url, "go");
  expect(body).toContain('"id":"call_0_0"');
  expect(body).toContain('{"index":1,"id":"mine","type":"function"');
  expect(body).toContain('"arguments":"{\\"cm"');
  expect(body).toContain('"finish_reason":"tool_calls"');
});

test("usage is reported to those who ask for it", async () => {
  await using server = scriptedServer(() => several(say("x"), usage(7, 3)));
  expect(await ask(server.url, "hi")).not.toContain("usage");
  const asked = await ask(server.url, "hi", { stream_options: { include_usage: true } });
  expect(asked).toContain('"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}');
});

test("a gate holds the answer until the test opens it", async () => {
  const middle = gate();
  await using server = scriptedServer([several(say("before"), middle, say("after"))]);
  const { body } = await post(server.url, question("hi"));
  const pieces = body?.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  await middle.reached;
  expect((await pieces?.next())?.value).toContain("before");
  middle.open();
  expect((await pieces?.next())?.value).toContain("after");
});

test("a hanging answer sees the client leave", async () => {
  await using server = scriptedServer([several(say("a"), hang())]);
  const leave = new AbortController();
  const response = await post(server.url, question("hi"), leave.signal);
  const request = await server.request(0);
  leave.abort();
  await request.closed;
  await request.over;
  expect(async () => await response.text()).toThrow("abort");
});

test("bytes go out as they are, cut anywhere, with no ending", async () => {
  await using server = scriptedServer([rawInPieces("data: žluťoučký\n\n", 7), raw("x", "y")]);
  expect(await ask(server.url, "hi")).toBe("data: žluťoučký\n\n");
  expect(await ask(server.url, "hi")).toBe("xy");
});

test("a stream can be cut or broken", async () => {
  await using server = scriptedServer([
    several(say("a"), cut(), say("never")),
    several(say("a"), breakOff()),
  ]);
  const text = await ask(server.url, "hi");
  expect(text).toContain('"content":"a"');
  expect(text).not.toMatch(/never|DONE|"stop"/);
  expect(async () => await ask(server.url, "hi")).toThrow("closed unexpectedly");
});

test("a plain HTTP answer, and the list of models", async () => {
  await using server = scriptedServer([respond(429, { error: "slow" }, { "retry-after": "2" })], {
    models: ["a", "b"],
  });
  const response = await post(server.url, question("hi"));
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "2"]);
  expect(await (await fetch(`${server.url}/v1/models`)).text()).toContain('"id":"b"');
});

async function ask(url: string, text: string, extra: Record<string, unknown> = {}) {
  const { body } = await post(url, { ...extra, ...question(text) });
  return await new Response(body).text();
}

async function post(url: string, body: unknown, signal: AbortSignal | null = null) {
  const init = { method: "POST", body: JSON.stringify(body), signal };
  return await fetch(`${url}/v1/chat/completions`, init);
}

function question(text: string) {
  return { model: "m", messages: [{ role: "user", content: text }], stream: true };
}
