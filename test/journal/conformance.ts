/** What every engine of the journal must do; a test file calls this with the engine it tests. */
import { expect, test } from "bun:test";
import { Conflict, Fenced } from "#core/journal.ts";
import { Bench, notice, type OpenEngine } from "./conformance-bench.ts";
import { testErasing } from "./conformance-erasing.ts";
import { testAgainstModel } from "./conformance-model.ts";
import { testReads } from "./conformance-reads.ts";

export function testConformance(open: OpenEngine): void {
  testAppends(open);
  testConditions(open);
  testRooms(open);
  testLocks(open);
  testFences(open);
  testReads(open);
  testErasing(open);
  testAgainstModel(open);
}

function testAppends(open: OpenEngine): void {
  test("numbers the entries of each room from 1, without gaps", async () => {
    await using bench = await Bench.with(open);
    expect(await bench.engine.head("a")).toBe(0);
    const appended = await Promise.all([
      bench.append("a", "1"),
      bench.append("b", "1"),
      bench.append("a", "2"),
    ]);
    expect(appended.map(({ seq }) => seq)).toEqual([1, 1, 2]);
    expect(await bench.engine.head("a")).toBe(2);
  });

  test("gives back what was written, and when", async () => {
    await using bench = await Bench.with(open);
    const event = notice(`\u0000 \ud83d\ude00 "' ünï\n${"x".repeat(70_000)}`);
    bench.clockMs = 1_234_567;
    await bench.engine.append("a room", { key: "ключ", event });
    await bench.reopen();
    expect(await Array.fromAsync(bench.engine.read("a room", 1))).toEqual([
      { seq: 1, key: "ключ", at: 1_234_567, event },
    ]);
  });

  test("the same key twice is written once, and says where", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "first");
    expect(await bench.append("a", "second")).toEqual({ seq: 2, dup: false });
    expect(await bench.append("a", "first")).toEqual({ seq: 1, dup: true });
    expect(await bench.append("b", "first")).toEqual({ seq: 1, dup: false });
    const both = [bench.append("c", "k"), bench.append("c", "k")];
    expect(await Promise.all(both)).toEqual([
      { seq: 1, dup: false },
      { seq: 1, dup: true },
    ]);
  });
}

function testConditions(open: OpenEngine): void {
  test("`expect` must be the head", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "1", { expect: 0 });
    const late = bench.append("a", "2", { expect: 0 });
    await expect(late).rejects.toThrow(Conflict);
    await expect(late).rejects.toMatchObject({ head: 1 });
    expect(await bench.append("a", "2", { expect: 1 })).toEqual({ seq: 2, dup: false });
  });

  test("of many writers that saw the same head one gets through", async () => {
    await using bench = await Bench.with(open);
    const race = Array.from({ length: 20 }, (_, n) => bench.append("a", `${n}`, { expect: 0 }));
    const results = await Promise.allSettled(race);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await bench.engine.head("a")).toBe(1);
  });

  test("a refused write leaves its neighbours of the same moment alone", async () => {
    await using bench = await Bench.with(open);
    const results = await Promise.allSettled([
      bench.append("a", "1"),
      bench.append("a", "refused", { expect: 7 }),
      bench.append("a", "2"),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const keys = (await Array.fromAsync(bench.engine.read("a", 1))).map(({ key }) => key);
    expect(keys).toEqual(["1", "2"]);
  });

  test("a key that is there already is said before anything else is checked", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "1");
    const fence = { name: "turn", token: 99 };
    expect(await bench.append("a", "1", { expect: 42, fence })).toEqual({ seq: 1, dup: true });
  });
}

