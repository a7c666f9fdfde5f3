import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { answerOfMemory } from "#server/socket/memory-service.ts";
import { MemoryFolder } from "#test/memory/memory-folder.ts";
import { Talk } from "#test/memory/talk.ts";

const { signal } = new AbortController();

test("episodes that are not what the journal says are counted, and made anew", async () => {
  await using place = new MemoryFolder();
  const talk = new Talk();
  for (const line of ["Where is the attic?", "Who has the key?", "When is lunch?"]) {
    await talk.exchange("r", [line, "I cannot know."]);
  }
  const first = await place.open();
  await first.index(talk.journal);
  expect(await first.reindex(talk.journal)).toBe(0);
  await first[Symbol.asyncDispose]();
  const file = new Database(place.path);
  file.run("update episode set text = 'user: Where is the safe?' where first_seq = 1");
  file.run("delete from episode where text like '%lunch%'");
  file.close();
  const memory = await place.open();
  const asked = { memory, journal: talk.journal, copyPath: () => "" };
  for (const problems of [["2 episodes were not what the journal says; they are made anew."], []]) {
    const { report } = await answerOfMemory(asked, { kind: "reindex", compares: true }, signal);
    expect(report).toMatchObject({ episodes: 3, problems });
  }
  const { episodes } = await memory.search("attic", "human");
  expect(episodes[0]?.text).toBe("user: Where is the attic?\nagent: I cannot know.");
});
