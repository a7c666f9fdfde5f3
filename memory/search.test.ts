import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Author, Memory, Scope, Viewer } from "#core/memory.ts";
import { HUMAN, MemoryFolder, turnOf } from "#test/memory/memory-folder.ts";
import { Talk } from "#test/memory/talk.ts";
import type { NoteEmbedder } from "./note-embedder.ts";

const fact = (text: string) => ({ text, kind: "fact" as const });
const notes = async (memory: Memory, question: string, most?: number) => {
  const found = await memory.search(question, "human", most === undefined ? {} : { most });
  return found.notes.map(({ note }) => note.text);
};

describe("a search for notes", () => {
  test("finds by the same words, by other forms of them and by other words", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const wanted = "The invoices are printed on yellow paper.";
    for (const text of [
      wanted,
      "The lake freezes most winters.",
      "Jonas is allergic to peanuts.",
      "Meetings start five minutes past the hour.",
    ]) {
      await memory.save(fact(text), HUMAN);
    }
    for (const question of [
      "on which paper are the invoices printed?",
      "printing an invoice",
      "What colour are the bills?",
    ]) {
      expect((await notes(memory, question))[0]).toBe(wanted);
    }
    expect(await notes(memory, "qwertz uiop asdfg")).toEqual([]);
    expect(await notes(memory, "")).toEqual([]);
  });

  test("gives notes of one trust, and no episodes, where no more is asked for", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = new Talk();
    await talk.exchange("r", ["Where are the apples?", "In box 7."]);
    await memory.index(talk.journal);
    for (let n = 0; n < 30; n += 1) {
      await memory.save(fact(`Box ${n} holds apples, apples in boxes.`), turnOf("agent", `t${n}`));
    }
    await memory.save(fact("The apples are red."), HUMAN);
    const options = { trust: "human", notesOnly: true, most: 3 } as const;
    const found = await memory.search("boxes with apples", "human", options);
    expect(found.notes.map(({ note }) => note.text)).toEqual(["The apples are red."]);
    expect(found.episodes).toEqual([]);
  });

  test("shows a persona what everyone may see and its own, never another's", async () => {
    const scope = fc.constantFrom<Scope>("room", "persona:agent", "persona:python");
    const who = fc.constantFrom<Viewer>("human", { persona: "agent" }, { persona: "python" });
    await fc.assert(
      fc.asyncProperty(fc.array(scope, { maxLength: 12 }), who, async (scopes, viewer) => {
        await using place = new MemoryFolder();
        const memory = await place.open();
        for (const [n, one] of scopes.entries()) {
          await memory.save({ ...fact(`Box ${n} holds apples.`), scope: one }, HUMAN);
        }
        const found = await memory.search("boxes with apples", viewer, { most: 20 });
        const may = (one: Scope) =>
          viewer === "human" || one === "room" || one === `persona:${viewer.persona}`;
        expect(found.notes).toHaveLength(scopes.filter(may).length);
        expect(found.notes.every(({ note }) => may(note.scope))).toBe(true);
        expect(memory.list(viewer).every((note) => may(note.scope))).toBe(true);
        for (const [n, one] of scopes.entries()) {
          if (!may(one)) expect(() => memory.show(n + 1, viewer)).toThrow("no note");
        }
      }),
      { numRuns: 10 },
    );
  });

  test("gives at most 2 untrusted ones of 5, whatever they score", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const by = (n: number): Author => ({ ...turnOf("agent", `t${n}`), trust: "untrusted" });
    for (let n = 0; n < 8; n += 1) await memory.save(fact(`Apples apples apples ${n}.`), by(n));
    for (let n = 0; n < 4; n += 1) await memory.save(fact(`Box ${n} has apples and pears.`), HUMAN);
    const trusts = async (most: number) => {
      const found = await memory.search("apples", "human", { most });
      return found.notes.filter(({ note }) => note.trust === "untrusted").length;
    };
    expect(await notes(memory, "apples")).toHaveLength(5);
    expect([await trusts(1), await trusts(5), await trusts(10)]).toEqual([1, 2, 4]);
  });

  test("gives at least 1 and at most 20, and 5 where no number is given", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    for (let n = 0; n < 30; n += 1) await memory.save(fact(`Box ${n} holds apples.`), HUMAN);
    const counts: number[] = [];
    for (const most of [undefined, Number.NaN, -1, 0, 1.9, 20, 1000]) {
      counts.push((await notes(memory, "apples", most)).length);
    }
    expect(counts).toEqual([5, 1, 1, 1, 1, 20, 20]);
  });

  test("puts the newer of two that fit alike first", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await memory.save(fact("Shelf 17 holds apples."), HUMAN);
    place.clockMs += 200 * 86_400_000;
    await memory.save(fact("Shelf 18 holds apples."), HUMAN);
    expect(await notes(memory, "shelf with apples")).toEqual([
      "Shelf 18 holds apples.",
      "Shelf 17 holds apples.",
    ]);
  });

  test("ends when it is aborted, and takes anything for a question", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    await memory.save(fact("Shelf 17 holds apples."), HUMAN);
    const search = memory.search("apples", "human", { signal: AbortSignal.abort(new Error("no")) });
    await expect(search).rejects.toThrow("no");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), async (question) => {
        await memory.search(question, "human");
        await memory.search(`apples ${question}`, { persona: question });
      }),
    );
    for (const question of [
      '"',
      "NOT",
      "a OR (b",
      "\u0000",
      "\ud800",
      "x".repeat(100_000),
      "é—€",
    ]) {
      await memory.search(question, "human");
    }
  });
});

