import { expect, test } from "bun:test";
import fc from "fast-check";
import { headsIn, NameStems } from "./name-stems.ts";
import { stemsIn, taskTerms } from "./task-terms.ts";

const found = (task: string, name: string) => {
  const terms = taskTerms(task);
  const bytes = Buffer.from(`zz${name}zz`);
  const stems = new NameStems(terms);
  return stems.named(stems.in(bytes, 2, bytes.length - 2));
};

const hasHead = (task: string, name: string) => {
  const { heads } = new NameStems(taskTerms(task));
  const found: number[] = [];
  const bytes = Buffer.from(`zz${name}zz`);
  headsIn(bytes, [2, bytes.length - 2], (head) => found.push(head));
  return found.some((head) => heads[head] === 1);
};

test("most names need not be looked at: their words begin otherwise", () => {
  const task = "the invoice of a customer has the wrong total";
  expect(["totals.ts", "x-Invoice-7.ts", "wrongé.ts"].map((name) => hasHead(task, name))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["order-12.ts", "preinvoice.ts", ""].map((name) => hasHead(task, name))).toEqual([
    false,
    false,
    false,
  ]);
  // Its stem is "try", and that of "tries", too.
  expect(hasHead("it tries again", "try-again.ts")).toBe(true);
});

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
      if (expected.size > 0) expect(hasHead(line, name)).toBe(true);
    }),
  );
});
