import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ChannelLock } from "./channel-lock.ts";

describe("ChannelLock", () => {
  test("serves speakers in the order they asked", async () => {
    const lock = new ChannelLock();
    const order: string[] = [];
    const speak = async (owner: string) => {
      using _turn = await lock.waitForLock(1000, { owner });
      order.push(owner);
    };
    await Promise.all([speak("agent"), speak("python"), speak("toolsmith")]);
    expect(order).toEqual(["agent", "python", "toolsmith"]);
  });

  test("gives a plain release function, which may be called twice", async () => {
    const lock = new ChannelLock();
    using release = await lock.waitForLock(10_000);
    release();
    using second = await lock.waitForLock(10_000, { owner: "second" });
    release();
    expect(lock.owners).toEqual(["second"]);
    second();
    expect(lock.owners).toEqual([]);
  });

  test("names the holder when the wait runs out", async () => {
    const lock = new ChannelLock();
    using _held = await lock.waitForLock(1000, { owner: "python" });
    await expect(lock.waitForLock(5, { owner: "agent" })).rejects.toMatchObject({
      code: "LOCK_HELD",
      message: '"agent" waited 5 ms for the channel held by "python"',
    });
  });

  test("an abort rejects with its own reason, before and during the wait", async () => {
    const lock = new ChannelLock();
    const stop = new AbortController();
    using _held = await lock.waitForLock(1000);
    const waiting = lock.waitForLock(1000, { signal: stop.signal });
    stop.abort(new Error("Esc"));
    await expect(waiting).rejects.toThrow("Esc");
    await expect(lock.waitForLock(1000, { signal: stop.signal })).rejects.toThrow("Esc");
    expect(lock.waiting).toBe(0);
  });

  test("a waiter that gives up neither blocks nor overtakes those behind", async () => {
    const lock = new ChannelLock();
    using held = await lock.waitForLock(1000, { owner: "python" });
    const gaveUp = lock.waitForLock(5, { owner: "agent" });
    const behind = lock.waitForLock(1000, { owner: "toolsmith" });
    await expect(gaveUp).rejects.toMatchObject({ code: "LOCK_HELD" });
    expect(lock.owners).toEqual(["python"]);
    held();
    using _turn = await behind;
    expect(lock.owners).toEqual(["toolsmith"]);
  });

  test("lets in as many as its limit", async () => {
    const lock = new ChannelLock(2);
    using first = await lock.waitForLock(1000, { owner: "a" });
    using _second = await lock.waitForLock(1000, { owner: "b" });
    const third = lock.waitForLock(1000, { owner: "c" });
    expect([lock.owners, lock.waiting]).toEqual([["a", "b"], 1]);
    first();
    using _third = await third;
    expect(lock.owners).toEqual(["b", "c"]);
  });

  test("refuses a limit that would let no one in", () => {
    expect(() => new ChannelLock(0)).toThrow(RangeError);
  });
});

test("never lets more in than the limit nor changes the order, whatever the scheduling", async () => {
  const speakers = fc.array(fc.constantFrom("speaks", "throws", "gives up"), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      speakers,
      fc.integer({ min: 1, max: 3 }),
      async (s, kinds, limit) => {
        const lock = new ChannelLock(limit);
        const entered: number[] = [];
        let inside = 0;
        let worst = 0;
        const all = kinds.map(async (kind, index) => {
          const stop = new AbortController();
          const wait = lock.waitForLock(Number.POSITIVE_INFINITY, { signal: stop.signal });
          if (kind === "gives up") stop.abort();
          using _turn = await wait;
          entered.push(index);
          inside += 1;
          worst = Math.max(worst, inside);
          await s.schedule(Promise.resolve());
          inside -= 1;
          if (kind === "throws") throw new Error("speaker crashed");
        });
        await s.waitFor(Promise.allSettled(all));
        expect(worst).toBeLessThanOrEqual(limit);
        expect(entered).toEqual(entered.toSorted((a, b) => a - b));
        expect([inside, lock.owners, lock.waiting]).toEqual([0, [], 0]);
      },
    ),
  );
});
