import { expect, test } from "bun:test";
import { messagesOf, toolSource } from "#test/scanned-tool.ts";

test.each<[string, string, string]>([
  ["an error that is swallowed", toolSource("try { return 1; } catch {}"), "swallows every error"],
  [
    "an error that is swallowed behind many comments",
    toolSource(`${"/* a */ ".repeat(5)}try { return 1; } catch {} /* b */`),
    "swallows every error",
  ],
  [
    "a comparison with NaN",
    toolSource("return args.text === (NaN as any);").replace("(NaN as any)", "NaN"),
    "compares with NaN",
  ],
  [
    "an assignment of a name to itself",
    toolSource("let text = args.text; text = text; return text;"),
    "itself",
  ],
  [
    "a finally that returns",
    toolSource("try { return 1; } finally { return 2; }"),
    "swallows the error",
  ],
  [
    "an async executor",
    toolSource("return new Promise(async (done) => done(1));"),
    "an async function given to a Promise",
  ],
  ...["const a: number", "function a(): void", "class A {}", "namespace A {}", "global {}"].flatMap(
    (what): [string, string, string][] =>
      ["", "export "].map((how) => [
        `${how}declare ${what}`,
        toolSource("return 1;", `${how}declare ${what};`),
        "declares what is not there",
      ]),
  ),
  ["a debugger", toolSource("debugger;"), '"debugger"'],
  ["a suppression", toolSource("// @ts-ignore\nreturn 1;"), '"@ts-ignore"'],
  ["a tag of another object", toolSource("return (args as any).raw`x`;"), "by a template"],
  ["another tag of String", toolSource("return (String as any).cooked`x`;"), "by a template"],
  ["a strange tag", toolSource("return args.text`x`;"), "by a template"],
  ["no TypeScript", "export const = 1;", "is not TypeScript"],
  [
    "a tower",
    toolSource(`return ${"[".repeat(300)}${"]".repeat(300)};`),
    "nests more than 200 levels",
  ],
])("refuses: %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});

test("a comment says why an error is swallowed, however many there are before and behind it", () => {
  const many = "/* a */ ".repeat(5);
  const source = toolSource(`${many}try { return 1; } catch { /* as it is */ } ${many}return 2;`);
  expect(messagesOf(source)).toEqual([]);
});

test("an assignment of one name to another is ordinary", () => {
  const source = toolSource("let text = args.text; const other = 1; text = other; return text;");
  expect(messagesOf(source)).toEqual([]);
});
