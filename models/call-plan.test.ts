import { expect, test } from "bun:test";
import { planCalls, withDistinctIds } from "./call-plan.ts";

const declared = (id: string, args: unknown) => ({ id, name: "sh", arguments: args });
const embedded = (args: Record<string, unknown>) => ({
  name: "sh",
  arguments: args,
  dialect: "hermes",
  raw: "",
});
const summary = (...plan: Parameters<typeof planCalls>) =>
  planCalls(...plan).map(({ origin, call }) => [origin, call.arguments]);

test("a call that arrives both ways runs once, whatever the order of its arguments", () => {
  expect(summary([declared("1", { a: 1, b: 2 })], [embedded({ b: 2, a: 1 })])).toEqual([
    ["declared", { a: 1, b: 2 }],
  ]);
});

test("one declared call cancels one embedded twin, not two", () => {
  expect(summary([declared("1", { a: 1 })], [embedded({ a: 1 }), embedded({ a: 1 })])).toEqual([
    ["declared", { a: 1 }],
    ["embedded", { a: 1 }],
  ]);
});

test("a call whose arguments cannot be read says so, that nothing runs it", () => {
  const [planned] = planCalls([], [{ ...embedded({}), invalid: true }]);
  expect(planned).toMatchObject({ invalid: true, truncated: false });
});

test("calls that a model wrote twice run twice, each with an id of its own, the same every time", () => {
  const ids = () =>
    withDistinctIds(planCalls([], [embedded({ a: 1 }), embedded({ a: 1 })]), new Set()).map(
      ({ call }) => call.id,
    );
  expect(new Set(ids()).size).toBe(2);
  expect(ids()).toEqual(ids());
  for (const id of ids()) expect(id).toMatch(/^[a-z0-9]{9}$/);
});

test("an id that comes again in the same turn is replaced", () => {
  const used = new Set<string>();
  const first = withDistinctIds(planCalls([declared("call_0", 1)], []), used);
  const second = withDistinctIds(
    planCalls([declared("call_0", 2), declared("call_1", 3)], []),
    used,
  );
  const ids = [...first, ...second].map(({ call }) => call.id);
  expect(ids[0]).toBe("call_0");
  expect(ids[2]).toBe("call_1");
  expect(new Set(ids).size).toBe(3);
});
