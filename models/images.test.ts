import { describe, expect, test } from "bun:test";
import { PATIENT } from "#test/patience.ts";
import { messagesBody } from "./anthropic/request.ts";
import { fitPrompt, messageTokens } from "./context.ts";
import { imagesOf, withTexts } from "./images.ts";
import { chatBody } from "./ollama/request.ts";
import { openAiProvider } from "./openai/openai.ts";
import { requestBody } from "./openai/request.ts";
import type { ChatMessage, ChatRequest } from "./provider.ts";

const image = { name: "pic.png", mediaType: "image/png", data: "aGVsbG8=" } as const;
const message: ChatMessage = { role: "user", content: "user: what?", images: [image] };
const request: ChatRequest = { model: "m", messages: [message], tools: [] };

describe("an image on the wire", () => {
  test("of compatible servers is a data URL behind the text", () => {
    expect(JSON.parse(requestBody(request)).messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "user: what?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,aGVsbG8=" } },
        ],
      },
    ]);
  });

  test("of Ollama stands beside the text", () => {
    const settings = { windowTokens: 4096, thinks: false };
    expect(JSON.parse(chatBody(request, settings)).messages).toEqual([
      { role: "user", content: "user: what?", images: ["aGVsbG8="] },
    ]);
  });

  test("of Anthropic is a block with its kind", () => {
    expect(JSON.parse(messagesBody(request)).messages[0].content).toEqual([
      { type: "text", text: "user: what?" },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "aGVsbG8=" } },
    ]);
  });
});

describe("an image in a prompt", () => {
  test("is counted, and stays with its message when neighbours are joined", () => {
    expect(messageTokens(message)).toBeGreaterThan(1600);
    const history = [[{ role: "user", content: "python: hm" } as const], [message]];
    const fitted = fitPrompt({ system: "s", history, current: [], budgetTokens: 4000 });
    expect(fitted.map(imagesOf)).toEqual([[], [image]]);
    const tight = fitPrompt({ system: "s", history, current: [], budgetTokens: 1000 });
    expect(tight.flatMap(imagesOf)).toEqual([]);
  });

  test("is not touched by what cleans the text", () => {
    const shouting = withTexts(request, (plain) =>
      JSON.parse(JSON.stringify(plain).toUpperCase().toLowerCase()),
    );
    expect(shouting.messages[0]).toEqual(message);
  });
});

describe("whether a model sees", () => {
  test.each([
    ["Ollama", { "/api/show": { capabilities: ["completion", "vision"] } }, true],
    ["Ollama", { "/api/show": { capabilities: ["completion"] } }, false],
    ["llama.cpp", { "/props": { modalities: { vision: true, audio: false } } }, true],
    ["LM Studio", { "/api/v0/models": { data: [{ id: "m", type: "vlm" }] } }, true],
    ["LM Studio", { "/api/v0/models": { data: [{ id: "m", type: "llm" }] } }, false],
    ["a server that does not tell", {}, undefined],
  ])("%s tells with %j", async (_who, routes: Readonly<Record<string, unknown>>, sees) => {
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => {
        const answer = routes[new URL(url).pathname];
        return answer === undefined ? new Response("", { status: 404 }) : Response.json(answer);
      },
    });
    const timeouts = PATIENT;
    const provider = openAiProvider({ baseUrl: server.url.origin, timeouts });
    expect(await provider.takesImages?.("m", new AbortController().signal)).toBe(sees);
  });
});
