import { expect, test } from "bun:test";
import { SilenceWatch } from "./silence.ts";

/** Runs a watch to its end. */
async function watched(
  limits: { readonly firstByteMs: number; readonly idleMs: number },
  act: (watch: SilenceWatch) => void,
) {
  const { promise, resolve } = Promise.withResolvers<{ ms: number; heard: boolean }>();
  using watch = new SilenceWatch(limits, (ms, heard) => resolve({ ms, heard }));
  act(watch);
  return await promise;
}

test("the first byte has a limit of its own", async () => {
  const said = await watched({ firstByteMs: 5, idleMs: 60_000 }, () => undefined);
  expect(said).toEqual({ ms: 5, heard: false });
});

test("after the first byte the other limit counts, shorter or longer", async () => {
  const shorter = await watched({ firstByteMs: 60_000, idleMs: 5 }, (watch) => watch.received());
  expect(shorter).toEqual({ ms: 5, heard: true });
  const longer = await watched({ firstByteMs: 5, idleMs: 15 }, (watch) => watch.received());
  expect(longer).toEqual({ ms: 15, heard: true });
});

test("every byte begins the wait anew", async () => {
  let lastHeard = 0;
  await watched({ firstByteMs: 1000, idleMs: 20 }, (watch) => {
    watch.received();
    setTimeout(() => {
      lastHeard = performance.now();
      watch.received();
    }, 10);
  });
  expect(lastHeard).toBeGreaterThan(0);
  expect(performance.now() - lastHeard).toBeGreaterThan(18);
});

test("the wait can be shortened and never lengthened", async () => {
  const limits = { firstByteMs: 60_000, idleMs: 20 };
  const shortened = await watched(limits, (watch) => {
    watch.received();
    watch.shorten(5);
    watch.shorten(60_000);
  });
  expect(shortened.ms).toBe(5);
});

test("limits beyond what a timer can hold do not fire at once", async () => {
  const forever = 2 ** 33;
  const said = await watched({ firstByteMs: forever, idleMs: forever }, (watch) => {
    setTimeout(() => watch.shorten(1), 5);
  });
  expect(said.ms).toBe(1);
});
