import { expect, test } from "bun:test";
import * as odd from "#test/tools/odd-tools.ts";
import { type Recipe, toolOf } from "#test/tools/recipe.ts";
import { checkAsks } from "./asks.ts";
import { checkCases } from "./check-cases.ts";
import { checkSpec } from "./check-spec.ts";

/** What is wrong with the requests of a tool that makes short names of titles. */
function faultsOf(recipe: Recipe): readonly string[] {
  const folder = toolOf(recipe);
  const { contract } = checkSpec(folder);
  if (contract === undefined) throw new Error("the contract cannot be read");
  return checkAsks(contract, checkCases(folder, contract).cases).map(({ message }) => message);
}

const STUFFED: readonly (readonly [domain: string, asks: readonly string[]])[] = [
  [
    "daily life",
    [
      "make an address of this title",
      "what is the weather in Paris",
      "how much is 20 dollars in euros",
      "translate this text into German",
      "which day of the week is it",
    ],
  ],
  [
    "an office",
    [
      "send an email to my boss",
      "book a meeting for Tuesday",
      "open the calendar",
      "remind me to buy milk",
      "make a slug",
    ],
  ],
  [
    "a machine",
    [
      "run a command in the shell",
      "execute this python program",
      "fetch a web page",
      "list the files of a folder",
      "turn a title into a short name",
    ],
  ],
  [
    "everything",
    ["do anything", "help me with this", "answer my question", "what can you do", "solve the task"],
  ],
  [
    "mathematics",
    [
      "solve this equation",
      "integrate sin(x)",
      "what is the square root of 2",
      "plot this function",
      "short name for an address",
    ],
  ],
  [
    "twenty others",
    [
      "reverse a list",
      "parse a date",
      "hash a password",
      "compress an image",
      "scan a barcode",
      "play a song",
      "order a pizza",
      "zip these files",
      "sort the table",
      "draw a map",
    ],
  ],
];

test.each(STUFFED)("requests of %s do not belong to a tool for titles", (_domain, asks) => {
  expect(faultsOf({ spec: { asks } })).toEqual([expect.stringContaining("share no word")]);
});

test("words that are lined up are not a request", () => {
  const asks = ["json csv yaml xml sql regex date time currency unit weather mail file shell"];
  expect(faultsOf({ spec: { asks } })).toEqual([expect.stringContaining("is a list of words")]);
});

test.each(Object.entries(odd))("%s asks for what it does", (_name, recipe) => {
  expect(faultsOf(recipe)).toEqual([]);
});

test("a request may name what only the cases hold, and a few may name nothing", () => {
  const asks = ["paint it red and green", "what about blue", "a nice link, please", "shorten it"];
  expect(faultsOf({ spec: { asks } })).toEqual([]);
});

test("requests in another script are not judged by their words", () => {
  expect(faultsOf({ spec: { asks: ["日本語の題", "короткое имя", "שם קצר", "όνομα"] } })).toEqual(
    [],
  );
});

test.each([
  ["sum", "sums", true],
  ["sum", "sun", false],
  ["sort", "sorted", true],
  ["sort", "sofa", false],
  ["convert", "conversion", true],
  ["conversion", "convert", true],
  ["multiplying", "multiplications", true],
  ["multiplying", "multitude", true],
  ["multiplying", "mulching", false],
])("of a tool named %s, requests for %s are %p", (name, word, isRelated) => {
  const schema = { type: "object" } as const;
  const contract = { name, description: "", input: schema, output: schema, failures: [] };
  const asks = [`${word} red`, `${word} green`, `${word} blue`];
  expect(checkAsks({ ...contract, asks }, [])).toHaveLength(isRelated ? 0 : 1);
});
