import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { ChannelLock } from "#core/channel-lock.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { calling, DONE, memoryProvider, saying } from "#test/memory-provider.ts";
import { PATIENT } from "#test/patience.ts";
import { defineTool } from "#tools/define-tool.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { TURN_LIMITS } from "#tools/turn-meter.ts";
import { runWithTools } from "../chat.ts";
import { messagesBody } from "./anthropic/request.ts";
import { fitPrompt, messageTokens } from "./context.ts";
import { contextModel } from "./context-model.ts";
import { imagesOf, showPictures, withTexts } from "./images.ts";
import { chatBody } from "./ollama/request.ts";
import { openAiProvider } from "./openai/openai.ts";
import { requestBody } from "./openai/request.ts";
import { agent } from "./personas/agent.ts";
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

describe("pictures of results", () => {
  const picture = (index: number) => ({ ...image, name: `${index}.png` });
  const shownIn = async (windowTokens: number, ...counts: readonly number[]) => {
    const model = { windowTokens, takesImages: () => Promise.resolve(true) };
    const { signal } = new AbortController();
    const current: ChatMessage[] = [];
    let before = 0;
    for (const count of counts) {
      const pictures = Array.from({ length: count }, (_, index) => picture(before + index + 1));
      await showPictures(current, pictures, { model, signal });
      before += count;
    }
    return current.map((one) => [
      one.content,
      imagesOf(one)
        .map(({ name }) => name)
        .join(" "),
    ]);
  };

  test("are shown up to four, the newest first to stay, and all are named", async () => {
    expect(await shownIn(128_000, 2, 1, 2)).toEqual([
      ["(what was returned: 1.png, 2.png)", "2.png"],
      ["(what was returned: 3.png)", "3.png"],
      ["(what was returned: 4.png, 5.png)", "4.png 5.png"],
    ]);
    expect(await shownIn(128_000, 8)).toEqual([
      [expect.stringContaining("1.png, 2.png"), "5.png 6.png 7.png 8.png"],
    ]);
  });

  test("take half of a window at the most, and one is always shown", async () => {
    expect((await shownIn(4096, 1, 2)).map(([, shown]) => shown)).toEqual(["", "3.png"]);
    expect((await shownIn(8192, 1, 1, 1)).map(([, shown]) => shown)).toEqual([
      "",
      "2.png",
      "3.png",
    ]);
  });

  test.each([true, false])("reach a model that sees (%p), and no event", async (takesImages) => {
    const provider = memoryProvider((_request, index) =>
      index === 0
        ? [calling("look", { name: "one" }, "a"), calling("look", { name: "two" }, "b"), DONE]
        : saying("Done."),
    );
    const camera = defineTool({
      ...{ name: "look", effect: "none", description: "Takes a picture." },
      input: z.object({ name: z.string() }),
      run: async ({ name }) => ({ ok: true, output: name, images: [{ ...image, name }] }),
    });
    const about = { provider, name: "m", windowTokens: 8192, others: [], takesImages };
    const turn = {
      ...{ id: "t1", message: "m1", model: contextModel(agent, about), history: [] },
      ...{ tools: new Toolbox([camera]), cleaner: new TextCleaner(), others: ["user"] },
      ...{ lock: new ChannelLock(), limits: TURN_LIMITS, signal: new AbortController().signal },
    };
    const events = await Array.fromAsync(runWithTools(turn));
    const behind = { role: "user", content: "(what was returned: one, two)" };
    const images = [
      { ...image, name: "one" },
      { ...image, name: "two" },
    ];
    expect(provider.requests[1]?.messages.slice(takesImages ? -3 : -2)).toMatchObject([
      { role: "tool", callId: "a", content: "one" },
      { role: "tool", callId: "b", content: "two" },
      ...(takesImages ? [{ ...behind, images }] : []),
    ]);
    expect(JSON.stringify(events)).not.toContain(image.data);
  });
});
