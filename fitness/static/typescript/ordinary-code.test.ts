import { expect, test } from "bun:test";
import { messagesOf, toolSource } from "#test/scanned-tool.ts";

test.each<[string, string]>([
  [
    "formats of a language, made once",
    toolSource(
      "return MONEY.format(args.text.length) + [...WORDS.segment(args.text)].length;",
      'const MONEY = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" });\nconst WORDS = new Intl.Segmenter("en", { granularity: "word" });',
    ),
  ],
  [
    "enums of plain values",
    toolSource(
      "return [Unit[args.text as keyof typeof Unit], Level.Low, Level[0]];",
      "enum Unit { s = 1, m = 60, before = -1 }\nconst enum Level { Low, High = 'high' }",
    ),
  ],
  [
    "computed access to data",
    toolSource(
      "const n: Record<string, number> = {}; n[args.text] = (n[args.text] ?? 0) + 1; return n;",
    ),
  ],
  [
    "a table of functions",
    toolSource("return TABLE[args.text as 'a']?.(1);", "const TABLE = { a: (x: number) => x };"),
  ],
  ["an index of a literal", toolSource('return ["Sun", "Mon"][args.text.length] ?? "abc"[0];')],
  [
    "dangerous words in a comment",
    toolSource("// eval(process.env), require, constructor, __proto__\nreturn 1;"),
  ],
  [
    "dangerous words in a text",
    toolSource('return ["eval(", "process.exit", "constructor", "__proto__"].includes(args.text);'),
  ],
  [
    "a guard against __proto__",
    toolSource('if (args.text === "__proto__" || args.text === "constructor") return null;'),
  ],
  [
    "local names that sound dangerous",
    toolSource("const eval2 = 1, process_ = 2, fetcher = 3; return eval2 + process_ + fetcher;"),
  ],
  ["a shadowed global", toolSource('const process = { exit: "no" }; return process.exit;')],
  [
    "a parameter named like a global",
    toolSource("return f(1);", "function f(window: number, global = window) { return global; }"),
  ],
  [
    "a caught error named like a global",
    toolSource("try { return 1; } catch (process) { throw process; }"),
  ],
  [
    "a name taken out of data",
    toolSource("const { fetch, process: p } = args as any; return [fetch, p];"),
  ],
  ["a hoisted function", toolSource("return later();\nfunction later() { return 1; }")],
  ["a hoisted var", toolSource("x = 1; var x; return x;")],
  [
    "a class that calls itself",
    toolSource(
      "return new Tree().size;",
      "class Tree { static make() { return new Tree(); } get size() { return 1; } set size(_n) { return; } }",
    ),
  ],
  [
    "a constructor of a class",
    toolSource(
      "return new C(1).x;",
      "class C { x: number; constructor(x: number) { this.x = x; } }",
    ),
  ],
  [
    "an object with a key named constructor",
    toolSource("return { constructor: 1, prototype: 2 };"),
  ],
  [
    "an error class of the old school",
    toolSource(
      "throw new Fault('EMPTY', 'x');",
      "class Fault extends Error { code: string; constructor(code: string, text: string) { super(text); this.code = code; Object.setPrototypeOf(this, Fault.prototype); } }",
    ),
  ],
  ["an error with a code", toolSource('throw Object.assign(new Error("x"), { code: "EMPTY" });')],
  [
    "a generator",
    toolSource(
      "return [...count(3)];",
      "function* count(to: number) { for (let n = 0; n < to; n++) yield n; }",
    ),
  ],
  [
    "an async iteration",
    toolSource(
      "let n = 0; for await (const x of slow()) n += x; return n;",
      "async function* slow() { yield 1; }",
    ),
  ],
  [
    "recursion",
    toolSource(
      "return fib(10);",
      "const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));",
    ),
  ],
  [
    "a labelled loop",
    toolSource(
      "outer: for (const a of [1]) { for (const b of [a]) { if (b) continue outer; else break outer; } } return 1;",
    ),
  ],
  [
    "a closure that counts",
    toolSource("let n = 0; const next = () => ++n; return [next(), next()];"),
  ],
  [
    "regular expressions",
    toolSource("return args.text.replace(/(?<word>\\w+)/giu, (...all) => all[0].toUpperCase());"),
  ],
  [
    "template literals",
    toolSource(
      `return \`\${args.text}: \${\`\${1}\`} \${String.raw\`\\d\`} \${tag\`x\`}\`;`,
      "const tag = (parts: TemplateStringsArray) => parts[0];",
    ),
  ],
  ["optional chaining", toolSource("return (args as any)?.a?.[0]?.b?.() ?? null;")],
  [
    "borrowed methods",
    toolSource(
      'return Object.prototype.hasOwnProperty.call(args, "a") && Array.prototype.slice.call([1], 0);',
    ),
  ],
  ["a borrowed method with a list", toolSource("return Array.prototype.concat.apply([], [[1]]);")],
  [
    "callbacks of the language",
    toolSource("return args.text.split('').map(Number).filter(Boolean).map(String);"),
  ],
  [
    "members of Math taken apart",
    toolSource("const { floor, max } = Math; return floor(max(1, 2));"),
  ],
  [
    "dates from data",
    toolSource("return new Date(args.text).getTime() + Date.UTC(2020, 0) + Date.parse(args.text);"),
  ],
  ["a test for a date", toolSource("return (args as any) instanceof Date;")],
  ["a format of its own", toolSource("const own = { format: () => 1 }; return own.format();")],
  [
    "a test for an array of bytes",
    toolSource("return (args as any) instanceof Uint8Array && 1 < (args as any).length;"),
  ],
  ["a number format", toolSource('return new Intl.NumberFormat("de").format(1);')],
  ["sorting by a collator", toolSource("return [args.text].sort(new Intl.Collator().compare);")],
  [
    "encoders and addresses",
    toolSource(
      "return [new TextEncoder().encode(args.text), new URL(args.text).host, btoa(args.text)];",
    ),
  ],
  ["a hash", toolSource('return await crypto.subtle.digest("SHA-256", new Uint8Array(3));')],
  [
    "right-to-left and other scripts in literals",
    toolSource('return ["שלום", "日本", "Größe", "👩‍🚀"].includes(args.text);'),
  ],
  ["names in other scripts", toolSource("const größe = 1, слово = 2; return größe + слово;")],
  [
    "private members",
    toolSource(
      "return new C().twice();",
      "class C { #x = 1; twice() { return this.#x * 2; } static #made = 0; }",
    ),
  ],
  [
    "values made while loading",
    toolSource(
      "return WORDS.has('a');",
      "const WORDS = Object.freeze(new Set('a b'.split(' ').map((w) => w.trim())));\nconst ALL = [...WORDS, ...[1, 2].filter(Boolean)];\nObject.freeze(ALL);",
    ),
  ],
  [
    "schemas made while loading",
    `import { z } from "zod";\nconst item = z.object({ a: z.string().regex(/x/) }).strict();\nexport const input = z.array(item).transform((all) => all.length).or(item);\nexport const run = async (args: unknown) => args;`,
  ],
  [
    "exports in a list",
    'import { z as zod } from "zod";\nconst input = zod.object({});\nasync function main() { return 1; }\nexport { input, main as run };',
  ],
  [
    "types that come and go",
    `import type { ToolContext } from "#tools/tool.ts";\nimport { type z as Zod } from "zod";\nexport type Out = Zod.ZodType;\n${toolSource("const x = args as unknown as Out; return x! satisfies Out;", "interface Row { process: string }\ntype Fetch = typeof fetch; abstract class A { abstract go(): void }")}`,
  ],
  [
    "an overloaded function",
    toolSource(
      "return f(1);",
      "function f(x: number): number;\nfunction f(x: string): string;\nfunction f(x: any) { return x; }",
    ),
  ],
  [
    "a switch with its own names",
    toolSource("switch (args.text) { case 'a': { const x = 1; return x; } default: return 2; }"),
  ],
  [
    "an empty catch that says why",
    toolSource(
      "try { return JSON.parse(args.text); } catch {\n// No JSON: taken as it is.\n}\nreturn args.text;",
    ),
  ],
  [
    "arguments",
    toolSource("return f(1, 2);", "function f(..._rest: number[]) { return arguments.length; }"),
  ],
  [
    "tables made while loading",
    toolSource(
      "return TABLE.size + C.names.length;",
      [
        "const BASE = -1, MASK = ~0 & 255, IS_BIG = MASK > 1 && BASE < 0 ? 'yes' : `no`;",
        "const FLAGS = { [IS_BIG]: [...'ab'], ...{ a: 1 } };",
        "const TABLE = new Map(Object.entries(FLAGS).map(([key, value]) => [key, String(value)]));",
        "const FIRST = 'a b'.split(' ')[0], ESCAPED = String.raw`\\d`, PATTERN = new RegExp(ESCAPED, 'g');",
        "const NAMES = Array.from(TABLE.keys()).concat(FIRST ?? '').sort();",
        "class C { static names = [NAMES, PATTERN]; ['of'] = 1; go() {} }",
        "let last: string | undefined;",
        ";",
      ].join("\n"),
    ),
  ],
  [
    "an error that is named like its class",
    toolSource(
      "throw new Fault('x');",
      "class Fault extends Error { constructor(text: string) { super(text); this.name = this.constructor.name; } }",
    ),
  ],
  [
    "a borrowed method in a constant",
    toolSource("const has = Object.prototype.hasOwnProperty; return has.call(args, 'a');"),
  ],
  [
    "members declared as parameters",
    toolSource(
      "throw new Fault('EMPTY', 'x');",
      "class Fault extends Error { constructor(readonly code: string, text: string) { super(text); } }",
    ),
  ],
])("passes %s", (_name, source) => {
  expect(messagesOf(source)).toEqual([]);
});
