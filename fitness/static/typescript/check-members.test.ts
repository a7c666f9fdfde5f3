import { expect, test } from "bun:test";
import { messagesOf, toolSource } from "#test/scanned-tool.ts";

/** Ten constants, each of which stands for the one before it. */
function chainOf(first: string): string {
  const names = Array.from(
    { length: 10 },
    (_, at) => `const c${at}: any = ${at === 0 ? first : `c${at - 1}`};`,
  );
  return names.join(" ");
}

test.each<[string, string, string]>([
  ["code of text by zod", toolSource("return new z.core.Doc([]).compile();"), '"core"'],
  ["the inside of zod by a name", toolSource("const q: any = z; return q.core;"), '"core"'],
  [
    "the inside of zod, taken apart",
    toolSource("const { core } = z as any; return core;"),
    '"core"',
  ],
  ["what all schemas share", toolSource("z.config({}); return 1;"), '"config"'],
  ["zod, handed on", toolSource("return [z].map((q: any) => q.core);"), 'hands on "z"'],
  ["a constructor", toolSource('return (() => {}).constructor("return 1")();'), '"constructor"'],
  ["a constructor in brackets", toolSource('return [].filter["constructor"];'), '"constructor"'],
  [
    "a member of a function by another name",
    toolSource("const same: any = run; return same[args.text];"),
    "a member of a function",
  ],
  [
    "a member of a function by the last of ten names",
    toolSource(`${chainOf("run")} return c9[args.text];`),
    "a member of a function",
  ],
  [
    "a constructor behind a question mark",
    toolSource("return args?.constructor;"),
    '"constructor"',
  ],
  [
    "a constructor by a constant",
    toolSource('const key = "constructor"; return [][key];'),
    '"constructor"',
  ],
  ["a constructor in pieces", toolSource('return args["con" + "structor"];'), '"constructor"'],
  [
    "a constructor in a template",
    toolSource(`const c = "con"; return args[\`\${c}structor\`];`),
    '"constructor"',
  ],
  [
    "a constructor joined",
    toolSource('return args[["constr", "uctor"].join("")];'),
    '"constructor"',
  ],
  [
    "a constructor backwards",
    toolSource('return args["rotcurtsnoc".split("").reverse().join("")];'),
    '"constructor"',
  ],
  [
    "a constructor as the end of a text",
    toolSource('return args["xconstructor".slice(-11)];'),
    '"constructor"',
  ],
  ["a constructor as a list", toolSource('return args[["constructor"]];'), '"constructor"'],
  [
    "a constructor taken apart",
    toolSource("const { constructor: make } = args; return make;"),
    '"constructor"',
  ],
  [
    "a constructor taken apart by a computed name",
    toolSource('const { ["con" + "structor"]: make } = args;'),
    '"constructor"',
  ],
  [
    "a constructor as a parameter",
    toolSource("return (({ constructor }) => constructor)([]);"),
    '"constructor"',
  ],
  ["a word from codes", toolSource("return String.fromCharCode(101, 118, 97, 108);"), '"eval"'],
  ["a word from base64", toolSource('return atob("cHJvY2Vzcw==");'), '"process"'],
  ["__proto__", toolSource("args.__proto__.polluted = 1;"), '"__proto__"'],
  ["__proto__ in an object", toolSource("return { __proto__: args };"), '"__proto__"'],
  [
    "a getter on any object",
    toolSource('args.__defineGetter__("x", () => 1);'),
    '"__defineGetter__"',
  ],
  [
    "Object.defineProperty",
    toolSource('Object.defineProperty(args, "x", {});'),
    '"Object.defineProperty"',
  ],
  [
    "Object.getPrototypeOf",
    toolSource("return Object.getPrototypeOf(args);"),
    '"Object.getPrototypeOf"',
  ],
  ["Reflect.construct", toolSource("return Reflect.construct(Array, []);"), '"Reflect.construct"'],
  ["a Proxy", toolSource("return new Proxy(args, {});"), 'reaches "Proxy"'],
  [
    "Object by a computed name",
    toolSource("return (Object as any)[args.text];"),
    "a computed name",
  ],
  ["Math by a computed name", toolSource("return Math[args.text];"), "a computed name"],
  [
    "a function by a computed name",
    toolSource("return help[args.text];", "function help() {}"),
    "a computed name",
  ],
  ["an import by a computed name", toolSource("return (z as any)[args.text];"), "a computed name"],
  [
    "Object in pieces",
    toolSource("const { defineProperty } = Object; return defineProperty;"),
    "Object.defineProperty",
  ],
  [
    "the rest of Math",
    toolSource("const { abs, ...rest } = Math; return rest;"),
    "a computed name",
  ],
  [
    "a constructor in an assignment",
    toolSource("let x; ({ constructor: x } = args); return x;"),
    '"constructor"',
  ],
  ["an escaped constructor", toolSource("return args.con\\u0073tructor;"), '"constructor"'],
  ["its own constructor", toolSource("return (this as any).constructor;"), '"constructor"'],
  [
    "a renamed class",
    toolSource("return 1;", "class C { go() { (this.constructor as any).name = 1; } }"),
    '"constructor"',
  ],
  [
    "a prototype as an argument of any function",
    toolSource("return help(1, Array.prototype);", "function help(_: any, b: any) { return b; }"),
    '"prototype"',
  ],
  [
    "a method of a prototype that is bound",
    toolSource('return Object.prototype.hasOwnProperty.bind(args)("a");'),
    '"prototype"',
  ],
  [
    "a prototype behind the one that an object gets",
    toolSource(
      "return new C();",
      "class C { constructor() { Object.setPrototypeOf(this, null, C.prototype); } }",
    ),
    '"prototype"',
  ],
])("refuses: %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});

test("a constant that stands for itself is read to an end", () => {
  expect(
    messagesOf(toolSource("const a: any = b; const b: any = a; return a[args.text];")),
  ).toEqual([]);
});
