/** Tools that use what their contract names: chance, files, memory, the network. */
import type { Recipe } from "../tools/recipe.ts";
import { type Candidate, goodTool, held } from "./candidate.ts";

const text = (maxLength: number) => ({ type: "string", minLength: 1, maxLength });

const object = (properties: Readonly<Record<string, unknown>>) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const DIE: Recipe = {
  spec: {
    name: "roll-die",
    description: "Rolls a die with a given number of sides.",
    input: object({ sides: { type: "integer", minimum: 1, maximum: 1 } }),
    output: { type: "integer", minimum: 1, maximum: 1 },
    failures: [],
    deterministic: false,
    capabilities: ["random"],
    asks: ["roll a die"],
  },
  source: `import { z } from "zod";
import type { ToolContext } from "#tools/tool.ts";

export const input = z.strictObject({ sides: z.int().min(1).max(1) });

export async function run({ sides }: z.infer<typeof input>, ctx: ToolContext): Promise<number> {
  return Math.floor(ctx.random() * sides) + 1;
}
`,
  cases: [{ input: { sides: 1 }, output: 1 }],
  tests: `import { expect, test } from "bun:test";
import { run } from "./tool.ts";

test("rolls between one and all sides", async () => {
  const ctx = (random: number) => ({ log: () => undefined, random: () => random });
  expect(await run({ sides: 1 }, ctx(0))).toBe(1);
  expect(await run({ sides: 6 }, ctx(0.999))).toBe(6);
});
`,
};

/** Something to put into text files; a fresh folder is empty. */
const NOTE: Recipe = {
  spec: {
    name: "count-lines",
    description: "Writes lines into a text file and tells how many it holds.",
    input: object({
      file: { type: "string", pattern: "^[a-z]{1,20}$" },
      lines: { type: "array", items: text(80), maxItems: 20 },
    }),
    output: object({ lines: { type: "integer", minimum: 0 }, longest: { type: "integer" } }),
    failures: [],
    deterministic: false,
    capabilities: ["files:read", "files:write"],
    asks: ["write these lines down"],
  },
  source: `import { z } from "zod";
import type { ToolContext } from "#tools/tool.ts";

export const input = z.strictObject({
  file: z.string().regex(/^[a-z]{1,20}$/),
  lines: z.array(z.string().min(1).max(80)).max(20),
});

export async function run(
  { file, lines }: z.infer<typeof input>,
  ctx: ToolContext,
): Promise<{ lines: number; longest: number }> {
  const path = \`\${file}.txt\`;
  await ctx.files.write(path, lines.join("\\n"));
  const written = (await ctx.files.read(path)).split("\\n").filter((line) => line !== "");
  return { lines: written.length, longest: Math.max(0, ...written.map((line) => line.length)) };
}
`,
  cases: [
    { input: { file: "a", lines: [] }, output: { lines: 0, longest: 0 } },
    { input: { file: "b", lines: ["one", "three"] }, output: { lines: 2, longest: 5 } },
    { input: { file: "c", lines: ["x"] }, output: { lines: 1, longest: 1 } },
    { input: { file: "UPPER", lines: [] }, error: "INVALID_INPUT" },
  ],
  tests: `import { expect, test } from "bun:test";
import { run } from "./tool.ts";

test("counts what it wrote", async () => {
  const kept = new Map<string, string>();
  const files = {
    read: async (path: string) => kept.get(path) ?? "",
    list: async () => [...kept.keys()],
    write: async (path: string, content: string) => void kept.set(path, content),
  };
  const ctx = { log: () => undefined, files };
  expect(await run({ file: "a", lines: ["abc", "d"] }, ctx)).toEqual({ lines: 2, longest: 3 });
  expect([...kept]).toEqual([["a.txt", "abc\\nd"]]);
});
`,
};

