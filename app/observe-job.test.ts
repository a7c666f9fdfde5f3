/** Whether a room holds a line that a model is to be asked about. */
import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { Talk } from "#test/memory/talk.ts";
import { hasKeepable } from "./observe-job.ts";

const TOKEN = `ghp_${"0123456789abcdef".repeat(2)}ABCD`;
/** A reader of the room sees the token; a search for its bytes does not find it. */
const HIDDEN = `${TOKEN.slice(0, 20)}\u200b${TOKEN.slice(20)}`;

async function isKeepable(text: string, programs: readonly string[] = []): Promise<boolean> {
  const talk = new Talk();
  const id = await talk.line("r", text);
  const task = { room: "r", through: Number.MAX_SAFE_INTEGER };
  return await hasKeepable(task, {
    ...{ journal: talk.journal, memory: undefined, cleaner: new TextCleaner() },
    ofPrograms: async (ids) => {
      expect(ids).toEqual([id]);
      return new Set(programs);
    },
  });
}

test("a statement of the user is", async () => {
  expect(await isKeepable("We deploy the shop on Fridays.")).toBe(true);
});

test.each([TOKEN, HIDDEN])("no sentence with a secret is: %j", async (token) => {
  expect(await isKeepable(`We deploy the shop with ${token}.`)).toBe(false);
});

test("where nothing is, the lines of programs are not looked up", async () => {
  const talk = new Talk();
  await talk.line("r", "Is that fine?");
  const ofPrograms = () => Promise.reject(new Error("was asked"));
  const reading = { journal: talk.journal, memory: undefined, cleaner: new TextCleaner() };
  expect(await hasKeepable({ room: "r", through: 9 }, { ...reading, ofPrograms })).toBe(false);
});
