import { expect, test } from "bun:test";
import fc from "fast-check";
import { firstDifference, sameJson, showJson } from "./compare.ts";

test("the order of keys says nothing, every digit does", () => {
  expect(sameJson({ a: 1, b: [2, 3] }, { b: [2, 3], a: 1 })).toBe(true);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
  expect(sameJson(0.1 + 0.2, 0.3)).toBe(false);
  expect(sameJson({ a: null }, {})).toBe(false);
});

test("names the first place where two values differ", () => {
  const value = { items: [{ name: "a" }, { name: "b" }] };
  expect(firstDifference(value, { items: [{ name: "a" }, { name: "c" }] })).toBe(".items[1].name");
  expect(firstDifference(value, { items: [{ name: "a" }] })).toBe(".items[1]");
  expect(firstDifference(1, 2)).toBe("");
});

test("two values differ somewhere exactly when they are not the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(sameJson(a, b)).toBe(sameJson(b, a));
      if (sameJson(a, b)) expect(firstDifference(a, b)).toBe("");
    }),
  );
});

test("shows both ends of what is long", () => {
  expect(showJson({ a: "ü" })).toBe('{"a":"ü"}');
  const text = showJson(`start ${"x".repeat(1000)} end`);
  expect(text).toStartWith('"start ');
  expect(text).toEndWith(' end"');
  expect(text).toContain("characters");
  expect(text.length).toBeLessThan(200);
});

test("shows a blank that looks like another one by its number", () => {
  expect(showJson("1,50\u00a0€ and\u202fmore\u{e0041}")).toBe(
    '"1,50\\u00a0€ and\\u202fmore\\udb40\\udc41"',
  );
  expect(JSON.parse(showJson("a\u00a0b c"))).toBe("a\u00a0b c");
});
