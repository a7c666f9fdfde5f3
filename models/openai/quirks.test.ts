/**
 * Every quirk on a real connection: whole, in pieces of seven bytes, and cut at random.
 */

import { expect, test } from "bun:test";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import { CALL_QUIRKS } from "../../test/quirks/calls.ts";
import { CONTENT_QUIRKS } from "../../test/quirks/content.ts";
import { ENDING_QUIRKS } from "../../test/quirks/endings.ts";
import { deltas, fragments, NOTHING, type Outcome } from "../../test/quirks/quirk.ts";
import { type Answer, raw, rawInPieces } from "../../test/scripted-answers.ts";
import { scriptedServer } from "../../test/scripted-server.ts";
import type { ChatRequest } from "../provider.ts";
import { openAiProvider } from "./openai.ts";

const QUIRKS = [...CALL_QUIRKS, ...CONTENT_QUIRKS, ...ENDING_QUIRKS];

test.each(QUIRKS)("$name ($who)", async ({ body, ours }) => {
  await using server = scriptedServer([raw(body), rawInPieces(body, 7)]);
  const expected = { ...NOTHING, ...ours };
  expect(await outcome(server.url)).toEqual(expected);
  expect(await outcome(server.url)).toEqual(expected);
});

test("every quirk comes out the same however its bytes are cut", async () => {
  let answer: Answer = raw();
  await using server = scriptedServer(() => answer);
  const quirk = fc.constantFrom(...QUIRKS);
  const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(quirk, cuts, async ({ body, ours }, sizes) => {
      answer = raw(...cutAt(new TextEncoder().encode(body), sizes));
      expect(await outcome(server.url)).toEqual({ ...NOTHING, ...ours });
    }),
  );
});

test("a compressed stream is a stream", async () => {
  const bytes = Bun.gzipSync(new TextEncoder().encode(deltas({ content: "hi" })));
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(bytes, { headers: { "content-encoding": "gzip" } }),
  });
  expect(await outcome(server.url.origin)).toEqual({ ...NOTHING, text: "hi", end: "stop" });
});

test("ids are kept where they are given, and made up where not", async () => {
  const body = deltas(
    ...fragments(
      [{ id: "functions.f:3", index: 0 }, "f", "{}"],
      [{ index: 1 }, "g", "{}"],
      [{ index: 2 }, "h", '{"a":'],
      [{ id: "late", index: 2 }, undefined, "1}"],
    ),
  );
  await using server = scriptedServer([raw(body)]);
  const ids = (await events(server.url)).flatMap((e) => (e.type === "call" ? [e.call.id] : []));
  expect(ids).toEqual(["functions.f:3", expect.stringMatching(/^call_[0-9a-f]{15}$/), "late"]);
});

const request: ChatRequest = { model: "m", messages: [{ role: "user", content: "hi" }], tools: [] };

async function events(baseUrl: string) {
  const provider = openAiProvider({ baseUrl, timeouts: PATIENT });
  return await Array.fromAsync(provider.stream(request, new AbortController().signal));
}

async function outcome(baseUrl: string): Promise<Outcome> {
  const provider = openAiProvider({ baseUrl, timeouts: PATIENT });
  const seen = { ...NOTHING, calls: [...NOTHING.calls], notices: [...NOTHING.notices] };
  try {
    for await (const event of provider.stream(request, new AbortController().signal)) {
      expect(seen.end).toBe("nothing"); // the finish comes last
      if (event.type === "text" || event.type === "reasoning") seen[event.type] += event.text;
      else if (event.type === "call") seen.calls.push([event.call.name, event.call.arguments]);
      else if (event.type === "notice") seen.notices.push(event.text);
      else if (event.type === "finish") seen.end = event.reason;
      else seen.usage = [event.usage.promptTokens, event.usage.completionTokens];
    }
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    seen.end = error.code;
  }
  return seen;
}

/** Pieces of these sizes, over and over. */
function cutAt(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = sizes[pieces.length % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
