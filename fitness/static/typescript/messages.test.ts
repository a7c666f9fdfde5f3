/** All of what the author of a tool is told, a model among them: what is wrong, and what to write instead. */
import { expect, test } from "bun:test";
import { messagesOf, TOOL_HEAD, toolSource } from "#test/scanned-tool.ts";

const UNNAMED = "which its contract does not name";

test.each([
  [
    'return await import("zod");',
    'reaches for a module with "import()"; a tool imports zod alone, at its top',
  ],
  ["return import.meta;", 'reaches "import.meta"'],
  ["debugger;", 'leaves a "debugger" behind'],
  [
    "return { then() {} };",
    'gives an object a method "then", which changes what others read of it',
  ],
  [
    "return { toJSON: () => 1 };",
    'gives an object a method "toJSON", which changes what others read of it',
  ],
  ["return args.text`x`;", "calls something by a template behind it"],
  ["@args.text class A {}; return A;", "uses a decorator; call the function"],
  [
    "try { return 1; } catch {}",
    "swallows every error; give a result, throw a failure of the contract, or say why in a comment",
  ],
  ["return args.text === NaN;", "compares with NaN, which equals nothing; use Number.isNaN"],
  ["let text = args.text; text = text; return text;", "assigns something to itself"],
  [
    "try { return 1; } finally { return 2; }",
    'leaves a "finally" by return or throw, which swallows the error',
  ],
  [
    "return new Promise(async (done) => done(1));",
    "swallows what an async function given to a Promise throws",
  ],
  [
    "// @ts-ignore\nreturn 1;",
    'switches a check off with "@ts-ignore"; mend what it complains about',
  ],
  [
    'return fetch("a");',
    `reaches "fetch", ${UNNAMED}; use ctx.fetch, with the capability net:HOST`,
  ],
  ["return console.log;", `reaches "console", ${UNNAMED}; use ctx.log`],
  [
    "return process.env;",
    `reaches "process", ${UNNAMED}; everything a tool needs comes with args and ctx`,
  ],
  [
    "return Bun.file;",
    `reaches "Bun", ${UNNAMED}; files come with ctx.files, requests with ctx.fetch`,
  ],
  ['return require("fs");', `reaches "require", ${UNNAMED}; a tool imports zod alone`],
  [
    "return Buffer.from;",
    `reaches "Buffer", ${UNNAMED}; use Uint8Array, TextEncoder, atob and btoa`,
  ],
  ["setInterval(run, 1);", `reaches "setInterval", ${UNNAMED}; use a loop`],
  ["queueMicrotask(run);", `reaches "queueMicrotask", ${UNNAMED}; use await`],
  ["return WebSocket.OPEN;", `reaches "WebSocket", ${UNNAMED}`],
  ["return args.constructor;", 'reaches "constructor", by which every object can be changed'],
  ["return Object.prototype;", 'reaches "prototype", which all objects of a kind share'],
  ["Object.freeze = 1;", "changes the global Object"],
  [
    "return ctx.foo;",
    'reaches "ctx.foo", which does not exist; ctx has fetch, files, clock, random, memory, log',
  ],
])("in run, %s is answered by: %s", (body, message) => {
  expect(messagesOf(toolSource(body))).toEqual([message]);
});

test.each([
  ['export * from "zod";', 'exports what it imports from "zod"'],
  ["export default 1;", "exports a default; export by name"],
  ["export const a = 1;", 'exports "a"; a tool exports "input" and "run" alone'],
  ["declare const a: number;", "declares what is not there; use what comes with args and ctx"],
  [
    'import fs from "node:fs";',
    'imports "node:fs"; a tool imports zod, its own modules, and types of #tools/tool.ts',
  ],
  ['import text from "zod" with { type: "text" };', "imports with attributes"],
  ['import { x } from "#tools/tool.ts";', 'imports values of #tools/tool.ts; write "import type"'],
  ["const a = ((b) => b)(1);", "does something while it is loaded; move it into run"],
])("at the top, %s is answered by: %s", (statement, message) => {
  expect(messagesOf(toolSource("return 1;", statement))).toEqual([message]);
});

test("what a tool lacks is named, and so is why its text is not TypeScript", () => {
  expect(messagesOf(TOOL_HEAD)).toEqual(['does not export "run"']);
  expect(messagesOf("export const = 1;")).toEqual(["is not TypeScript: Unexpected token"]);
});
