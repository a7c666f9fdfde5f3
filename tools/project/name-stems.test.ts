import { expect, test } from "bun:test";
import fc from "fast-check";
import { NameStems } from "./name-stems.ts";
import { stemsIn, taskTerms } from "./task-terms.ts";

const found = (task: string, name: string) => {
  const terms = taskTerms(task);
  const bytes = Buffer.from(`zz${name}zz`);
  const stems = new NameStems(terms);
  return stems.named(stems.in(bytes, 2, bytes.length - 2));
};

test("names are taken apart at capitals, digits and marks", () => {
  const task = "parse the http dates of 66 orders, date2";
  expect(found(task, "parseHTTPDate2x.ts")).toEqual(["pars", "http", "date2"]);
  expect(found(task, "ORDERS-66.ts")).toEqual(["66", "order"]);
  expect(found(task, "reorder-667.ts")).toEqual([]);
});

test("what is found in bytes is what is found in texts, also of forty words", () => {
  const parts = [
    "order",
    "Orders",
    "HTTP",
    "Date",
    "x",
    "2",
    "66",
    "-",
    "_",
    ".ts",
    "/",
    "é",
    "ß",
    "ordering",
  ];
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((all) => all.join(""));
  const words = Array.from({ length: 36 }, (_, index) => `word${index}`).join(" ");
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), text, fc.boolean(), (task, name, isLong) => {
      const line = `${isLong ? words : ""} ${task.join(" ")}`;
      const terms = taskTerms(line);
      const expected = new Set(stemsIn(name, terms));
      expect(found(line, name)).toEqual(terms.stems.filter((one) => expected.has(one)));
    }),
  );
});
