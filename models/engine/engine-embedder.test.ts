import { afterEach, beforeEach, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type EmbeddingServerFake, embeddingServer } from "#test/embedding-server.ts";
import { EngineEmbedder } from "./engine-embedder.ts";
import type { RunningEngine } from "./process.ts";
import { Restarts } from "./restarts.ts";

const { signal } = new AbortController();
let server: EmbeddingServerFake;
let nowMs = 0;
let starts = 0;
/** What a start throws; nothing when it works. */
let failure: OrgError | undefined;
let ends: ((how: string) => void)[] = [];
/** Addresses of the children, in the order of their starts; the last one is that of all further ones. */
let urls: string[] = [];

beforeEach(() => {
  server = embeddingServer([/shop/]);
  [nowMs, starts, failure, ends, urls] = [0, 0, undefined, [], [server.url]];
});
afterEach(() => server[Symbol.asyncDispose]());

function embedder() {
  const engines = new Restarts<RunningEngine>(async () => {
    starts += 1;
    if (failure !== undefined) throw failure;
    const { promise, resolve } = Promise.withResolvers<string>();
    ends.push(resolve);
    const url = urls[Math.min(starts, urls.length) - 1] ?? "";
    const about = { pid: 1, token: "t", contextTokens: 256, slots: 1, parameters: 22e6 };
    const process = { ...about, url, ended: promise };
    return { process, [Symbol.asyncDispose]: async () => undefined };
  });
  return new EngineEmbedder({ engines, cleaner: new TextCleaner(), now: () => nowMs });
}

test("nothing is started before the first text, and many go in pieces", async () => {
  const own = embedder();
  expect(starts).toBe(0);
  const texts = Array.from({ length: 70 }, (_, n) => `text ${n}`);
  expect(await own.embed(texts, "document", signal)).toHaveLength(70);
  expect([starts, server.requests.map(({ input }) => input.length)]).toEqual([
    1,
    [16, 16, 16, 16, 6],
  ]);
  expect(server.requests[0]?.model).toBe("all-MiniLM-L6-v2");
  expect(own.id).toMatch(/^engine all-MiniLM-L6-v2 [0-9a-f]{8}$/);
});

test("a text is cut where the model would stop reading, and is whole characters", async () => {
  await embedder().embed(["x".repeat(3999) + "🎉".repeat(9)], "query", signal);
  expect(server.requests[0]?.input[0]).toHaveLength(4000);
});

test("a child that ended meanwhile is started again, and asked once more", async () => {
  urls = ["http://127.0.0.1:9", server.url];
  const own = embedder();
  const asking = own.embed(["shop"], "query", signal);
  await Promise.race([asking.catch(() => undefined), Bun.sleep(0)]);
  ends[0]?.("was killed by SIGKILL");
  expect(await asking).toHaveLength(1);
  expect(starts).toBe(2);
});

test("what fails is left alone, twice as long after each failure, and asked again", async () => {
  failure = new OrgError("The built-in engine did not start", {
    ...{ code: "ENGINE_FAILED", remedies: ["org engine status"], unchanged: "Nothing was sent." },
  });
  const own = embedder();
  const ask = () => own.embed(["shop"], "query", signal).catch((error: unknown) => error);
  for (const [at, tries] of [
    ...([
      [0, 1],
      [9999, 1],
      [10_000, 2],
      [29_999, 2],
      [30_000, 3],
    ] as const),
  ]) {
    nowMs = at;
    expect(await ask()).toBe(failure);
    expect(starts).toBe(tries);
  }
  for (let at = 1; at < 12; at += 1) {
    nowMs += 300_000;
    expect(await ask()).toBe(failure);
    expect(starts).toBe(3 + at);
  }
  failure = undefined;
  nowMs += 300_000;
  expect(await ask()).toHaveLength(1);
  server.status = 400;
  expect(await ask()).toBeInstanceOf(OrgError);
  server.status = 200;
  nowMs += 10_000;
  expect(await ask()).toHaveLength(1);
});

test("one request is made after the other, however many ask", async () => {
  const own = embedder();
  const texts = Array.from({ length: 40 }, (_, n) => `text ${n}`);
  const made = await Promise.all(texts.map((text) => own.embed([text], "document", signal)));
  expect([made.length, server.mostAtOnce, starts]).toEqual([40, 1, 1]);
});

test("an abort is not a failure", async () => {
  const own = embedder();
  const aborted = own.embed(["shop"], "query", AbortSignal.abort(new Error("enough")));
  await expect(aborted).rejects.toThrow("enough");
  expect(await own.embed(["shop"], "query", signal)).toHaveLength(1);
});
