import { expect, test } from "bun:test";
import { z } from "zod";
import { textLines } from "#core/lines.ts";
import { loadKnowledge } from "#language/load-knowledge.ts";
import { ToolSearch } from "./tool-search.ts";

const recordSchema = z.union([
  z.object({ kind: z.literal("tool"), name: z.string(), description: z.string() }),
  z.object({
    kind: z.literal("query"),
    text: z.string(),
    style: z.enum(["keyword", "paraphrase"]),
    expect: z.string(),
  }),
]);

/** Tools, and questions with the one that is meant. */
async function readSet(name: string) {
  const path = `${import.meta.dir}/../../test/fixtures/search/${name}.jsonl`;
  const lines = await Array.fromAsync(textLines(Bun.file(path).stream()));
  const records = lines.filter(Boolean).map((line) => recordSchema.parse(JSON.parse(line)));
  const tools = records.flatMap((one) => (one.kind === "tool" ? [{ ...one, asks: [] }] : []));
  const queries = records.flatMap((one) => (one.kind === "query" ? [one] : []));
  return { search: new ToolSearch(tools, await loadKnowledge()), tools, queries };
}

interface Question {
  readonly text: string;
  readonly expect: string;
}

/** Share of the questions whose tool is among the first five. */
function recall(search: ToolSearch, questions: readonly Question[]): number {
  const found = questions.filter((one) => search.search(one.text, 5).includes(one.expect));
  return found.length / questions.length;
}

const { search, tools, queries } = await readSet("test");
const keywords = queries.filter(({ style }) => style === "keyword");
const paraphrases = queries.filter(({ style }) => style === "paraphrase");

test("finds tools by their own words", () => {
  expect(recall(search, keywords)).toBeGreaterThanOrEqual(0.97);
});

test("finds half of the tools by other words", () => {
  expect(recall(search, paraphrases)).toBeGreaterThanOrEqual(0.5);
});

test("finds as much in a set that nothing was fitted to, by name and description alone", async () => {
  const own = await readSet("held-out");
  const styled = (style: string) => own.queries.filter((one) => one.style === style);
  using held = own.search;
  expect(own.tools).toHaveLength(200);
  expect(recall(held, styled("keyword"))).toBeGreaterThanOrEqual(0.97);
  expect(recall(held, styled("paraphrase"))).toBeGreaterThanOrEqual(0.42);
});

test("the order of the words does not count", () => {
  const turned = keywords.map(({ text, expect: meant }) => ({
    ...{ text: text.split(" ").reverse().join(" "), expect: meant },
  }));
  expect(recall(search, turned)).toBeGreaterThanOrEqual(0.97);
});

test("plurals, capitals and marks do not count", () => {
  const plural = keywords.map(({ text, expect: meant }) => ({
    ...{
      text: `${text.replaceAll(/\b([a-z]{4,}[^s\W])\b/g, "$1s").toUpperCase()}!?`,
      expect: meant,
    },
  }));
  expect(recall(search, plural)).toBeGreaterThanOrEqual(0.95);
});

test("a slip of the pen in the longest word is forgiven", () => {
  const slipped = keywords.map(({ text, expect: meant }) => {
    const words = text.split(" ");
    const longest = words.toSorted((a, b) => b.length - a.length)[0] ?? "";
    const slip = `${longest.slice(0, 2)}${longest.slice(3)}`;
    return { text: text.replace(longest, slip), expect: meant };
  });
  expect(recall(search, slipped)).toBeGreaterThanOrEqual(0.85);
});

test("its own name finds every tool", () => {
  const named = tools.map(({ name }) => ({ text: name, expect: name }));
  expect(recall(search, named)).toBe(1);
});

test("ways to ask that a tool brings are searched as well", async () => {
  const asks = ["how chilly will tomorrow be"];
  const odd = { name: "xq_seven", description: "Calls a service.", asks };
  using own = new ToolSearch([...tools, odd], await loadKnowledge());
  expect(own.search("how chilly will tomorrow be", 1)).toEqual(["xq_seven"]);
});

test("a ranking by an embedding model takes the place of our own", () => {
  const last = tools.length - 1;
  const [first] = search.rank("zzz qqq", [last, 0]);
  expect(first).toBe(last);
});

test("odd questions are answered with something or nothing, and never throw", () => {
  for (const text of [
    "",
    "   ",
    '" OR 1=1 --',
    "AND NOT NEAR(",
    "日本語",
    "*",
    "a".repeat(10_000),
  ]) {
    expect(search.search(text, 10).length).toBeLessThanOrEqual(10);
  }
});
