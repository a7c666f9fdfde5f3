import { expect, test } from "bun:test";
import fc from "fast-check";
import { callKey, dedupeCalls } from "./dedupe.ts";
import type { ExtractedCall } from "./extractor.ts";

function embedded(name: string, given: Record<string, unknown> = {}): ExtractedCall {
  return { name, arguments: given, dialect: "hermes", raw: "" };
}

function declared(
  name: string,
  given: unknown = {},
): { id: string; name: string; arguments: unknown } {
  return { id: "call_1", name, arguments: given };
}

test("a call that the server has declared as well is left out", () => {
  const calls = [embedded("a", { x: 1, y: { p: 1, q: 2 } }), embedded("b")];
  const seen = [declared("a", { y: { q: 2, p: 1 }, x: 1 })];
  expect(dedupeCalls(seen, calls)).toEqual([embedded("b")]);
});

test("one declared call cancels one embedded call", () => {
  expect(dedupeCalls([declared("a")], [embedded("a"), embedded("a")])).toHaveLength(1);
  expect(dedupeCalls([declared("a"), declared("a")], [embedded("a")])).toHaveLength(0);
  expect(dedupeCalls([], [embedded("a"), embedded("a")])).toHaveLength(2);
});

test("missing arguments are not arguments", () => {
  expect(callKey({ name: "a", arguments: undefined })).toBe(callKey({ name: "a", arguments: {} }));
});

test("what is left is what no declared call has cancelled, in its order", () => {
  const call = fc.tuple(fc.constantFrom("a", "b"), fc.integer({ min: 0, max: 2 }));
  fc.assert(
    fc.property(fc.array(call), fc.array(call), (first, second) => {
      const seen = first.map(([name, x]) => declared(name, { x }));
      const calls = second.map(([name, x]) => embedded(name, { x }));
      const left = dedupeCalls(seen, calls);
      for (const key of new Set(calls.map(callKey))) {
        const count = (all: readonly { name: string; arguments: unknown }[]): number =>
          all.filter((one) => callKey(one) === key).length;
        expect(count(left)).toBe(Math.max(0, count(calls) - count(seen)));
      }
      expect(calls.filter((one) => left.includes(one))).toEqual([...left]);
    }),
  );
});
