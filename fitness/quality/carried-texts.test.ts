import { expect, test } from "bun:test";
import { carriedTexts } from "./carried-texts.ts";

const contract = { description: "Turns a text around.", failures: [] };
const turned = (input: string) => ({ input, value: [...input].reverse().join("") });
const CASES = ["abc", "hello you", "one two three", "x"].map(turned);

const saidOf = (others: Parameters<typeof carriedTexts>[2], about: object = contract) =>
  carriedTexts({ contract: about as never }, CASES, others).map(({ message }) => message);

test("a result that loses characters where no case does is held with its input", () => {
  const [line] = saidOf([turned("ok"), { input: "Привет", value: "" }]);
  expect(line).toContain('{"input":"Привет"'.slice(9, -1));
  expect(line).toContain("there are fewer");
});

test("one that keeps them is nothing to hold, whatever its script", () => {
  expect(saidOf(["Привет", "漢字", "e\u0301a", "ς", "", "\ud800"].map(turned))).toEqual([]);
});

test("what a case drops, others may drop", () => {
  const cases = [...CASES, { input: "über", value: "reb" }];
  const others = [{ input: "Привет", value: "" }];
  expect(carriedTexts({ contract: contract as never }, cases, others)).toEqual([]);
});

test("few cases teach nothing", () => {
  const others = [{ input: "Привет", value: "" }];
  expect(carriedTexts({ contract: contract as never }, CASES.slice(0, 3), others)).toEqual([]);
});

const named = ["Hello You", "One Two Three", "Ten Things", "A Long Title"].map((input) => ({
  input,
  value: input.toLowerCase().replaceAll(" ", "-").concat("-1"),
}));

test("letters that are lost are held where nothing says that only some are meant", () => {
  const others = [{ input: "Ёлка", value: "-1" }];
  const said = carriedTexts({ contract: contract as never }, named, others);
  expect(said[0]?.message).toContain("all letters of the input are in the result in all its cases");
  const open = { description: "Keeps letters of a to z and drops others.", failures: [] };
  expect(carriedTexts({ contract: open as never }, named, others)).toEqual([]);
});

test("what comes out as it went in says nothing of what a tool keeps", () => {
  const cases = ["plain", "no link at all", "just a few words", "and", "more of them"].map(
    (input) => ({ input, value: input }),
  );
  const removed = [{ input: "see [here](https://example.org)", value: "see here" }];
  expect(carriedTexts({ contract: contract as never }, cases, removed)).toEqual([]);
});
