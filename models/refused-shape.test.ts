import { describe, expect, test } from "bun:test";
import { PATIENT } from "#test/patience.ts";
import { done, said, scriptedOllama } from "#test/scripted-ollama.ts";
import { lines, type Pieces, refusal } from "#test/scripted-pieces.ts";
import { completeText } from "./complete.ts";
import type { ChatRequest } from "./provider.ts";
import { openProvider } from "./servers/open-provider.ts";

const schema = { type: "object", properties: { name: { type: "string" } } };
const request: ChatRequest = {
  model: "m",
  messages: [{ role: "user", content: "hi" }],
  tools: [],
  shape: { name: "contract", schema },
};
const answer = lines(said("{}"), done("stop"));

/** Word for word; in brackets the issue of github.com/ollama/ollama, or where else it was reported. */
const REFUSALS: readonly (readonly [string, Pieces])[] = [
  [
    "of a schema it cannot read (907 of datalab-to/marker)",
    refusal(500, { error: "invalid JSON schema in format" }),
  ],
  [
    "before 0.5.3 (8126)",
    refusal(400, { error: 'invalid format: expected "json" or a JSON schema' }),
  ],
  [
    "before 0.5 (186 of Kiln-AI/Kiln)",
    refusal(400, {
      error: "json: cannot unmarshal object into Go struct field ChatRequest.format of type string",
    }),
  ],
  [
    "of gpt-oss, once it has thought (12422)",
    lines(said("", { thinking: "Hm." }), {
      error: "failed to load model vocabulary required for format",
    }),
  ],
];

describe("the shape of an answer", () => {
  test.each(REFUSALS)("is given up after the refusal %s", async (_who, refused) => {
    await using server = scriptedOllama({ chat: [refused, answer] });
    expect(await ask(server.url)).toEqual({
      ...{ text: "{}", end: "stop" },
      usage: { promptTokens: 7, completionTokens: 3 },
    });
    expect(server.chats.map(({ body }) => body?.["format"])).toEqual([schema, undefined]);
  });

  test("is no reason to ask again after another failure", async () => {
    const failure = lines(said("", { thinking: "Hm." }), { error: "CUDA out of memory" });
    await using server = scriptedOllama({ chat: [failure] });
    await expect(ask(server.url)).rejects.toMatchObject({ code: "STREAM_ERROR" });
  });
});

async function ask(baseUrl: string) {
  const timeouts = PATIENT;
  const provider = openProvider({ baseUrl, wire: "ollama", timeouts });
  return await completeText(provider, request, { signal: new AbortController().signal });
}
