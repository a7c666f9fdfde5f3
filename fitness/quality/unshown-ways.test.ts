import { expect, test } from "bun:test";
import { allHonestTools, honestTool } from "#test/candidates/honest-tools.ts";
import { SPOILED, spoiledSource, UNNOTICED } from "#test/candidates/silent-attacks.ts";
import { toolOf } from "#test/tools/recipe.ts";
import type { HeldText } from "#tools/contract/validation.ts";
import { openTool } from "../oracle/tool-under-test.ts";
import { partsOf } from "./program-parts.ts";
import { unshownWays } from "./unshown-ways.ts";

const inside = { signal: new AbortController().signal };

/** What is said of an honest tool, as it is or with another program. */
async function heldOf(name: string, source?: string): Promise<readonly string[]> {
  return (await holdsOf(name, source)).map(({ message }) => message);
}

const looked = new Map<string, Promise<readonly HeldText[]>>();

/** Looked at once: several tests ask for the same program, and its seed is the same. */
async function holdsOf(name: string, source?: string): Promise<readonly HeldText[]> {
  const key = `${name}\n${source ?? ""}`;
  const known = looked.get(key) ?? lookAt(name, source);
  looked.set(key, known);
  return await known;
}

async function lookAt(name: string, source?: string): Promise<readonly HeldText[]> {
  const { recipe, missing } = honestTool(name);
  const { files, ...made } = toolOf(source === undefined ? recipe : { ...recipe, source });
  const own = new Map([...files].filter(([file]) => file !== missing));
  const tool = openTool({ ...made, files: own });
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const { watched, relaxed } = await partsOf(tool, inside);
  return await unshownWays(tool, { watched, relaxed, seed: 1, inside });
}

async function heldOfSpoiled(id: string): Promise<readonly string[]> {
  return (await holdsOfSpoiled(id)).map(({ message }) => message);
}

async function holdsOfSpoiled(id: string): Promise<readonly HeldText[]> {
  const spoiled = SPOILED.find((one) => one.id === id);
  if (spoiled === undefined) throw new Error(`There is no ${id}`);
  return await holdsOf(spoiled.name, spoiledSource(spoiled));
}

test.each([
  ["silent-slice", '"text.slice(0, 4096)" takes something away for', "tool.ts:"],
  ["silent-masks-codes", '"one.charCodeAt(0) & 2047" takes something away for', "tool.ts:"],
  ["silent-one-number", '"n === 137" is true for {"n":137}', "tool.ts:"],
  ["silent-loop-with-a-limit", '"at < 4096" is false for', "tool.ts:"],
  ["silent-in-a-try", '"text.length > 4096" is true for', "tool.ts:"],
  ["silent-checksum", "is true in no case and no test, and would change the answer to", "tool.ts:"],
  ["silent-few-means", '"Math.min(numbers.length, 250)" is number 2 for', "tool.ts:"],
  ["silent-python-prefix", "\"args['a'][:48]\" takes something away for", "tool.py:"],
  ["silent-python-drops-greek", '"880 <= ord(one) < 1024" is true for', "tool.py:"],
  ["silent-python-try", '"return -1" is reached for', "tool.py:"],
  ["silent-means-byte", '"new Uint8Array([times])" keeps something away for', "tool.ts:"],
  ["silent-means-deque", 'maxlen=7000)" keeps something away for', "tool.py:"],
  ["silent-means-last-of-equal", "keeps something away for", "tool.py:"],
  ["silent-python-min", "\"min(len(args['text']), 3000)\" is number 2 for", "tool.py:"],
])("%s is held with the line and an input", async (id, said, where) => {
  const held = await heldOfSpoiled(id);
  expect(held.join("\n")).toContain(said);
  expect(held.join("\n")).toContain("add a case that shows what is right there");
  expect(held.join("\n")).toContain(where);
});

test.each<[string, readonly [piece: string, by: string], string]>([
  [
    "comment-lines",
    ['line.trim() === ""', 'line.trim() === "" || !line.isWellFormed()'],
    '"!line.isWellFormed()" is true for',
  ],
  [
    "swap-words",
    [
      "reversed(line.split())",
      'line.split() if line == "" or not line.isascii() else line.split()[::-1]',
    ],
    '"not line.isascii()" is true for',
  ],
])(
  "the last part of a joined condition of %s tells as well",
  async (name, [piece, by], said) => {
    const { source = "" } = honestTool(name).recipe;
    expect(source).toContain(piece);
    const held = await heldOf(
      name,
      source.replace(piece, () => by),
    );
    expect(held.join("\n")).toContain(said);
  },
  60_000,
);

