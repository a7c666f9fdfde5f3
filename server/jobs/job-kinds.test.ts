import { expect, test } from "bun:test";
import { kindAlone, kindAmong } from "#home/queue/one-machine.ts";
import { kindOf, kindsOfNode, kindsOfRoles, pausedOf, storedKind } from "./job-kinds.ts";
import type { JobWork } from "./job-service.ts";

const WORKS: readonly JobWork[] = [
  { kind: "goal", text: "x" },
  { kind: "message", text: "x" },
  { kind: "tool", tool: "x", args: {} },
  { kind: "workflow", workflow: "x", inputs: {} },
  { kind: "task", task: "backup" },
  { kind: "task", task: "drill" },
];

test("one machine stores kinds as they are", () => {
  expect(WORKS.map((work) => storedKind(work, undefined))).toEqual([
    ...["goal", "message", "tool", "workflow", "task", "task"],
  ]);
  expect(pausedOf(["task"], undefined)).toEqual(["task"]);
});

test("what lies on a machine is done by that one, all else by any", () => {
  const stored = WORKS.map((work) => storedKind(work, "a"));
  expect(stored).toEqual(["goal", "message@a", "tool", "workflow@a", "task@a", "drill"]);
  const takes = (kinds: readonly string[]) => stored.filter((kind) => kinds.includes(kind));
  expect(takes(kindsOfNode("a"))).toEqual(stored);
  expect(takes(kindsOfNode("b"))).toEqual(["goal", "tool", "drill"]);
  expect(takes(kindsOfRoles(["tools", "fitness"]))).toEqual(["tool", "drill"]);
  expect(takes(kindsOfRoles(["goals"]))).toEqual(["goal"]);
});

test("a job that is copied among several machines is done by the one that it came from, and is its own again there", () => {
  const alone = WORKS.map((work) => storedKind(work, undefined));
  const among = alone.map((kind) => kindAmong(kind, "a"));
  expect(kindsOfNode("a")).toEqual(expect.arrayContaining(among));
  expect(among.map((kind) => kindAmong(kind, "a"))).toEqual(among);
  expect(among.map((kind) => kindAlone(kind, "a"))).toEqual(alone);
  // Of another machine: a home alone does all kinds, and knows what each is a kind of.
  expect(kindAlone("message@b", "a")).toBe("message@b");
});

test("a stored kind says what it is a kind of, and stops with it when that is paused", () => {
  for (const work of WORKS) {
    const stored = storedKind(work, "a.b-c_1");
    expect(kindOf(stored)).toBe(work.kind);
    expect(pausedOf([work.kind], "a.b-c_1")).toContain(stored);
  }
  expect(kindOf("of a later version")).toBe("goal");
});
