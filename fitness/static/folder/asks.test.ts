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

/** Of a tool that says nothing of itself but this. */
function faultsIn(
  texts: Partial<Parameters<typeof checkAsks>[0]>,
  asks: readonly string[],
  cases: Parameters<typeof checkAsks>[1] = [],
) {
  const silent = { name: "zzz", description: "", input: {}, output: {}, failures: [] };
  return checkAsks({ ...silent, ...texts, asks: [...asks] }, cases);
}

const COLORS = ["red", "green", "blue", "white", "black", "brown", "amber"];

test("words that every request may hold are shared by none", () => {
  const common =
    "the and for that this these those with from into out what which who how when where why does did can could will " +
    "would should are was were has have had not but all any some one two its his her their our your mine you they " +
    "give gives get make makes tell tells show find let want need please there here than then them only more most " +
    "each every other another value values given thing things";
  const shared = common.split(" ").filter((word) => {
    const asks = COLORS.slice(0, 3).map((color) => `${word} ${color}`);
    return faultsIn({ description: word }, asks).length === 0;
  });
  expect(shared).toEqual([]);
});

const told = (count: string, some: string) => [
  {
    file: "spec.json",
    message: `asks: ${count} share no word with the name, the description and the schemas, such as ${some}; name only requests for what this tool does, or say in the description that it does them`,
  },
];

test("three requests that share nothing are told where they are half of all, three of them by their words", () => {
  const [red, green, blue, white] = COLORS.map((color) => `paint ${color}`);
  const paint = [red, green, blue, white].map(String);
  const own = ["zzz one", "zzz two", "zzz three", "zzz four"];
  expect(faultsIn({}, paint.slice(0, 2))).toEqual([]);
  const three = '"paint red", "paint green", "paint blue"';
  expect(faultsIn({}, paint.slice(0, 3))).toEqual(told("3 of 3", three));
  expect(faultsIn({}, paint)).toEqual(told("4 of 4", three));
  expect(faultsIn({}, [...own.slice(0, 3), ...paint.slice(0, 3)])).toEqual(told("3 of 6", three));
  expect(faultsIn({}, [...own, ...paint.slice(0, 3)])).toEqual([]);
});

test("eight words that are only lined up are a list, and are told by sixty characters at most", () => {
  const words = ["zzz", ...COLORS].join(" ");
  const list = (text: string) => ({
    file: "spec.json",
    message: `asks: ${JSON.stringify(text)} is a list of words; write what a person would ask`,
  });
  expect(faultsIn({}, [words])).toEqual([list(words)]);
  expect(faultsIn({}, [["zzz", ...COLORS.slice(1)].join(" ")])).toEqual([]);
  expect(faultsIn({}, [`${words} of it`])).toEqual([]);
  const sixty = words.padEnd(60, "x");
  expect(faultsIn({}, [sixty])).toEqual([list(sixty)]);
  expect(faultsIn({}, [`${sixty}x`])).toEqual([list(`${sixty.slice(0, 57)}...`)]);
  const foreign = words.replace("zzz", "violet");
  const asks = [foreign, "paint red", "paint blue"];
  expect(faultsIn({}, asks)).toEqual([
    list(foreign),
    ...told("3 of 3", `${JSON.stringify(foreign)}, "paint red", "paint blue"`),
  ]);
});

test.each<[string, Parameters<typeof faultsIn>[0], number]>([
  ["the name", { name: "paint" }, 0],
  ["the description", { description: "Paints." }, 0],
  ["the code of a failure", { failures: [{ code: "NO_PAINT", when: "x" }] }, 0],
  ["when it fails", { failures: [{ code: "X", when: "no paint is left" }] }, 0],
  ["an argument", { input: { properties: { paint: {} } } }, 0],
  ["a word on a result", { output: { description: "the paint" } }, 0],
  ["a value", { input: { enum: ["paint"], default: null } }, 0],
  ["a type", { input: { type: "paint", format: "paint", pattern: "paint", $ref: "paint" } }, 1],
  ["nothing", {}, 1],
])("requests to paint share a word with %s, or do not", (_what, texts, faults) => {
  const asks = COLORS.slice(0, 3).map((color) => `paint ${color}`);
  expect(faultsIn(texts, asks)).toHaveLength(faults);
});

test("requests share a word with what the cases hold, also in a list or where nothing is", () => {
  const cases = [{ input: { list: [null, "paint"] }, output: 1 }] as const;
  const asks = COLORS.slice(0, 3).map((color) => `paint ${color}`);
  expect(faultsIn({}, asks, [...cases] as never)).toEqual([]);
});
