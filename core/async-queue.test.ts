import { expect, test } from "bun:test";
import fc from "fast-check";
import { AsyncQueue } from "./async-queue.ts";

test("what was pushed comes out in order, then the stream ends", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  const read = Array.fromAsync(queue);
  queue.push(2);
  await Promise.resolve();
  queue.push(3);
  queue.close();
  queue.push(4);
  expect(await read).toEqual([1, 2, 3]);
});

test("a reader that leaves the loop is sent nothing more", async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  for await (const item of queue) {
    expect(item).toBe(1);
    break;
  }
  queue.push(2);
  expect(await Array.fromAsync(queue)).toEqual([]);
});

test("loses and reorders nothing, whenever the pushes come", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.nat()), async (s, items) => {
      const queue = new AsyncQueue<number>();
      const read = Array.fromAsync(queue);
      const writer = (async () => {
        for (const item of items) {
          await s.schedule(Promise.resolve());
          queue.push(item);
        }
        queue.close();
      })();
      await s.waitFor(writer);
      expect(await read).toEqual(items);
    }),
  );
});
