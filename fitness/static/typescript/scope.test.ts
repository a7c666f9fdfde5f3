import { expect, test } from "bun:test";
import { messagesOf, toolSource } from "#test/scanned-tool.ts";

test.each<[string, string, string]>([
  [
    "a global that is only declared",
    toolSource("return process.env;", "declare const process: any;"),
    'reaches "process"',
  ],
  [
    "a global that is only a type",
    toolSource("return process;", "interface process {}"),
    'reaches "process"',
  ],
  [
    "a shadow somewhere else",
    toolSource("return process;", "function f() { const process = 1; return process; }"),
    'reaches "process"',
  ],
  [
    "a shadow in a body, used in a default",
    toolSource("return f();", "function f(a = process) { var process = 1; return a; }"),
    'reaches "process"',
  ],
  [
    "a shadow that ended with its block",
    toolSource("{ const process = 1; } return process;"),
    'reaches "process"',
  ],
])("is not taken in by: %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});
