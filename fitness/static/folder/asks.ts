/** Whether the requests of a contract are for what the tool does, or are there to be found for everything. */
import type { ToolCase } from "#tools/contract/cases.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { Finding } from "../finding.ts";

/** Words that every request may hold. */
const COMMON = new Set(
  (
    "the and for that this these those with from into out what which who how when where why does did can could will " +
    "would should are was were has have had not but all any some one two its his her their our your mine you they " +
    "give gives get make makes tell tells show find let want need please there here than then them only more most " +
    "each every other another value values given thing things"
  ).split(" "),
);
/** Fewer requests that share nothing with the contract are a matter of taste. */
const MANY = 3;
/** So many words that are only lined up are not what a person would say. */
const LINED_UP = 8;
/** Words that a sentence hardly does without, among {@link LINED_UP} others. */
const JOINING = /\b(?:a|an|the|of|in|on|to|for|from|is|are|by|with|this|that|my|it|as|at|i)\b/i;

type ContractTexts = Pick<
  Contract,
  "name" | "description" | "input" | "output" | "failures" | "asks"
>;

/** @returns what is wrong with the requests of a contract; what its cases name counts as what the tool does. */
export function checkAsks(contract: ContractTexts, cases: readonly ToolCase[]): readonly Finding[] {
  return asksFaults(contract, cases).map((message) => ({ file: "spec.json", message }));
}

function asksFaults(contract: ContractTexts, cases: readonly ToolCase[]): readonly string[] {
  const { asks } = contract;
  const own = ownWords(contract, cases);
  const foreign = asks.filter((ask) => isForeign(ask, own));
  const lists = asks.filter((ask) => wordsOf(ask).length >= LINED_UP && !JOINING.test(ask));
  const faults = lists.map(
    (ask) => `asks: ${quoted(ask)} is a list of words; write what a person would ask`,
  );
  if (foreign.length < MANY || foreign.length * 2 < asks.length) return faults;
  return [
    ...faults,
    `asks: ${foreign.length} of ${asks.length} share no word with the name, the description and the schemas, such as ${foreign.slice(0, 3).map(quoted).join(", ")}; name only requests for what this tool does, or say in the description that it does them`,
  ];
}

/** A request in another script is not judged by its words. */
function isForeign(ask: string, own: ReadonlySet<string>): boolean {
  const words = wordsOf(ask);
  return /[a-z]/i.test(ask) && !words.some((word) => [...own].some((one) => areRelated(word, one)));
}

/** `sum` and `sums`, `sort` and `sorted`, `convert` and `conversion`. */
function areRelated(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return long.startsWith(short.slice(0, Math.max(3, Math.min(5, short.length - 2))));
}

function ownWords(
  { name, description, input, output, failures }: ContractTexts,
  cases: readonly ToolCase[],
): ReadonlySet<string> {
  const texts = [name, description, ...failures.flatMap(({ code, when }) => [code, when])];
  return new Set([...texts, ...[input, output, cases].flatMap(textsIn)].flatMap(wordsOf));
}

/** Names, descriptions and values, wherever they stand in a schema or a case. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    KEYWORDS.has(key) && typeof inner !== "object" ? [] : [key, ...textsIn(inner)],
  );
}

/** Of a schema: what they name is not a word of the tool. */
const KEYWORDS = new Set(["type", "format", "pattern", "$ref"]);

function wordsOf(text: string): readonly string[] {
  const words = text
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .match(/[\p{L}\d]+/gu);
  return (words ?? []).filter((word) => word.length >= 3 && !COMMON.has(word));
}

function quoted(ask: string): string {
  return JSON.stringify(ask.length <= 60 ? ask : `${ask.slice(0, 57)}...`);
}
