/** Taking words out of entries: what every engine of the journal must do. */
import { expect, test } from "bun:test";
import type { Erasure } from "#core/journal.ts";
import { Bench, type OpenEngine } from "./conformance-bench.ts";

export function testErasing(open: OpenEngine): void {
  const erasure = (more: Partial<Erasure> = {}): Erasure => ({
    from: (text) => text.replaceAll("4711", "[x]"),
    ...more,
  });
  const all = async (bench: Bench, room: string) => {
    const entries = await Array.fromAsync(bench.engine.read(room, 1));
    return entries.map(({ seq, key, at, event }) => [seq, key, at, "text" in event && event.text]);
  };

  test("what is erased is gone from every room, and all else of the entries stays", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "one");
    await bench.append("a", "code 4711");
    await bench.append("b", "4711 4711");
    const before = await all(bench, "a");
    expect(await bench.engine.erase(erasure())).toBe(2);
    expect(await bench.engine.erase(erasure())).toBe(0);
    for (const reopens of [true, false]) {
      expect(await all(bench, "a")).toEqual([
        before[0] ?? [],
        [2, "code 4711", before[1]?.[2] ?? 0, "code [x]"],
      ]);
      expect((await all(bench, "b")).map((entry) => entry[3])).toEqual(["[x] [x]"]);
      if (reopens) await bench.reopen();
    }
    expect(await bench.append("b", "4711 4711")).toEqual({ seq: 1, dup: true });
    expect((await bench.append("b", "next")).seq).toBe(2);
  });

  test("of one line more is erased than of the others, also of the three hundredth", async () => {
    await using bench = await Bench.with(open);
    await Promise.all(Array.from({ length: 300 }, (_one, n) => bench.append("a", `word ${n}`)));
    const from = (text: string) => text.replace("word", "[y]");
    const line = { room: "a", seq: 300, from };
    expect(await bench.engine.erase(erasure({ line }))).toBe(1);
    expect((await all(bench, "a")).filter((entry) => String(entry[3]).includes("[y]"))).toEqual([
      [300, "word 299", 1_000_000, "[y] 299"],
    ]);
  });

  test("two that are erased at once are both gone, and what comes meanwhile stays", async () => {
    await using bench = await Bench.with(open);
    await bench.append("a", "one two");
    const other = { from: (text: string) => text.replace("one", "[1]") };
    const more = { from: (text: string) => text.replace("two", "[2]") };
    const { engine } = bench;
    await Promise.all([engine.erase(other), engine.erase(more), bench.append("a", "three")]);
    expect((await all(bench, "a")).map((entry) => entry[3])).toEqual(["[1] [2]", "three"]);
  });
}
