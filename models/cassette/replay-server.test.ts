import { expect, test } from "bun:test";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import { deltas } from "../../test/quirks/quirk.ts";
import { openAiProvider } from "../openai/openai.ts";
import { requestBody } from "../openai/request.ts";
import type { ChatRequest, ProviderEvent } from "../provider.ts";
import type { Exchange } from "./format.ts";
import { keyOf, type RequestContent, readContent } from "./key.ts";
import { replayServer } from "./replay-server.ts";

test("identical requests are answered in order, and the last answer stays", async () => {
  await using server = replayServer([exchange("same", "first"), exchange("same", "second")]);
  for (const said of ["first", "second", "second"]) expect(await ask(server, "same")).toBe(said);
});

test("strict: nothing is answered twice", async () => {
  await using server = replayServer([exchange("a", "x")], { strict: true });
  expect(await ask(server, "a")).toBe("x");
  expect(await failureOf(server, "a")).toMatchObject({ code: "CASSETTE_MISS" });
});

test("strict: nothing may be left over", async () => {
  async function play() {
    await using server = replayServer([exchange("a", "x"), exchange("b", "y")], { strict: true });
    await ask(server, "b");
  }
  expect(play).toThrow("not used completely");
});

test("a miss names what is nearest, what differs, and what is left", async () => {
  await using server = replayServer([exchange("a", "x"), exchange("b", "y")]);
  await ask(server, "a");
  const { code, why } = await failureOf(server, "c");
  expect(code).toBe("CASSETTE_MISS");
  expect(why?.replaceAll(/[0-9a-f]{8}/g, "KEY")).toMatchInlineSnapshot(
    `"POST /chat/completions with key KEY is not in the recording; the nearest is 1 (KEY): message 1 is {"content":"a","role":"user"}, not {"content":"c","role":"user"}; not asked for yet: 2 (KEY)"`,
  );
});

test.each([
  [{ ...request("a"), model: "other" }, 'its model is "m", not "other"'],
  [{ ...request("a"), temperature: 1 }, 'its options are {}, not {"temperature":1}'],
  [
    { ...request("a"), tools: [{ name: "sh", description: "", parameters: {} }] },
    "its tools differ",
  ],
  [
    { ...request("a"), messages: [...request("a").messages, ...request("b").messages] },
    'message 2 is absent, not {"content":"b","role":"user"}',
  ],
])("what differs: %#", async (asked: ChatRequest, difference) => {
  await using server = replayServer([exchange("a", "x")]);
  expect((await failureOf(server, asked)).why).toContain(difference);
});

test("what does not count may differ", async () => {
  const counts = ({ model }: RequestContent): RequestContent => ({ model });
  const recorded = exchange("a", "x");
  const content = counts(recorded.content);
  const short = { ...recorded, content, key: keyOf(content) };
  await using server = replayServer([short], { counts });
  expect(await ask(server, "anything")).toBe("x");
  expect(await failureOf(server, { ...request("a"), model: "other" })).toMatchObject({
    code: "CASSETTE_MISS",
  });
});

test("real time keeps the pauses", async () => {
  const [early = "", late = ""] = deltas({ content: "one" }, { content: "two" }).split(
    /(?<=one.*\n\n)/,
  );
  const chunks = [
    { atMs: 0, text: early },
    { atMs: 40, text: late },
  ];
  await using server = replayServer([{ ...exchange("a", ""), chunks }], { timing: "real" });
  const startedAt = performance.now();
  expect(await ask(server, "a")).toBe("onetwo");
  expect(performance.now() - startedAt).toBeGreaterThan(39);
});

test("an abort ends a pause", async () => {
  const [early = "", late = ""] = deltas({ content: "one" }, { content: "two" }).split(
    /(?<=one.*\n\n)/,
  );
  const chunks = [
    { atMs: 0, text: early },
    { atMs: 60_000, text: late },
  ];
  await using server = replayServer([{ ...exchange("a", ""), chunks }], { timing: "real" });
  const leave = new AbortController();
  const stream = providerOf(server.url).stream(request("a"), leave.signal);
  expect((await stream.next()).value).toEqual({ type: "text", text: "one" });
  const next = stream.next();
  leave.abort(new Error("Esc"));
  expect(async () => await next).toThrow("Esc");
});

test("cut anew, a recording says the same", async () => {
  const recorded = exchange("a", "žluťoučký 🐎");
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 40 }), async (seed, longest) => {
      await using server = replayServer([recorded], { recut: { seed, longest } });
      expect(await ask(server, "a")).toBe("žluťoučký 🐎");
    }),
    { numRuns: 20 },
  );
});

function request(text: string): ChatRequest {
  return { model: "m", messages: [{ role: "user", content: text }], tools: [] };
}

function exchange(asked: string, said: string): Exchange {
  const content = readContent(requestBody(request(asked)), (text) => text);
  return {
    method: "POST",
    route: "/chat/completions",
    key: keyOf(content),
    content,
    status: 200,
    headers: { "content-type": "text/event-stream" },
    chunks: [{ atMs: 0, text: deltas({ content: said }) }],
    end: "complete",
  };
}

function providerOf(baseUrl: string) {
  return openAiProvider({ baseUrl, timeouts: PATIENT });
}

async function ask(
  { url }: { readonly url: string },
  asked: string | ChatRequest,
): Promise<string> {
  const sent = typeof asked === "string" ? request(asked) : asked;
  const events: ProviderEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of providerOf(url).stream(sent, signal)) events.push(event);
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

async function failureOf(
  server: { readonly url: string },
  asked: string | ChatRequest,
): Promise<OrgError> {
  try {
    await ask(server, asked);
  } catch (error) {
    if (error instanceof OrgError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}
