import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { HUMAN, MemoryFolder } from "#test/memory/memory-folder.ts";
import { Talk } from "#test/memory/talk.ts";

const TEXTS = ["Сайт называется «Ромашка».", "店は金曜日にデプロイされます。", "The shop is blue."];

test("a memory that was indexed by other words is indexed anew once, when it is opened", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const talk = new Talk();
  for (const text of TEXTS) {
    await memory.save({ text, kind: "fact" }, HUMAN);
    await talk.exchange("r", [text, "Noted."]);
    // The window of this one has no words of other scripts but those of the exchange before it.
    await talk.exchange("r", ["pebble", "stone"]);
  }
  await memory.index(talk.journal);
  await memory[Symbol.asyncDispose]();
  {
    // As an older release left it: other words for what is not ASCII, and no table that says so.
    using before = new Database(place.path);
    before.run("drop table made_by");
    const none = new Int8Array(128);
    const spoil = (table: string, id: number) => {
      before.run(`delete from ${table} where rowid = ?`, [id]);
      before.run(`insert into ${table} (rowid, stems) values (?, '«x»')`, [id]);
    };
    for (const id of [1, 2]) {
      spoil("note_fts", id);
      before.run("update vector set v = ? where note = ?", [none, id]);
    }
    for (const id of [1, 2, 3, 4]) {
      spoil("episode_fts", id);
      before.run("update episode set v = ? where id = ?", [none, id]);
    }
  }
  const again = await place.open();
  for (const [at, question] of ["ромашка", "金曜日", "blue shop"].entries()) {
    const { notes, episodes } = await again.search(question, "human", { most: 1 });
    const text = TEXTS[at] ?? "";
    expect(notes.map(({ note }) => note.text)).toEqual([text]);
    expect(notes[0]?.cosine).toBeGreaterThan(0.2);
    expect(episodes.map((one) => one.text)).toEqual([`user: ${text}\nagent: Noted.`]);
  }
  expect((await again.verify()).problems).toEqual([]);
  await again[Symbol.asyncDispose]();
  {
    using since = new Database(place.path);
    since.run("delete from note_fts where rowid = 1");
  }
  const third = await place.open();
  expect((await third.verify()).problems).toEqual(["1 live notes cannot be found by their words."]);
});