test("what was recalled is counted, and lives on", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const { id } = await memory.save(fact("Shelf 17 holds apples."), HUMAN);
  await memory.recalled([id, id, 99]);
  await memory.recalled([id]);
  expect((await place.open()).show(id, "human").used).toBe(2);
});

test("lists the newest first, of the states that are asked for", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const first = await memory.save(fact("Shelf 17 holds apples."), HUMAN);
  const second = await memory.save({ ...fact("Shelf 17 holds pears."), replaces: first.id }, HUMAN);
  const third = await memory.save({ ...fact("Cats sleep."), staged: true }, HUMAN);
  const ids = (...states: Parameters<Memory["list"]>[1][]) =>
    memory.list("human", states[0]).map(({ id }) => id);
  expect(ids()).toEqual([second.id]);
  expect(ids(["active", "staged", "superseded"])).toEqual([third.id, second.id, first.id]);
});

describe("a copy for a candidate", () => {
  test("has all, and what is done to it does not reach the first one", async () => {
    await using place = new MemoryFolder();
    await using other = new MemoryFolder();
    const memory = await place.open();
    const talk = new Talk();
    await talk.exchange("r", ["Which apples?", "Red ones."]);
    await memory.index(talk.journal);
    const { id } = await memory.save(fact("Shelf 17 holds apples."), HUMAN);
    await memory.copyTo(other.path);
    const copy = await other.open();
    await copy.save({ ...fact("Shelf 17 holds pears."), replaces: id }, HUMAN);
    await copy.forget(id);
    expect(await copy.verify()).toEqual({ notes: 1, staged: 0, episodes: 1, problems: [] });
    expect(await notes(memory, "shelf")).toEqual(["Shelf 17 holds apples."]);
    expect((await memory.verify()).problems).toEqual([]);
  });
});

/** Counts letters: as far from word vectors as can be. */
class Letters implements NoteEmbedder {
  readonly id = "letters";
  readonly dimensions = 26;
  readonly coverage = 0.15;
  asked = 0;

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.asked += texts.length;
    return texts.map((text) => {
      const counts = new Float32Array(26);
      for (const letter of text.toLowerCase()) {
        const at = letter.charCodeAt(0) - 97;
        if (at >= 0 && at < 26) counts[at] = (counts[at] ?? 0) + 1;
      }
      return counts;
    });
  }
}

test("another embedder makes its own vectors of all notes, and never compares them with older ones", async () => {
  await using place = new MemoryFolder();
  const before = await place.open();
  for (let n = 0; n < 70; n += 1) await before.save(fact(`Shelf ${n} holds apples.`), HUMAN);
  await before[Symbol.asyncDispose]();
  const embedder = new Letters();
  await using other = new MemoryFolder({ embedder });
  await (await place.open()).copyTo(other.path);
  const memory = await other.open();
  while (embedder.asked < 70) await memory.recalled([]);
  await memory.recalled([]);
  const { notes: found } = await memory.search("sleppa", "human", { most: 1 });
  expect(found[0]?.cosine).toBeGreaterThan(0.5);
  const again = await other.open();
  const asked = embedder.asked;
  await again.search("apples", "human");
  expect(embedder.asked).toBe(asked + 1);
  expect((await again.verify()).problems).toEqual([]);
});
