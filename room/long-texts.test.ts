/** Megabytes that could be secrets, on every way through a room: everything else has its turn while they are cleaned. */
import { describe, expect, spyOn, test } from "bun:test";
import { SecretFinder } from "#core/text/secret-finder.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { echoTool, entriesOf, openTestRoom, sayAndWait, testJournal } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

/** Beginnings of secrets, no two lines the same: a model that repeats itself is ended early. */
const HOSTILE: string = Array.from(
  { length: 8_000 },
  (_, index) => `token: ${index.toString(36)} \u202e pwd='pwd="`,
).join("\n");
/** No more than this is looked through between two turns of everything else, in characters. */
const MOST_AT_ONCE = 64 * 1024;

/** The longest text that was looked through at once while something was done. */
async function longestLook(work: () => Promise<unknown>): Promise<number> {
  using looks = spyOn(SecretFinder.prototype, "search");
  await work();
  return Math.max(0, ...looks.mock.calls.map(([text]) => text.length));
}

describe("no long text is looked through at once", () => {
  test.each([
    ["what a user pastes", HOSTILE, [say("Ok.")]],
    ["what a model says in one event", "hello", [say(HOSTILE, { chunk: HOSTILE.length })]],
    ["the arguments of a call", "hello", [call("sh", { cmd: HOSTILE }), say("Ok.")]],
    ["a prompt", HOSTILE.slice(0, 200_000), [say("Ok.")]],
  ] as const)("%s", async (_name, line, script) => {
    await using server = scriptedServer([...script]);
    await using home = await testJournal();
    const cleaner = new TextCleaner(["swordfish-1", "correct horse battery"]);
    const options = { journal: home.journal, url: server.url, cleaner, tools: [echoTool] };
    await using room = await openTestRoom(options);
    const longest = await longestLook(() => sayAndWait(room, line));
    expect(longest).toBeLessThan(MOST_AT_ONCE);
    expect((await entriesOf(home.journal)).length).toBeGreaterThan(1);
  });
});
