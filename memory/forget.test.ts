/** What goes with a note that is forgotten, and what stays. */
import { describe, expect, test } from "bun:test";
import { HUMAN, MemoryFolder } from "#test/memory/memory-folder.ts";
import { Talk } from "#test/memory/talk.ts";
import type { Author, Memory } from "./memory.ts";

const fact = (text: string) => ({ text, kind: "fact" }) as const;

/** A turn of a model that answered a line. */
function modelAt(room: string, seq: number): Author {
  return { trust: "model", origin: "persona:agent", room, seq, turn: `${room}${seq}` };
}

/** What every exchange says that is kept. */
async function kept(memory: Memory): Promise<readonly string[]> {
  const { episodes } = await memory.search("user agent said", "human", { most: 20 });
  return episodes.map(({ text }) => text);
}

/** Exchanges that can all be found by one word, which stands in each answer. */
async function talkOf(...lines: readonly (readonly [string, string])[]): Promise<Talk> {
  const talk = new Talk();
  for (const [line, answer] of lines) await talk.exchange("r", [line, `${answer} said`]);
  return talk;
}

describe("a note that is forgotten leaves alone", () => {
  test("exchanges in which no more than the line stands that it was made of", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = await talkOf(
      ["The beta crashes on start. What do you think?", "A missing DLL."],
      ["Postgres or SQLite? What do you think?", "SQLite."],
      ["What do you think?", "The door should be blue."],
    );
    await memory.index(talk.journal);
    const note = { ...fact("Doors look best in a dark blue."), quote: "What do you think?" };
    const { id } = await memory.save(note, modelAt("r", 9));
    await memory.forget(id);
    for (const reads of [false, true]) {
      if (reads) await memory.reindex(talk.journal);
      const left = await kept(memory);
      expect(left).toHaveLength(2);
      expect(left.join()).not.toContain("blue");
    }
  });

  test("an exchange that went on while the line was typed that it came from", async () => {
    await using place = new MemoryFolder();
    const memory = await place.open();
    const talk = new Talk();
    const asked = await talk.begin("r", await talk.line("r", "Which port does staging use?"));
    const line = await talk.line("r", "Keep what I told you of the alarm.");
    await talk.answer("r", asked, "Port 8443, as was said.");
    await talk.end("r", asked);
    const keeping = await talk.begin("r", line);
    await talk.answer("r", keeping, "Kept, as was said.");
    await talk.end("r", keeping);
    await memory.index(talk.journal);
    const { id } = await memory.save(fact("The alarm code is 4711."), modelAt("r", 3));
    await memory.forget(id);
    const left = ["user: Which port does staging use?\nagent: Port 8443, as was said."];
    expect(await kept(memory)).toEqual(left);
    await memory.reindex(talk.journal);
    expect(await kept(memory)).toEqual(left);
  });
});

test("the line that a forgotten note was made of is no quote of another note any more", async () => {
  await using place = new MemoryFolder();
  const memory = await place.open();
  const quote = "The archive opens with a word that rhymes with bort.";
  const { id } = await memory.save({ ...fact("The codeword is zanzibarwort."), quote }, HUMAN);
  const { id: other } = await memory.save({ ...fact("There is an archive."), quote }, HUMAN);
  await memory.forget(id);
  expect(memory.show(other, "human").quote).toBeUndefined();
});
