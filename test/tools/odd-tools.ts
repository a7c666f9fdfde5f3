/** Tools that look strange and are right. */
import { PYTHON_SOURCE, type Recipe, SOURCE, TESTS } from "./recipe.ts";

export const PLAIN: Recipe = {};

export const PLAIN_PYTHON: Recipe = { spec: { language: "python" } };

/** Dangerous words where nothing reads them: comments and text. */
export const DANGEROUS_WORDS: Recipe = {
  source: SOURCE.replace(
    "  const kept",
    '  // Never process.exit(0), eval("…") or fetch() here; rm -rf / would be worse.\n  if (title === "eval(process.env)") ctxFree("globalThis.constructor");\n  const kept',
  ).replace(
    "export async function run",
    "/** Takes a text such as `require('child_process')` and forgets it. */\nfunction ctxFree(text: string): number {\n  return text.length;\n}\n\nexport async function run",
  ),
};

/** Letters of other alphabets, one of which is written from right to left. */
export const OTHER_ALPHABETS: Recipe = {
  source: SOURCE.replace(
    "  const words = title",
    '  const known = title.replaceAll("שלום", " shalom ").replaceAll("ß", "ss").replaceAll("日本", " nihon ");\n  const words = known',
  ),
  cases: [
    { input: { title: "שלום Welt" }, output: { slug: "shalom-welt", words: 2 } },
    { input: { title: "Straße" }, output: { slug: "strasse", words: 1 } },
    { input: { title: "日本 2 days" }, output: { slug: "nihon-2-days", words: 3 } },
    { input: { title: "a b c d e f g h i" }, output: { slug: "a-b-c-d-e-f-g-h", words: 8 } },
    { input: { title: "red green blue", most: 2 }, output: { slug: "red-green", words: 2 } },
    { input: { title: "!" }, error: "EMPTY" },
  ],
};

export const ARROW_FUNCTION: Recipe = {
  source: SOURCE.replace(
    /export async function run\(args: z\.infer<typeof input>\): (.*) \{\n/,
    "export const run = async (args: z.infer<typeof input>): $1 => {\n",
  ).replace(/\}\n$/, "};\n"),
};

export const CODE_IN_MESSAGE: Recipe = {
  source: SOURCE.replace(
    /throw Object[^;]*;/,
    'throw new Error("EMPTY: there is nothing to name");',
  ),
  tests: TESTS.replace('{ code: "EMPTY" }', '{ message: "EMPTY: there is nothing to name" }'),
};

export const ERROR_CLASS: Recipe = {
  source: SOURCE.replace(/throw Object[^;]*;/, "throw new Nothing();").replace(
    "export async function run",
    'class Nothing extends Error {\n  readonly code = "EMPTY";\n}\n\nexport async function run',
  ),
};

/** A law that holds. */
export const IDEMPOTENT: Recipe = { spec: { properties: ["idempotent", "reads well"] } };

/** The list is the rule: it knows more than its cases. */
export const CAPITALS: Recipe = {
  spec: {
    name: "capital",
    description: "Tells the capital of a country in Europe by the English name of the country.",
    input: {
      type: "object",
      properties: { country: { type: "string", maxLength: 100 } },
      required: ["country"],
      additionalProperties: false,
    },
    output: { type: "string" },
    failures: [{ code: "UNKNOWN", when: "the country is not in the list" }],
    asks: ["which city is the capital of France"],
  },
  source: `import { z } from "zod";

export const input = z.object({ country: z.string().max(100) });

const CAPITALS = new Map([
  ["france", "Paris"],
  ["spain", "Madrid"],
  ["italy", "Rome"],
  ["norway", "Oslo"],
  ["poland", "Warsaw"],
  ["greece", "Athens"],
  ["ireland", "Dublin"],
  ["austria", "Vienna"],
  ["finland", "Helsinki"],
]);

export async function run({ country }: z.infer<typeof input>): Promise<string> {
  const capital = CAPITALS.get(country.trim().toLowerCase());
  if (capital === undefined) throw new Error(\`UNKNOWN: there is no country "\${country}" in the list\`);
  return capital;
}
`,
  cases: [
    { input: { country: "france" }, output: "Paris" },
    { input: { country: " Spain " }, output: "Madrid" },
    { input: { country: "italy" }, output: "Rome" },
    { input: { country: "NORWAY" }, output: "Oslo" },
    { input: { country: "poland" }, output: "Warsaw" },
    { input: { country: "finland" }, output: "Helsinki" },
    { input: { country: "Atlantis" }, error: "UNKNOWN" },
  ],
  tests: `import { expect, test } from "bun:test";
import { run } from "./tool.ts";

test("tells capitals", async () => {
  expect(await run({ country: "Greece" })).toBe("Athens");
  expect(await run({ country: "ireland" })).toBe("Dublin");
});

test("knows what it does not know", async () => {
  await expect(run({ country: "Atlantis" })).rejects.toThrow(/^UNKNOWN/);
});
`,
};