function testRooms(open: OpenEngine): void {
  test("lists the rooms, the one used last first", async () => {
    await using bench = await Bench.with(open);
    expect(await bench.engine.rooms()).toEqual([]);
    for (const room of ["a", "", "b", "a"]) {
      bench.clockMs += 10;
      await bench.append(room, `${bench.clockMs}`);
    }
    expect(await bench.engine.rooms()).toEqual([
      { room: "a", head: 2, startedAt: 1_000_010, lastAt: 1_000_040 },
      { room: "b", head: 1, startedAt: 1_000_030, lastAt: 1_000_030 },
      { room: "", head: 1, startedAt: 1_000_020, lastAt: 1_000_020 },
    ]);
  });

  test("closing writes what was handed in, and refuses what comes later", async () => {
    await using bench = await Bench.with(open);
    const { engine } = bench;
    const last = bench.append("a", "last");
    await bench.reopen();
    expect(await last).toEqual({ seq: 1, dup: false });
    expect(await bench.engine.head("a")).toBe(1);
    const late = engine.append("a", { key: "late", event: notice("") });
    await expect(late).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
    await expect(engine.head("a")).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  });
}

function testLocks(open: OpenEngine): void {
  test("a lock has one holder, and its token grows with every one", async () => {
    await using bench = await Bench.with(open);
    expect(await bench.engine.acquire("turn", "ada", 100)).toEqual({ token: 1 });
    expect(await bench.engine.acquire("turn", "bob", 100)).toBeNull();
    expect(await bench.engine.acquire("turn", "ada", 100)).toBeNull();
    expect(await bench.engine.acquire("other", "bob", 100)).toEqual({ token: 1 });
    expect(await bench.engine.release("turn", 1)).toBe(true);
    expect(await bench.engine.release("turn", 1)).toBe(false);
    await bench.reopen();
    expect(await bench.engine.acquire("turn", "bob", 100)).toEqual({ token: 2 });
  });

  test("a lock ends with its time, unless it is renewed", async () => {
    await using bench = await Bench.with(open);
    await bench.engine.acquire("turn", "ada", 100);
    bench.clockMs += 99;
    expect(await bench.engine.renew("turn", 1, 100)).toBe(true);
    bench.clockMs += 99;
    expect(await bench.engine.acquire("turn", "bob", 100)).toBeNull();
    bench.clockMs += 1;
    expect(await bench.engine.renew("turn", 1, 100)).toBe(false);
    expect(await bench.engine.acquire("turn", "bob", 100)).toEqual({ token: 2 });
    expect(await bench.engine.release("turn", 1)).toBe(false);
    expect(await bench.engine.renew("turn", 1, 100)).toBe(false);
  });

  test("a lock outlives a restart of the engine", async () => {
    await using bench = await Bench.with(open);
    await bench.engine.acquire("turn", "ada", 100);
    await bench.reopen();
    expect(await bench.engine.acquire("turn", "bob", 100)).toBeNull();
    expect(await bench.engine.renew("turn", 1, 100)).toBe(true);
  });
}

function testFences(open: OpenEngine): void {
  test("a fenced write needs the lock, and learns who has it instead", async () => {
    await using bench = await Bench.with(open);
    const fence = { name: "turn", token: 1 };
    await expect(bench.append("a", "0", { fence })).rejects.toThrow(Fenced);
    await bench.engine.acquire("turn", "ada", 100);
    await bench.append("a", "1", { fence });

    bench.clockMs += 100;
    const expired = bench.append("a", "2", { fence });
    await expect(expired).rejects.toMatchObject({ name: "Fenced", holder: null });

    await bench.engine.acquire("turn", "bob", 100);
    const late = bench.append("a", "2", { fence });
    await expect(late).rejects.toMatchObject({ name: "Fenced", holder: "bob" });
    await bench.append("a", "2", { fence: { name: "turn", token: 2 } });
    expect(await bench.engine.head("a")).toBe(2);
  });

  test("a fence is checked in the order of the calls, also within one transaction", async () => {
    await using bench = await Bench.with(open);
    const fence = { name: "turn", token: 1 };
    const [before, , during, , after] = await Promise.allSettled([
      bench.append("a", "before", { fence }),
      bench.engine.acquire("turn", "ada", 100),
      bench.append("a", "during", { fence }),
      bench.engine.release("turn", 1),
      bench.append("a", "after", { fence }),
    ]);
    expect([before.status, during.status, after.status]).toEqual([
      "rejected",
      "fulfilled",
      "rejected",
    ]);
  });
}
