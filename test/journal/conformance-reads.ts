/** Reading: from an offset, then live, without a lost or doubled entry. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Entry } from "#core/journal.ts";
import { Bench, type OpenEngine } from "./conformance-bench.ts";

export function testReads(open: OpenEngine): void {
  testFiniteReads(open);
  testLiveReads(open);
}

function testFiniteReads(open: OpenEngine): void {
  test("reads one room from an offset to its head", async () => {
    await using bench = await Bench.with(open);
    for (let n = 1; n <= 5; n += 1) await bench.append("a", `${n}`);
    await bench.append("b", "elsewhere");
    expect(await seqs(bench.engine.read("a", 1))).toEqual([1, 2, 3, 4, 5]);
    expect(await seqs(bench.engine.read("a", 4))).toEqual([4, 5]);
    expect(await seqs(bench.engine.read("a", 6))).toEqual([]);
    expect(await seqs(bench.engine.read("nowhere", 1))).toEqual([]);
  });

  test("ends at the head of when it began, though others go on writing", async () => {
    await using bench = await Bench.with(open);
    await Promise.all(Array.from({ length: 300 }, (_, n) => bench.append("a", `${n}`)));
    const seen: number[] = [];
    for await (const { seq } of bench.engine.read("a", 1)) {
      seen.push(seq);
      await bench.append("a", `more ${seq}`);
    }
    expect(seen).toEqual(upTo(300));
  });
}

function testLiveReads(open: OpenEngine): void {
  test("a live read gets what is there, then what comes; the signal ends it", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "1");
    const stop = new AbortController();
    const reader = bench.engine.read("a", 1, { live: true, signal: stop.signal });
    const iterator = reader[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ seq: 1 });
    const next = iterator.next();
    await bench.append("b", "of no interest");
    await bench.append("a", "2");
    expect((await next).value).toMatchObject({ seq: 2, key: "2" });
    const never = iterator.next();
    stop.abort();
    expect(await never).toEqual({ done: true, value: undefined });
  });

  test("a signal that is aborted already yields nothing", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "1");
    const options = { live: true, signal: AbortSignal.abort() };
    expect(await seqs(bench.engine.read("a", 1, options))).toEqual([]);
  });

  test("closing the engine ends live reads", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "1");
    const reader = bench.engine.read("a", 1, { live: true })[Symbol.asyncIterator]();
    await reader.next();
    const never = reader.next();
    await bench.reopen();
    expect(await never).toEqual({ done: true, value: undefined });
  });

  test("any number of live readers see every entry once and in order", async () => {
    const reader = fc.record({ from: fc.integer({ min: 1, max: 25 }), startsAt: fc.nat(20) });
    const bursts = fc.array(fc.nat(5), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(bursts, fc.array(reader, { maxLength: 4 }), async (sizes, readers) => {
        await using bench = await Bench.with(open);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const readings: Promise<void>[] = [];
        for (const [step, size] of sizes.entries()) {
          const starting = readers.filter(({ startsAt }) => startsAt % sizes.length === step);
          readings.push(...starting.map(({ from }) => expectAll(bench, from, total)));
          const burst = Array.from({ length: size }, (_, n) => bench.append("a", `${step} ${n}`));
          // Some bursts run into the next one, so that commits and reads fall between each other.
          if (size % 2 === 0) await Promise.all(burst);
        }
        await Promise.all(readings);
      }),
      { numRuns: 15 },
    );
  });
}

/** Reads live until the entry `last` has come, and expects every one before it. */
async function expectAll(bench: Bench, from: number, last: number): Promise<void> {
  const seen: number[] = [];
  if (from > last) return;
  for await (const { seq } of bench.engine.read("a", from, { live: true })) {
    seen.push(seq);
    if (seq >= last) break;
  }
  expect(seen).toEqual(upTo(last).slice(from - 1));
}

async function seqs(entries: AsyncIterable<Entry>): Promise<number[]> {
  const seen: number[] = [];
  for await (const { seq } of entries) seen.push(seq);
  return seen;
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
