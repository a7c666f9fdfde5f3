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
let waits: (text: string) => Promise<unknown>;

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
  let turns = 0;
  waits = (text) => {
    turns += 1;
    return memory.save({ text, kind: "fact", staged: true }, { ...by, turn: `w${turns}` });
  };
  learn = (text, replaces) =>
    memory.save({ text, kind: "fact", ...(replaces === undefined ? {} : { replaces }) }, by);
});
afterAll(() => parts.disposeAsync());

async function run(...words: readonly string[]) {
  const output = capturedOutput();
  const personas = () => ["agent", "python"];
  const deps = { memory: service, personas, cleaner: new TextCleaner(), output, signal };
  const exit = await runMemoryCommand(parseCommandLine(["memory", ...words]), deps);
  expect(exit).toBe(0);
  return { exit, stdout: output.stdout, stderr: output.stderr };
}

/** What a command asks of the memory. */
async function requestOf(...words: readonly string[]): Promise<unknown> {
  const own = service;
  const requests: unknown[] = [];
  service = async (request) => {
    requests.push(request);
    throw new Error("It was asked");
  };
  await expect(run(...words)).rejects.toThrow("It was asked");
  service = own;
  return requests[0];
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

test("a page has what is trusted, by kind, and each note on one line", async () => {
  await run("add", "The shop opens at nine.");
  await run("add", "To deploy,  push to main.", "--kind", "procedure");
  expect((await run("export", "--md")).stdout).toBe(
    "# What is kept\n\n## Facts\n\n- The shop opens at nine. (m1)\n" +
      "\n## Procedures\n\n- To deploy, push to main. (m2)\n",
  );
});

test("a note is shown with the room, the number and the words that it came from", async () => {
  await learn("The shop opens at nine.");
  const { stdout } = await run("show", "1");
  expect(stdout.replace(new RegExp(DAY), "DAY")).toBe(`m1 · fact · model · DAY
  The shop opens at nine.
from   persona:agent in room r1, line 1
words  Keep
       this.
for    every persona of this home
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
  expect(stderr).toMatch(/^Similar notes; .*\n {2}m1 · fact · human · /);
  const replacing = await run("add", "--replaces", "m2", "The shop opens at eleven.");
  expect(replacing.stdout).toBe("m3 saved; it replaces m2\n");
  expect(replacing.stderr).toMatch(/^Similar notes; .*\n {2}m1 · .*\n$/);
  expect((await run("list")).stdout.match(/^m\d+/gm)).toEqual(["m3", "m1"]);
  expect((await run("list", "--all")).stdout).toContain("opens at ten. (m3 replaced it)");
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
  await expect(refused).rejects.toMatchObject({
    ...{ code: "PERSONA_UNKNOWN", unchanged: "Nothing was kept." },
    remedies: expect.arrayContaining(['org memory add --for python "…"']),
  });
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

test("a longer review says how to see all of it, and how long it waits", async () => {
  for (let n = 0; n < 51; n += 1) await waits(`Door ${n} has code ${n}${n}.`);
  const { stdout, stderr } = await run("review");
  expect(stdout.split("\n")).toHaveLength(51);
  expect(stderr).toStartWith("… and 1 more; org memory review --json shows all\n");
  expect(stderr).toContain("30 days");
  const all = (await run("review", "--json")).stdout.trim().split("\n");
  expect(all).toHaveLength(51);
});

test("a list of all says which export shows all, and an export says what is no longer so", async () => {
  await run("add", "The shop opens at nine.");
  await run("add", "--replaces", "m1", "The shop opens at ten.");
  await waits("The shop opens at eleven.");
  const rows = (await run("export", "--all")).stdout.trim().split("\n");
  expect(rows).toHaveLength(3);
  expect(rows[0]).toEndWith("at eleven. (staged)");
  expect(rows[1]).toEndWith("at ten.");
  expect(rows[2]).toEndWith("at nine. (m2 replaced it)");
  expect((await run("export")).stdout).toMatch(/^- m2 [^\n]*\n$/);
  for (let n = 0; n < 50; n += 1) await run("add", `Door ${n} has code ${n}${n}.`);
  expect((await run("list", "--all")).stderr).toContain("… and 3 more; export --all shows all");
});

test("trusting a note that another one took the place of says that it is not found", async () => {
  await run("add", "The shop opens at nine.");
  await run("add", "--replaces", "m1", "The shop opens at ten.");
  const { stdout } = await run("trust", "m1");
  expect(stdout).toBe("m1 trusted, but hidden: m2 replaced it\n");
  expect(JSON.parse((await run("trust", "m1", "--json")).stdout)).toMatchObject({
    ...{ id: 1, done: "trusted", note: { state: "superseded", supersededBy: 2 } },
  });
  expect((await run("trust", "m2")).stdout).toBe("m2 trusted\n");
});

const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  all: [],
  most: ["3"],
  kind: ["fact"],
  replaces: ["m1"],
  for: ["python"],
  room: ["r1"],
};
const OPERANDS: Readonly<Record<string, readonly string[]>> = {
  ...{ search: ["rain"], add: ["It snows."], show: ["m1"], forget: ["m1"], trust: ["m1"] },
};
const OF: Readonly<Record<string, readonly string[]>> = {
  ...{ all: ["list", "export"], most: ["search"] },
  ...{ kind: ["add"], replaces: ["add"], for: ["add"], room: ["add"] },
};
const ACTIONS = ["list", "search", "add", "show", "forget", "trust", "review", "export", "verify"];
const FOREIGN = [...ACTIONS, "reindex", ""].flatMap((action) =>
  Object.keys(OPTIONS)
    .filter((option) => !OF[option]?.includes(action || "list"))
    .map((option) => [action, option] as const),
);

test.each(FOREIGN)("%j refuses --%s, which is of another action", async (action, option) => {
  await run("add", "It rains.");
  const words = action === "" ? [] : [action];
  const refused = run(
    ...words,
    `--${option}`,
    ...(OPTIONS[option] ?? []),
    ...(OPERANDS[action] ?? []),
  );
  await expect(refused).rejects.toMatchObject({ code: "USAGE" });
  await expect(refused).rejects.toThrow(`--${option} is only for`);
  expect((await run("list")).stdout.split("\n")).toHaveLength(2);
});

test("verify and reindex say what there is", async () => {
  await run("add", "It rains.");
  const { exit, stdout } = await run("verify");
  expect([exit, stdout]).toEqual([0, "✔ notes: 1, to review: 0, episodes: 1\n"]);
  expect((await run("reindex")).exit).toBe(0);
  expect(await run("reindex", "--verify")).toMatchObject({ exit: 0, stdout });
});

test.each([
  [["show"], "Which note?"],
  [["show", "all"], '"all" is not a note'],
  [["show", "m1", "m2"], 'Unexpected argument "m2"'],
  [["list", "m2"], 'Unexpected argument "m2"'],
  [["add"], "Which text should be kept?"],
  [["search"], "For what?"],
  [["search", "x", "--most", "21"], 'Invalid value for --most: "21" (1 to 20)'],
])("%j is refused", async (words, message) => {
  await expect(run(...words)).rejects.toMatchObject({
    ...{ code: "USAGE", message, unchanged: "Nothing was changed." },
    remedies: ["org memory list", 'org memory add "…"', "org memory show m12"],
  });
});

test.each(["1", "20"])("a search for at most %s asks for so many", async (most) => {
  expect(await requestOf("search", "rain", "--most", most)).toEqual({
    ...{ kind: "search", query: "rain", most: Number(most) },
  });
});

test("what is added is handed on with all that its options say", async () => {
  const options = ["--kind", "insight", "--replaces", "M12", "--for", "python", "--room", "r1"];
  expect(await requestOf("add", ...options, " It ", "rains. ")).toEqual({
    kind: "add",
    draft: { text: "It  rains.", kind: "insight", scope: "persona:python", replaces: 12 },
    room: "r1",
  });
  expect(await requestOf("add", "It rains.")).toEqual({
    ...{ kind: "add", draft: { text: "It rains.", kind: "fact" } },
  });
  expect(await requestOf("reindex", "--verify")).toEqual({ kind: "reindex", compares: true });
  expect(await requestOf("reindex")).toEqual({ kind: "reindex", compares: false });
  expect(await requestOf("verify")).toEqual({ kind: "verify" });
  expect(await requestOf("review")).toEqual({ kind: "list", states: ["staged"] });
  expect(await requestOf("list", "--all")).toEqual({
    ...{ kind: "list", states: ["active", "staged", "superseded"] },
  });
  expect(await requestOf()).toEqual({ kind: "list", states: ["active"] });
});

test("forgetting says where else the words are, and that backups keep them", async () => {
  await run("add", "It rains.");
  expect(await run("forget", "1")).toMatchObject({
    ...{ stdout: "m1 forgotten\n", stderr: "Older backups keep it.\n" },
  });
  await run("add", "It snows.");
  const own = service;
  service = async (request, stop) => {
    if (request.kind !== "forget") return await own(request, stop);
    const { notes } = await own({ kind: "list", states: ["active"] }, stop);
    return { ...(await own(request, stop)), notes: [...notes, ...notes] };
  };
  expect((await run("forget", "m2")).stderr).toBe(
    "The same words are also in m2, m2.\nOlder backups keep it.\n",
  );
});

test("what the user should know goes to standard error", async () => {
  const asked = service;
  service = async (request, stop) => ({ ...(await asked(request, stop)), notice: "no model" });
  expect((await run("list", "--json")).stderr).toBe("! no model\n");
});
