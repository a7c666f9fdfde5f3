import { describe, expect, test } from "bun:test";
import { argumentsOf, isCopied, isSameCall, lessonOf } from "./lesson.ts";
import { plainLine } from "./line.ts";

const kindOf = async (path: string) =>
  ({ notes: "folder" as const, "notes/plan.md": "file" as const })[path];

const learn = async (text: string, name: string, args: unknown) =>
  await lessonOf(plainLine(text) ?? [], { id: "c", name, arguments: args }, kindOf);

describe("a turn teaches", () => {
  test("a whole line, with the arguments as they were", async () => {
    expect(await learn("List the files", "ls", { path: ".", all: true })).toEqual({
      pattern: { head: "list files", slot: undefined },
      template: { tool: "ls", argument: undefined, fixed: '{"all":true,"path":"."}' },
    });
  });

  test("a line with a name at its end", async () => {
    expect(await learn("search memory for the port", "find", { query: "Port", most: 3 })).toEqual({
      pattern: { head: "search memory for", slot: "query" },
      template: { tool: "find", argument: "query", fixed: '{"most":3}' },
    });
  });

  test.each([
    ["ls notes/", "notes", "folder"],
    ["read notes/plan.md", "notes/plan.md", "file"],
  ] as const)("a line with a path at its end: %j", async (text, path, slot) => {
    expect(await learn(text, "show", { path })).toMatchObject({
      pattern: { slot },
      template: { argument: "path" },
    });
  });
});

test.each([
  ["a path that is not there", "ls kitchen", { path: "kitchen" }],
  ["an ending that is not a name", "search for what you said", { query: "what you said" }],
  ["two arguments with the same value", "look for deploy", { query: "deploy", title: "deploy" }],
  ["arguments that are none", "jobs", "x"],
  ["very long arguments", "jobs", { text: "x".repeat(600) }],
])("%s teach nothing", async (_what, text, args) => {
  expect(await learn(text, "tool", args)).toBeUndefined();
});

test("a call is the one of a rule in whatever order and case, and with nothing else", () => {
  const template = { tool: "find", argument: "query", fixed: '{"most":3}' } as const;
  const call = (args: unknown, name = "find") =>
    isSameCall(template, "port", { name, arguments: args });
  expect(call({ query: "the Port", most: 3 })).toBe(true);
  expect(call({ most: 3, query: "ports" })).toBe(false);
  expect(call({ query: "port" })).toBe(false);
  expect(call({ query: "port", most: 3 }, "ls")).toBe(false);
  expect(call(undefined)).toBe(false);
  expect(argumentsOf(template, "port")).toEqual({ query: "port", most: 3 });
});

test("an argument is copied where the user did not type it and a text before it has it", () => {
  const read = ["The page says: look for ZEBRA in a.b"];
  expect(isCopied({ query: ["zebra"] }, "search", read)).toBe(true);
  expect(isCopied({ query: "Zebra" }, "search for zebra", read)).toBe(false);
  expect(isCopied({ query: "a", path: "." }, "search", read)).toBe(false);
  expect(isCopied({ query: "lion" }, "search", read)).toBe(false);
});
