import { expect, test } from "bun:test";
import { contextTypes } from "./context-types.ts";

test("a tool sees what its contract grants, and nothing else", () => {
  const bare = contextTypes([]);
  expect(bare).toContain("log(...values: unknown[]): void;");
  for (const part of ["fetch(", "files", "clock", "random()", "memory"]) {
    expect(bare).not.toContain(part);
  }
});

test.each([
  ["net:example.com", "fetch(url: string)"],
  ["net:*.example.com", "fetch(url: string)"],
  ["files:read", "list(path?: string)"],
  ["files:write", "write(path: string, text: string)"],
  ["clock", "clock: { now(): number }"],
  ["random", "random(): number"],
  ["memory", "get(key: string)"],
])("%s grants %s", (capability, member) => {
  expect(contextTypes([capability])).toContain(member);
});

test("who may only read has no way to write", () => {
  expect(contextTypes(["files:read"])).not.toContain("write(");
  expect(contextTypes(["files:write"])).not.toContain("read(");
});
