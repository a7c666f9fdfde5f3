import { expect, test } from "bun:test";
import { keyOf } from "#models/cassette/key.ts";
import { conversationOf, readSession } from "#models/demo/session.ts";
import { chunksOf } from "./chunks.ts";
import { WORDS } from "./words.ts";

test("the shipped cassette holds the words that were written, in their order and at their pace", async () => {
  const exchanges = await readSession();
  expect(exchanges.map(({ chunks }) => chunks)).toEqual(WORDS.map((words) => [...chunksOf(words)]));
});

test("what the words answer is kept as it counts", async () => {
  for (const { key, content } of await readSession()) {
    expect([keyOf(content), conversationOf(content)]).toEqual([key, content]);
  }
});

test("every word comes after the one before", () => {
  for (const words of WORDS) {
    const times = chunksOf(words).map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
});
