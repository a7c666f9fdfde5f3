import { expect, test } from "bun:test";
import { messagesOf, toolSource } from "#test/scanned-tool.ts";

test.each<[string, string, string]>([
  ["the process", toolSource("return process.env;"), 'reaches "process"'],
  ["an exit", toolSource("process.exit(0);"), 'reaches "process"'],
  ["Bun", toolSource('return Bun.file("x").text();'), 'reaches "Bun"'],
  ["a hidden request", toolSource('return fetch("https://example.com");'), 'reaches "fetch"'],
  ["the console", toolSource("console.log(args);"), "use ctx.log"],
  ["require", toolSource('return require("fs");'), 'reaches "require"'],
  ["a dynamic import", toolSource('return await import("node:fs");'), '"import()"'],
  ["a dynamic import of a variable", toolSource("return await import(args.text);"), '"import()"'],
  ["import.meta", toolSource("return import.meta.url;"), '"import.meta"'],
  ["globalThis", toolSource('return globalThis["pro" + "cess"];'), 'reaches "globalThis"'],
  ["window", toolSource("return window;"), 'reaches "window"'],
  ["a worker", toolSource('return new Worker("x");'), 'reaches "Worker"'],
  ["another realm", toolSource("return new ShadowRealm();"), 'reaches "ShadowRealm"'],
  ["WebAssembly", toolSource("return WebAssembly.compile(args);"), 'reaches "WebAssembly"'],
  ["a name that nothing defines", toolSource("return secretGlobal;"), 'reaches "secretGlobal"'],
  ["eval", toolSource('return eval("1");'), 'reaches "eval"'],
  ["eval by another name", toolSource("const e = eval; return e(args.text);"), 'reaches "eval"'],
  ["eval behind a comma", toolSource("return (0, eval)(args.text);"), 'reaches "eval"'],
  ["new Function", toolSource('return new Function("return 1")();'), 'reaches "Function"'],
  ["a template behind Function", toolSource("return Function`return 1`();"), 'reaches "Function"'],
  [
    "a changed prototype",
    toolSource("Array.prototype.map = () => [];"),
    "changes the global Array",
  ],
  ["a changed global", toolSource("JSON.stringify = () => '';"), "changes the global JSON"],
  [
    "a changed global behind a type",
    toolSource("(String as any).raw = 1;"),
    "changes the global String",
  ],
  ["a changed global by a pattern", toolSource("[Math.max] = [1];"), "changes the global Math"],
  [
    "a changed global by another pattern",
    toolSource("({ a: Math.max } = args);"),
    "changes the global Math",
  ],
  [
    "a changed global by another name",
    toolSource("const L = Array; L.from = 1 as any;"),
    "changes the global Array",
  ],
  [
    "a deleted member",
    toolSource("delete (Number as any).parseFloat;"),
    "changes the global Number",
  ],
  ["a global written over", toolSource("undefined = 1;"), "changes the global undefined"],
  [
    "a prototype of its own class",
    toolSource("C.prototype.x = 1;", "class C { x = 0 }"),
    '"prototype"',
  ],
  [
    "a prototype by way of a value",
    toolSource("const p = String.prototype; return p;"),
    '"prototype"',
  ],
  ["a changed import", toolSource("(z as any).string = 1;"), "changes what it imports"],
  [
    "a global of parts in a constant",
    toolSource("const parts: any = Math; return parts.floor(1);"),
    "passes Math on as a value",
  ],
  [
    "a global taken apart as a list",
    toolSource("const [first]: any = Array; return first;"),
    "passes Array on as a value",
  ],
  [
    "a global of parts as an argument",
    toolSource("return args.map(Math as any);"),
    "passes Math on as a value",
  ],
])("refuses: %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});
