import { expect, test } from "bun:test";
import { aborted } from "./aborted.ts";

test("the wait for a signal ends when it is aborted, and not before", async () => {
  const stop = new AbortController();
  let isOver = false;
  const waiting = aborted(stop.signal).then(() => {
    isOver = true;
  });
  await Promise.resolve();
  expect(isOver).toBe(false);
  stop.abort();
  await waiting;
  expect(isOver).toBe(true);
});

test("the wait for a signal that was aborted before is none", async () => {
  await aborted(AbortSignal.abort());
});
