import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelLock } from "#core/channel-lock.ts";
import { paidEmbedder } from "#models/openai/embedder.ts";
import { openAiEmbeddings } from "#models/openai/embeddings.ts";
import { type EmbeddingServerFake, embeddingServer } from "#test/embedding-server.ts";
import { PATIENT } from "#test/patience.ts";
import { EmbeddingCache } from "./embedding-cache.ts";
import { ToolEmbeddings } from "./tool-embeddings.ts";

const TOOLS = [
  { name: "dice_roll", description: "Rolls dice.", asks: [] },
  { name: "csv_read", description: "Reads tables.", asks: ["open a spreadsheet"] },
  { name: "weather", description: "Tells the weather.", asks: [] },
];
const { signal } = new AbortController();

let folder = "";
let cache: EmbeddingCache;
let server: EmbeddingServerFake;
let nowMs = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-embeddings-"));
  cache = new EmbeddingCache(join(folder, "embeddings.sqlite"));
  server = embeddingServer([/dice|chance/, /table|ledger/, /weather|umbrella/]);
  nowMs = 0;
});
afterEach(async () => {
  cache[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

function embeddings(model = "m", from: EmbeddingCache = cache): ToolEmbeddings {
  const timeouts = PATIENT;
  const embedder = paidEmbedder({
    server: openAiEmbeddings({ baseUrl: server.url, timeouts }),
    ...{ model, lock: new ChannelLock() },
    account: { reserve: async () => ({ settle: async () => [] }) },
  });
  return new ToolEmbeddings({ embedder, cache: from, now: () => nowMs });
}

const textsSent = () => server.requests.reduce((sum, { input }) => sum + input.length, 0);

test("tools are ranked by their vectors", async () => {
  const own = embeddings();
  expect((await own.nearest(TOOLS, "do I need an umbrella", signal))?.[0]).toBe(2);
  expect((await own.nearest(TOOLS, "a game of chance", signal))?.[0]).toBe(0);
  expect(own.takeNotice()).toBeUndefined();
});

test("a text is sent once, also after a restart; a new tool costs one text", async () => {
  await embeddings().nearest(TOOLS, "umbrella", signal);
  expect(textsSent()).toBe(4);
  using again = new EmbeddingCache(join(folder, "embeddings.sqlite"));
  const restarted = embeddings("m", again);
  expect((await restarted.nearest(TOOLS, "umbrella", signal))?.[0]).toBe(2);
  expect(textsSent()).toBe(4);
  const more = [...TOOLS, { name: "slug", description: "Makes slugs.", asks: [] }];
  await restarted.nearest(more, "umbrella", signal);
  expect(server.requests.at(-1)?.input).toEqual(["slug\nMakes slugs."]);
  expect(textsSent()).toBe(5);
});

test("another model makes its own vectors", async () => {
  await embeddings("one").nearest(TOOLS, "umbrella", signal);
  await embeddings("two").nearest(TOOLS, "umbrella", signal);
  expect(textsSent()).toBe(8);
});

test("a model that has become another one under its name is asked for everything anew", async () => {
  await embeddings().nearest(TOOLS, "umbrella", signal);
  server.topics = [/weather|chance/, /dice/];
  const own = embeddings();
  expect((await own.nearest(TOOLS, "a game of chance", signal))?.[0]).toBe(2);
  expect(own.takeNotice()).toBeUndefined();
});

test("a server that fails is said once, left alone for a minute, and asked again", async () => {
  const own = embeddings();
  server.status = 500;
  expect(await own.nearest(TOOLS, "umbrella", signal)).toBeUndefined();
  expect(own.takeNotice()).toContain("tools are searched without the embedding model");
  expect(own.takeNotice()).toBeUndefined();
  const asked = server.requests.length;
  nowMs = 59_000;
  expect(await own.nearest(TOOLS, "umbrella", signal)).toBeUndefined();
  expect(server.requests).toHaveLength(asked);
  server.status = 200;
  nowMs = 60_000;
  expect((await own.nearest(TOOLS, "umbrella", signal))?.[0]).toBe(2);
});

test("a server that goes on failing is not said again, until it has answered", async () => {
  const own = embeddings();
  const notices: (string | undefined)[] = [];
  for (const status of [500, 500, 200, 500]) {
    server.status = status;
    nowMs += 60_000;
    await own.nearest(TOOLS, `umbrella ${nowMs}`, signal);
    notices.push(own.takeNotice());
  }
  const notice = expect.stringContaining("tools are searched without");
  expect(notices).toEqual([notice, undefined, undefined, notice]);
});

test("an abort is not a failure of the server", async () => {
  const own = embeddings();
  const aborted = AbortSignal.abort(new Error("enough"));
  const failure = own.nearest(TOOLS, "umbrella", aborted).catch((error: unknown) => error);
  expect(await failure).toMatchObject({ message: "enough" });
  expect(own.takeNotice()).toBeUndefined();
});

test("the cache keeps what was used last", async () => {
  using small = new EmbeddingCache(join(folder, "small.sqlite"), 2);
  await embeddings("m", small).nearest(TOOLS, "umbrella", signal);
  expect(textsSent()).toBe(4);
  await embeddings("m", small).nearest(TOOLS, "umbrella", signal);
  expect(textsSent()).toBeGreaterThanOrEqual(6);
});