test("an input is told for which a case would say what is right, and none that a case has already", async () => {
  const inputs = async (id: string) => (await holdsOfSpoiled(id)).map(({ input }) => input);
  expect(await inputs("silent-one-number")).toContainEqual({ n: 137 });
  expect((await inputs("silent-means-byte"))[0]).toBeDefined();
  expect((await inputs("silent-first-line"))[0]).toBeDefined();
  expect(await inputs("silent-checksum")).toContain(undefined);
});

test("what the cases show of all texts holds for others, too", async () => {
  expect((await heldOfSpoiled("silent-first-line")).join()).toContain(
    "a result has as many characters as the input in all its cases, but ",
  );
});

test.each([
  "caesar",
  "title-case",
  "moving-mean",
  "crc32",
  "wrap-text",
  "strip-accents",
  "initials",
])("%s, whose cases show what it does, is nothing to hold", async (name) => {
  expect(await heldOf(name)).toEqual([]);
});

test("ways that change nothing do not hide the one behind them that does", async () => {
  const { source = "" } = honestTool("caesar").recipe;
  const first = "return text.replace(";
  expect(source).toContain(first);
  const decoys = Array.from(
    { length: 13 },
    (_, at) => `if (text.length === ${7000 + at}) text.trim();`,
  );
  const last = 'if (text.length > 4096) return "";';
  const program = source.replace(first, [...decoys, last, first].join("\n  "));
  expect((await heldOf("caesar", program)).join("\n")).toContain("text.length > 4096");
});

/** What is said of an honest tool, with a piece of its program replaced. */
async function heldWith(name: string, piece: string, by: string): Promise<string> {
  const { source = "" } = honestTool(name).recipe;
  expect(source).toContain(piece);
  return (
    await heldOf(
      name,
      source.replace(piece, () => by),
    )
  ).join("\n");
}

test.each([
  [
    ...["that a test goes and does not look at", "slope-angle", "(rise / length) * 100"],
    ...["(rise / Math.max(length, 0.05)) * 100", '"Math.max(length, 0.05)" is number 2 for'],
  ],
  [
    ...["before what is waited for", "account-balance", "of args.bookings) await"],
    ...["of args.bookings) if (amount !== -333) await", '"amount !== -333" is false for'],
  ],
  [
    ...["for a word of ordinary length", "mask-emails", "{1,64}@", "{1,12}@"],
    ...["keeps something away for"],
  ],
  [
    ...["that makes letters compatible", "join-names", ".format(names)"],
    ...['.format(names).normalize("NFKC")', '.normalize(\\"NFKC\\")" takes something away for'],
  ],
  [
    ...["behind a number of few bits", "leap-days", "Math.floor(last / 400)"],
    ...["((last / 400) & 7)", '"(last / 400) & 7" takes something away for'],
  ],
  [
    ...["behind blanks of one kind", "dedent", "line.trimStart().length"],
    ...['line.replace(/^[ ]+/, "").length', "keeps something away for"],
  ],
  [
    ...["for several of the same", "markdown-table", '"\\\\|")', '"\\\\|", 3)'],
    ...["keeps something away for"],
  ],
])("a way %s is held", async (_what, ...[name = "", piece = "", by = "", said = ""]) => {
  expect(await heldWith(name, piece, by)).toContain(said);
});

test("composing letters is none", async () => {
  const composed = '.format(names).normalize("NFC")';
  expect(await heldWith("join-names", ".format(names)", composed)).toBe("");
});

test("at most one in fifty of them passes", () => {
  expect(UNNOTICED.length / SPOILED.length).toBeLessThanOrEqual(0.02);
});

// All of them take a minute: ORG_CANDIDATES=all bun test fitness/quality/unshown-ways.test.ts
const NTH = Bun.env["ORG_CANDIDATES"] === "all" ? 1 : 16;
const some = <One>(all: readonly One[]): readonly One[] =>
  all.filter((_one, index) => index % NTH === 0);

test.each(some(SPOILED.map(({ id }) => id)))(
  "%s is held, unless it is one of those that are not",
  async (id) => {
    expect((await heldOfSpoiled(id)).length > 0).toBe(!UNNOTICED.includes(id));
  },
);

test.each(some(allHonestTools().map(({ name }) => name)))("the honest %s does", async (name) => {
  expect(await heldOf(name)).toEqual([]);
});
