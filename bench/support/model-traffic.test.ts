import { expect, test } from "bun:test";
import { addTraffic, NO_TRAFFIC, readTraffic } from "./model-traffic.ts";

const CALL = '{"name": "sh", "arguments": {"cmd": "ls"}}';

function events(...pieces: readonly object[]): string {
  return `${pieces.map((piece) => `data: ${JSON.stringify(piece)}\n\n`).join("")}data: [DONE]\n\n`;
}

function delta(content: string | null, more: object = {}): object {
  return { choices: [{ delta: { content }, ...more }] };
}

test("a streamed answer of llama.cpp tells its tokens in the last chunk", () => {
  const body = events(delta(null), delta("Hel"), delta("lo"), {
    choices: [],
    usage: { prompt_tokens: 31, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } },
    timings: { cache_n: 4, prompt_n: 27, predicted_n: 3 },
  });
  expect(readTraffic(body)).toEqual({
    ...{ requests: 1, evaluated: 27, reused: 4, written: 3, calls: 0, answers: ["Hello"] },
  });
});

test("an answer that was cut tells its tokens where every chunk has them", () => {
  const timings = (predicted_n: number): object => ({
    timings: { cache_n: 0, prompt_n: 9, predicted_n },
  });
  const body = `data: ${JSON.stringify({ ...delta("a"), ...timings(1) })}\n\ndata: ${JSON.stringify(
    {
      ...delta("b"),
      ...timings(2),
    },
  )}\n\ndata: {"cho`;
  expect(readTraffic(body)).toMatchObject({ evaluated: 9, reused: 0, written: 2, answers: ["ab"] });
});

test("of an answer that was cut and not counted the chunks are counted", () => {
  expect(readTraffic('data: {"choices":[{"delta":{"content":"a"}}]}\n\n')).toMatchObject({
    ...{ evaluated: 0, reused: undefined, written: 1 },
  });
});

test("a whole answer is read, and its declared calls are counted", () => {
  const body = JSON.stringify({
    choices: [
      {
        message: {
          content: null,
          tool_calls: [{ id: "1", function: { name: "sh", arguments: "{}" } }],
        },
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 2 },
  });
  expect(readTraffic(body)).toEqual({
    ...{ requests: 1, evaluated: 10, reused: undefined, written: 2, calls: 1, answers: [""] },
  });
});

test("a declared call that is streamed in fragments counts once", () => {
  const fragment = (called: object): object => ({
    choices: [{ delta: { tool_calls: [{ index: 0, function: called }] } }],
  });
  const body = events(fragment({ name: "sh", arguments: "" }), fragment({ arguments: '{"cmd"' }));
  expect(readTraffic(body).calls).toBe(1);
});

test("a call in the text counts, although it comes in pieces", () => {
  expect(readTraffic(events(delta(CALL.slice(0, 9)), delta(CALL.slice(9)))).calls).toBe(1);
});

test("an answer of Ollama's own protocol is read line by line", () => {
  const body = [
    { message: { content: "Hi" }, done: false },
    { message: { content: "" }, done: true, prompt_eval_count: 12, eval_count: 2 },
  ]
    .map((piece) => JSON.stringify(piece))
    .join("\n");
  expect(readTraffic(body)).toMatchObject({
    ...{ evaluated: 12, reused: undefined, written: 2, answers: ["Hi"] },
  });
});

test("what is not JSON counts as a request and nothing else", () => {
  expect(readTraffic("Bad gateway")).toMatchObject({ requests: 1, evaluated: 0, answers: [""] });
});

test("the sum tells what was reused only where every answer told it", () => {
  const told = { ...NO_TRAFFIC, requests: 1, evaluated: 5, reused: 2 };
  expect(addTraffic(told, told)).toMatchObject({ requests: 2, evaluated: 10, reused: 4 });
  expect(addTraffic(told, { ...told, reused: undefined }).reused).toBeUndefined();
});
