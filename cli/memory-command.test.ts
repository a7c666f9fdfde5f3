import { afterAll, beforeEach, expect, test } from "bun:test";
import type { HumanMessage } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { MemoryService } from "#server/socket/memory-service.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { homeMemory } from "#test/memory/home-memory.ts";
import { testJournal } from "#test/room-fixture.ts";
import { parseCommandLine } from "./command-line.ts";
import { runMemoryCommand } from "./memory-command.ts";

const { signal } = new AbortController();
let parts = new AsyncDisposableStack();
let service: MemoryService;
let learn: (text: string, replaces?: number) => Promise<unknown>;

beforeEach(async () => {
  await parts.disposeAsync();
  parts = new AsyncDisposableStack();
  const home = parts.use(await testJournal());
  const own = parts.use(homeMemory());
  service = own.held.service(home.journal);
  const line: HumanMessage = {
    ...{ type: "message", id: "x", from: "user", text: "Keep\nthis.", to: [], mode: "group" },
  };
  await home.journal.append("r1", { key: "x", event: line });
  const memory = await own.held.source(home.journal).open();
  const by = { trust: "model", origin: "persona:agent", room: "r1", seq: 1, turn: "t1" } as const;
  learn = (text, replaces) =>
    memory.save({ text, kind: "fact", ...(replaces === undefined ? {} : { replaces }) }, by);
});
afterAll(() => parts.disposeAsync());

async function run(...words: readonly string[]) {
  const output = capturedOutput();
  const personas = () => ["agent", "python"];
  const deps = { memory: service, personas, cleaner: new TextCleaner(), output, signal };
  const exit = await runMemoryCommand(parseCommandLine(["memory", ...words]), deps);
  return { exit, stdout: output.stdout, stderr: output.stderr };
}

const DAY = String.raw`\d{1,2} \w{3}`;

test("what is added is listed, found, shown and forgotten", async () => {
  expect((await run()).stderr).toStartWith("No note is kept.");
  expect((await run("add", "The shop", "opens at nine.")).stdout).toBe("m1 saved\n");
  const row = new RegExp(`^m1 · fact · human · ${DAY}: The shop opens at nine\\.\\n$`);
  expect((await run("list")).stdout).toMatch(row);
  expect((await run("search", "shop")).stdout).toMatch(row);
  expect((await run("forget", "m1")).stdout).toBe("m1 forgotten\n");
  expect((await run("search", "shop")).stderr).toBe("Nothing was found.\n");
  await expect(run("show", "m1")).rejects.toMatchObject({ code: "MEMORY_UNKNOWN" });
});

test("a note is shown with the room, the number and the words that it came from", async () => {
  await learn("The shop opens at nine.");
  const { stdout } = await run("show", "1");
  expect(stdout.replace(new RegExp(DAY), "DAY")).toBe(`m1 · fact · model · DAY
  The shop opens at nine.
from   persona:agent in room r1, line 1
words  Keep
       this.
for    everybody in this home
saved  1×, recalled 0×
`);
});

test("what waits for a review is listed with how to answer, and trusting it makes it the user's word", async () => {
  expect((await run("review")).stderr).toBe("No note waits for your review.\n");
  await learn("The shop opens at nine.");
  await learn("The shop opens at ten.", 1);
  const { stdout, stderr } = await run("review");
  expect(stdout).toMatch(/^m2 · fact · model · .* \(for m1, once you trust it\)\n$/);
  expect(stderr).toContain("org memory trust mN");
  await run("trust", "m2");
  expect((await run("list")).stdout).toMatch(/^m2 · fact · human · .*ten\.\n$/);
});

test("near notes are shown to who adds one, and one is replaced by its number", async () => {
  await run("add", "The shop opens at nine.");
  const { stdout, stderr } = await run("add", "The shop opens at ten.");
  expect(stdout).toBe("m2 saved\n");
  expect(stderr).toMatch(/^Near it; .*\n {2}m1 · fact · human · /);
  await run("add", "--replaces", "m2", "The shop opens at eleven.");
  expect((await run("list")).stdout.match(/^m\d+/gm)).toEqual(["m3", "m1"]);
  expect((await run("list", "--all")).stdout).toContain("opens at ten. (m3 took its place)");
  expect((await run("add", "The shop opens at nine.")).stdout).toBe("m1 says this already\n");
});

test("every answer is JSON for programs", async () => {
  const added = JSON.parse((await run("add", "--json", "--for", "python", "It rains.")).stdout);
  expect(added).toMatchObject({ outcome: "saved", note: { id: 1, scope: "persona:python" } });
  expect(JSON.parse((await run("list", "--json")).stdout)).toMatchObject({ id: 1, trust: "human" });
  const found = JSON.parse((await run("search", "rains", "--json")).stdout);
  expect(found.notes[0]).toMatchObject({ id: 1, score: expect.any(Number) });
  expect(JSON.parse((await run("show", "m1", "--json")).stdout)).toMatchObject({ note: { id: 1 } });
  expect(JSON.parse((await run("verify", "--json")).stdout)).toMatchObject({ problems: [] });
  expect(JSON.parse((await run("trust", "m1", "--json")).stdout)).toMatchObject({ id: 1 });
});

test("a note for a persona that is not there is refused", async () => {
  const refused = run("add", "--for", "pyhton", "It rains.");
  await expect(refused).rejects.toMatchObject({ code: "PERSONA_UNKNOWN" });
  expect((await run("list")).stdout).toBe("");
});

test("a list for a reader is short, an export is whole", async () => {
  for (let index = 1; index <= 51; index += 1)
    await run("add", `Door ${index} has code ${index}${index}.`);
  const { stdout, stderr } = await run("list");
  expect(stdout.split("\n")).toHaveLength(51);
  expect(stderr).toBe("… and 1 more; export shows all\n");
  expect((await run("export")).stdout.split("\n- ")).toHaveLength(51);
});

test("verify and reindex say what there is", async () => {
  await run("add", "It rains.");
  const { exit, stdout } = await run("verify");
  expect([exit, stdout]).toEqual([0, "✔ notes: 1, to review: 0, episodes: 1\n"]);
  expect((await run("reindex")).exit).toBe(0);
});

test.each([
  [["show"], "Which note?"],
  [["show", "all"], '"all" is not a note'],
  [["show", "m1", "m2"], '"m2" is one argument too many'],
  [["list", "m2"], '"m2" is one argument too many'],
  [["add"], "What should be kept?"],
  [["search"], "For what?"],
  [["search", "x", "--most", "21"], 'Invalid value for --most: "21" (1 to 20)'],
])("%j is refused", async (words, message) => {
  await expect(run(...words)).rejects.toMatchObject({ code: "USAGE", message });
});
