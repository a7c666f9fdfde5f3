/** An embedding model in place of the table of words, and what becomes of a memory when that model fails. */

import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { Memory } from "#core/memory.ts";
import { HUMAN, MemoryFolder } from "#test/memory/memory-folder.ts";
import { until } from "#test/until.ts";
import type { NoteEmbedder } from "./note-embedder.ts";

const TOPICS = [/deploy|ship|release/i, /cat|pet|animal/i, /port|server/i];

/** A number for each topic of a text; it can fail as one does whose process is gone. */
class Topics implements NoteEmbedder {
  readonly id: string = "topics";
  readonly dimensions = 4;
  readonly coverage = 0.1;
  asked = 0;
  /** What happens to texts; nothing: they are embedded. */
  trouble: (() => Promise<void>) | undefined;
  numbers = 4;

  async embed(texts: readonly string[]): Promise<readonly Float32Array[]> {
    this.asked += texts.length;
    await this.trouble?.();
    return texts.map((text) => {
      const values = [...TOPICS.map((topic) => (topic.test(text) ? 1 : 0)), 0.1];
      return Float32Array.from(values.slice(0, this.numbers));
    });
  }
}

const gone = async () => {
  throw new OrgError("The built-in engine did not start", {
    ...{ code: "ENGINE_FAILED", remedies: ["org engine status"], unchanged: "Nothing was sent." },
  });
};

const fact = (text: string) => ({ text, kind: "fact" as const });
const found = async (memory: Memory, question: string) =>
  (await memory.search(question, "human")).notes.map(({ note }) => note.text);

function place() {
  const embedder = new Topics();
  const failures: string[] = [];
  const onFallBack = (error: OrgError) => void failures.push(error.code);
  return { embedder, failures, home: new MemoryFolder({ embedder, onFallBack }) };
}

const DEPLOYS = "We deploy on Fridays.";
const CAT = "The cat sleeps on the sofa.";

test("notes are found by what the model says of them, without a word in common", async () => {
  const { embedder, failures, home } = place();
  await using _home = home;
  const memory = await home.open();
  for (const text of [DEPLOYS, CAT]) await memory.save(fact(text), HUMAN);
  expect(await found(memory, "When is it shipped?")).toEqual([DEPLOYS]);
  expect([embedder.asked, failures]).toEqual([3, []]);
});

test("a model that fails is asked once, told of once, and its notes are found as by the table of words", async () => {
  const { embedder, failures, home } = place();
  await using _home = home;
  const memory = await home.open();
  for (const text of [DEPLOYS, CAT]) await memory.save(fact(text), HUMAN);
  embedder.trouble = gone;
  const asked = embedder.asked;
  expect(await found(memory, "On which day do we deploy?")).toEqual([DEPLOYS]);
  // Kitten is a word of the table, and of no note.
  expect((await found(memory, "Where is the kitten?"))[0]).toBe(CAT);
  const { id, near } = await memory.save(fact("We deploy on Mondays."), HUMAN);
  expect(near.map(({ note }) => note.text)).toContain(DEPLOYS);
  expect([embedder.asked - asked, failures]).toEqual([1, ["ENGINE_FAILED"]]);
  expect(id).toBe(3);
  expect((await memory.verify()).problems).toEqual([]);
});

test("with the next start the model is asked again, for what it has not seen, too", async () => {
  const { embedder, home } = place();
  await using _home = home;
  const first = await home.open();
  await first.save(fact(CAT), HUMAN);
  embedder.trouble = gone;
  await first.save(fact(DEPLOYS), HUMAN);
  embedder.trouble = undefined;
  const asked = embedder.asked;
  const memory = await home.open();
  await until("the note to be embedded", async () => embedder.asked > asked);
  await until("the note to be found", async () => (await found(memory, "shipped?")).length === 1);
  expect(await found(memory, "When is it shipped?")).toEqual([DEPLOYS]);
});

test("where the table of words was used before, the model goes through its notes, and the other way round", async () => {
  await using words = new MemoryFolder();
  const before = await words.open();
  await before.save(fact(DEPLOYS), HUMAN);
  await before[Symbol.asyncDispose]();
  const embedder = new Topics();
  embedder.trouble = gone;
  await using home = new MemoryFolder({ embedder });
  await Bun.write(home.path, Bun.file(words.path));
  const memory = await home.open();
  expect(await found(memory, "On which day do we deploy?")).toEqual([DEPLOYS]);
  await memory[Symbol.asyncDispose]();
  using database = new Database(home.path);
  const kept = database.query("select embedder, length(v) as bytes from vector").all();
  expect(kept).toEqual([{ embedder: "words-128", bytes: 128 }]);
});

test("a failure in the middle of a save costs nothing, and a note has the vectors that are compared", async () => {
  const { embedder, failures, home } = place();
  await using _home = home;
  const memory = await home.open();
  await memory.save(fact(CAT), HUMAN);
  const { promise, resolve } = Promise.withResolvers<void>();
  // One is answered after the other one has failed.
  let asked = 0;
  embedder.trouble = async () => {
    asked += 1;
    if (asked === 2) await gone();
    await promise;
  };
  const slow = memory.save(fact(DEPLOYS), HUMAN);
  await memory.save(fact("The server listens on port 80."), HUMAN);
  resolve();
  await slow;
  expect(failures).toEqual(["ENGINE_FAILED"]);
  expect((await found(memory, "On which day do we deploy?"))[0]).toBe(DEPLOYS);
  expect((await memory.verify()).problems).toEqual([]);
});

test("a model that gives other numbers than it should is not believed", async () => {
  const { embedder, failures, home } = place();
  await using _home = home;
  const memory = await home.open();
  embedder.numbers = 3;
  await memory.save(fact(DEPLOYS), HUMAN);
  expect(failures).toEqual(["STREAM_ERROR"]);
  expect(await found(memory, "On which day do we deploy?")).toEqual([DEPLOYS]);
});

test("an abort is the asker's own, and no failure of the model", async () => {
  const { failures, home } = place();
  await using _home = home;
  const memory = await home.open();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(memory.search("deploy", "human", { signal })).rejects.toThrow("enough");
  expect(failures).toEqual([]);
});