const TALLY: Recipe = {
  spec: {
    name: "tally",
    description: "Keeps a tally for a name and tells how often it was counted.",
    input: object({ name: { type: "string", pattern: "^[a-z]{1,20}$" } }),
    output: { type: "integer", minimum: 1 },
    failures: [],
    deterministic: false,
    capabilities: ["memory"],
    asks: ["count one more"],
  },
  source: `import { z } from "zod";
import type { ToolContext } from "#tools/tool.ts";

export const input = z.strictObject({ name: z.string().regex(/^[a-z]{1,20}$/) });

export async function run({ name }: z.infer<typeof input>, ctx: ToolContext): Promise<number> {
  const before = await ctx.memory.get(name);
  const count = typeof before === "number" ? before + 1 : 1;
  await ctx.memory.set(name, count);
  return count;
}
`,
  cases: [
    { input: { name: "apples" }, output: 1 },
    { input: { name: "pears" }, output: 1 },
    { input: { name: "" }, error: "INVALID_INPUT" },
  ],
  tests: `import { expect, test } from "bun:test";
import { run } from "./tool.ts";

test("goes on from what it kept", async () => {
  const kept = new Map<string, unknown>();
  const memory = {
    get: async (key: string) => kept.get(key) ?? null,
    set: async (key: string, value: unknown) => void kept.set(key, value),
  };
  const ctx = { log: () => undefined, memory };
  expect(await run({ name: "apples" }, ctx)).toBe(1);
  expect(await run({ name: "apples" }, ctx)).toBe(2);
});
`,
};

/** While it is judged there is no network: its cases say so. */
const PAGE: Recipe = {
  spec: {
    name: "page-title",
    description: "Fetches a page of example.com and tells its title.",
    input: object({ path: { type: "string", pattern: "^[a-z]{0,20}$" } }),
    output: { type: "string" },
    failures: [
      { code: "UNREACHABLE", when: "the page does not answer" },
      { code: "UNTITLED", when: "the page has no title" },
    ],
    deterministic: false,
    capabilities: ["net:example.com"],
    asks: ["what is the title of this page"],
  },
  source: `import { z } from "zod";
import type { ToolContext } from "#tools/tool.ts";

export const input = z.strictObject({ path: z.string().regex(/^[a-z]{0,20}$/) });

export async function run({ path }: z.infer<typeof input>, ctx: ToolContext): Promise<string> {
  const page = await ctx.fetch(\`https://example.com/\${path}\`).catch(() => undefined);
  if (page === undefined) {
    throw Object.assign(new Error("The page does not answer"), { code: "UNREACHABLE" });
  }
  const [, title] = /<title>([^<]*)<\\/title>/i.exec(await page.text()) ?? [];
  if (title === undefined) {
    throw Object.assign(new Error("The page has no title"), { code: "UNTITLED" });
  }
  return title.trim();
}
`,
  cases: [
    { input: { path: "" }, error: "UNREACHABLE" },
    { input: { path: "news" }, error: "UNREACHABLE" },
    { input: { path: "NEWS" }, error: "INVALID_INPUT" },
  ],
  tests: `import { expect, test } from "bun:test";
import { run } from "./tool.ts";

const answering = (text: string) => ({
  log: () => undefined,
  fetch: async (url: string) => ({
    url,
    status: 200,
    ok: true,
    headers: {},
    text: async () => text,
    json: async () => JSON.parse(text),
  }),
});

test("reads the title", async () => {
  expect(await run({ path: "" }, answering("<title> A page </title>"))).toBe("A page");
});

test("says that there is none", async () => {
  const refused = await run({ path: "" }, answering("<p>")).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "UNTITLED" });
});
`,
};

export const CAPABLE: readonly Candidate[] = [
  goodTool("uses-chance", DIE),
  held(/a new tool may read the files of the workspace/, goodTool("uses-files", NOTE)),
  goodTool("uses-memory", TALLY),
  held(/a new tool may reach example\.com/, goodTool("uses-network", PAGE)),
];
