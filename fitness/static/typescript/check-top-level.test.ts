import { expect, test } from "bun:test";
import { messagesOf, toolSource } from "#test/scanned-tool.ts";

test.each<[string, string, string]>([
  ["a call", toolSource("return 1;", "start();\nfunction start() {}"), "while it is loaded"],
  [
    "a call for a value",
    toolSource("return X;", "const X = start();\nfunction start() { return 1 }"),
    "while it is loaded",
  ],
  [
    "a function called in place",
    toolSource("return X;", "const X = (() => 1)();"),
    "while it is loaded",
  ],
  ["an await", toolSource("return 1;", "await 1;"), "awaits while it is loaded"],
  ["a loop", toolSource("return 1;", "for (;;) {}"), "while it is loaded"],
  ["an assignment", toolSource("return x;", "let x = 1; x = 2;"), "while it is loaded"],
  [
    "a static block",
    toolSource("return 1;", "class C { static { start(); } }\nfunction start() {}"),
    "while it is loaded",
  ],
  [
    "a static member",
    toolSource("return 1;", "class C { static x = start(); }\nfunction start() {}"),
    "while it is loaded",
  ],
  [
    "what a class extends",
    toolSource("return 1;", "class C extends make() {}\nfunction make() { return Array }"),
    "while it is loaded",
  ],
  [
    "a call in a list, a template or a key",
    toolSource(
      "return 1;",
      `const X = { [\`\${[...start()]}\`]: 1 };\nfunction start() { return [1] }`,
    ),
    "while it is loaded",
  ],
  [
    "a method of what a call gives",
    toolSource(
      "return X;",
      "const X = Object.freeze(start()).at(0);\nfunction start() { return [1] }",
    ),
    "while it is loaded",
  ],
  [
    "an argument that is a call",
    toolSource("return X;", "const X = Object.freeze(start());\nfunction start() { return 1 }"),
    "while it is loaded",
  ],
  [
    "a method of its own object",
    toolSource("return X;", "const o = { go: () => 1 };\nconst X = o.go();"),
    "while it is loaded",
  ],
  [
    "a method of its own function",
    toolSource("return X;", "function make() {}\nconst X = make.call(null);"),
    "while it is loaded",
  ],
  [
    "a method of what has no value yet",
    toolSource("return X;", "let later: string[];\nconst X = later.at(0);"),
    "while it is loaded",
  ],
  [
    "a class of its own",
    toolSource("return X;", "class C {}\nconst X = new C();"),
    "while it is loaded",
  ],
  [
    "a tag of its own",
    toolSource("return X;", "const tag = () => 1;\nconst X = tag`x`;"),
    "while it is loaded",
  ],
  [
    "a deleted key",
    toolSource("return 1;", "const X = delete ({} as any).a;"),
    "while it is loaded",
  ],
])("refuses what runs while it is loaded: %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});

test.each<[string, string]>([
  ["a function of the language", 'const X = parseFloat("1");'],
  ["a number made of a text", 'const X = Number("1");'],
  ["an object of the language", "const X = new Map();"],
  ["a schema", "const X = z.string();"],
])("allows while it is loaded: %s", (_name, header) => {
  expect(messagesOf(toolSource("return X;", header))).toEqual([]);
});
