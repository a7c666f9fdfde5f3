import { expect, test } from "bun:test";
import { SizedEngine } from "./sized-engine.ts";

/** Starts nothing but remembers for how many tokens, and how each ended. */
function started(contextTokens: number) {
  const sizes: number[] = [];
  const ends: (() => void)[] = [];
  const engine = new SizedEngine(contextTokens, async (tokens) => {
    sizes.push(tokens);
    const { promise, resolve } = Promise.withResolvers<string>();
    ends.push(() => resolve("was killed by SIGKILL"));
    const end = async () => resolve("was ended");
    return { process: { ended: promise }, [Symbol.asyncDispose]: end };
  });
  return { sizes, ends, engine };
}

const { signal } = new AbortController();

test("is started with half of its context once, then not any more", async () => {
  const { sizes, ends, engine } = started(4096);
  await using _ = engine;
  await engine.engines.get(signal);
  ends[0]?.();
  await new Promise(setImmediate);
  expect(await engine.shrink()).toBe("halved");
  expect((await engine.engines.get(signal)).notice).toContain("1 of 3");
  expect(await engine.shrink()).toBe("off");
  await expect(engine.engines.get(signal)).rejects.toMatchObject({ code: "ENGINE_FAILED" });
  expect(sizes).toEqual([4096, 2048]);
});

test("what runs with the old size by then is ended, which is not a failure, and does not take the new one along", async () => {
  const { sizes, engine } = started(4096);
  await using _ = engine;
  await engine.engines.get(signal);
  expect(await engine.shrink()).toBe("halved");
  const { process, notice } = await engine.engines.get(signal);
  await new Promise(setImmediate);
  expect([notice, engine.engines.running === process, sizes]).toEqual([
    undefined,
    true,
    [4096, 2048],
  ]);
});

test.each([
  [1500, "halved", 1024],
  [1024, "off", undefined],
] as const)("of %p tokens it is %s", async (tokens, outcome, next) => {
  const { sizes, engine } = started(tokens);
  await using _ = engine;
  expect(await engine.shrink()).toBe(outcome);
  await engine.engines.get(signal).catch(() => undefined);
  expect(sizes[0]).toBe(next);
});