/** Two answers only, one of them rare. */
export const PREDICATE: Recipe = {
  spec: {
    name: "is-palindrome",
    description: "Tells whether a word reads the same from both ends.",
    input: {
      type: "object",
      properties: { word: { type: "string", minLength: 1, maxLength: 200 } },
      required: ["word"],
    },
    output: { type: "boolean" },
    failures: [],
    asks: ["does this word read the same backwards"],
  },
  source: `import { z } from "zod";

export const input = z.object({ word: z.string().min(1).max(200) });

export async function run({ word }: z.infer<typeof input>): Promise<boolean> {
  const letters = [...word.toLowerCase()];
  return letters.every((letter, index) => letter === letters[letters.length - 1 - index]);
}
`,
  cases: [
    { input: { word: "level" }, output: true },
    { input: { word: "Anna" }, output: true },
    { input: { word: "levels" }, output: false },
    { input: { word: "abca" }, output: false },
    { input: { word: "x" }, output: true },
  ],
  tests: `import { expect, test } from "bun:test";
import fc from "fast-check";
import { run } from "./tool.ts";

test("reads from both ends", async () => {
  expect(await run({ word: "level" })).toBe(true);
  expect(await run({ word: "house" })).toBe(false);
});

test("a word and its mirror image are one palindrome", async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[a-z]{1,9}$/), async (half) => {
      expect(await run({ word: half + [...half].reverse().join("") })).toBe(true);
    }),
  );
});
`,
};

/** Uses what its contract names: the time. */
export const CLOCK: Recipe = {
  spec: {
    name: "days-since",
    description: "Tells how many whole days have passed since a date.",
    input: {
      type: "object",
      properties: { date: { type: "string", format: "date" } },
      required: ["date"],
      additionalProperties: false,
    },
    output: { type: "integer", minimum: 0 },
    failures: [{ code: "FUTURE", when: "the date lies ahead" }],
    capabilities: ["clock"],
    deterministic: false,
    asks: ["how long ago was this day"],
  },
  source: `import { z } from "zod";

export const input = z.object({ date: z.iso.date() });

export async function run(
  { date }: z.infer<typeof input>,
  ctx: { readonly clock: { now(): number } },
): Promise<number> {
  const days = Math.floor((ctx.clock.now() - Date.parse(date)) / 86_400_000);
  if (days < 0) throw Object.assign(new Error("That day is yet to come"), { code: "FUTURE" });
  return days;
}
`,
  cases: [
    { input: { date: "2025-12-31" }, output: 1 },
    { input: { date: "2026-01-01" }, output: 0 },
    { input: { date: "2025-01-01" }, output: 365 },
    { input: { date: "2026-01-02" }, error: "FUTURE" },
  ],
  tests: `import { expect, test } from "bun:test";
import { run } from "./tool.ts";

const ctx = { clock: { now: () => Date.UTC(2020, 0, 11, 12) } };

test("counts whole days", async () => {
  expect(await run({ date: "2020-01-01" }, ctx)).toBe(10);
  expect(await run({ date: "2020-01-10" }, ctx)).toBe(1);
});

test("refuses what lies ahead", async () => {
  const refused = await run({ date: "2020-02-01" }, ctx).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "FUTURE" });
});
`,
};

/** Python that looks like a script, with a name that is a word of the language elsewhere. */
export const PYTHON_HELPERS: Recipe = {
  spec: { language: "python" },
  source: PYTHON_SOURCE.replace(
    "def run(args, ctx):",
    '# os.system("rm -rf /") is only a comment.\ndef joined(words, *, by="-"):\n    return by.join(words)\n\n\ndef run(args, ctx):',
  ).replace('"-".join(kept)', "joined(kept)"),
};
