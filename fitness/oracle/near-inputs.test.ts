import { expect, test } from "bun:test";
import { cutInputs, leavesOf, renamedInputs } from "./near-inputs.ts";
import { Random } from "./random.ts";

const CASES = [
  { input: { name: "Ada Lovelace", born: 1815, tags: ["x-1"] }, output: 1 },
  { input: { name: "Alan Turing", born: 1912, tags: [] }, output: 2 },
];
const options = (seed: number) => ({ fits: () => true, count: 12, random: new Random(seed) });
const textsOf = (input: unknown) =>
  leavesOf(input).flatMap(({ value }) => (typeof value === "string" ? [value] : []));

test("a renamed case has other letters and digits at the same places", () => {
  const renamed = renamedInputs(CASES, options(1));
  expect(renamed.length).toBe(12);
  for (const { input, origin } of renamed) {
    const shape = (value: unknown) =>
      JSON.stringify(value).replace(/[A-Z]/g, "A").replace(/[a-z]/g, "a").replace(/\d/g, "0");
    expect(shape(input)).toBe(shape(origin.input));
    expect(CASES.map((one) => JSON.stringify(one.input))).not.toContain(JSON.stringify(input));
  }
});

test("a cut case has shorter texts, and numbers of the same length", () => {
  const cut = cutInputs(CASES, options(2));
  expect(cut.some(({ input }) => textsOf(input).some((text) => text.length < 6))).toBe(true);
  for (const { input, origin } of cut) {
    const [before, after] = [textsOf(origin.input), textsOf(input)];
    expect(after.every((text, index) => text.length <= (before[index] ?? "").length)).toBe(true);
    expect(JSON.stringify(input)).toMatch(/"born":\d{4}\b/);
  }
});

test("where the cases hold no text nothing is cut", () => {
  expect(cutInputs([{ input: { n: 3 }, output: 1 }], options(3))).toEqual([]);
});

test("the same seed gives the same inputs, all of which fit", () => {
  const short = { fits: (input: unknown) => (textsOf(input)[0] ?? "").length === 11, count: 6 };
  const made = () => renamedInputs(CASES, { ...short, random: new Random(5) });
  expect(made()).toEqual(made());
  expect(made().every(({ input }) => short.fits(input))).toBe(true);
});
