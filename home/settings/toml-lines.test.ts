import { describe, expect, test } from "bun:test";
import { TOML } from "bun";
import { brokenLine, TomlLines } from "./toml-lines.ts";

const TEXT = `# mode = 1
model = "m"
text = """
model = "no"
[jobs]
"""
list = [
  "a[",
  "key = 1",
] # ]
budget.day.tokens = 5

[permissions]
mode = "plan"
[[permissions.rules]]
tool = "a"
[[permissions.rules]]
tool = "b"
[permissions.rules.arguments]
cmd = 'x'
[models."a.b"]
lean = true
`;

describe("the line of a key", () => {
  test.each([
    [["model"], 2],
    [["text"], 3],
    [["list"], 7],
    [["list", 1], 7],
    [["budget", "day", "tokens"], 11],
    [["budget"], 11],
    [["permissions", "mode"], 14],
    [["permissions", "rules", 0, "tool"], 16],
    [["permissions", "rules", 1, "tool"], 18],
    [["permissions", "rules", 1, "arguments", "cmd"], 20],
    [["permissions", "rules", 1, "missing"], 17],
    [["models", "a.b", "lean"], 22],
    [["jobs"], undefined],
    [[], undefined],
  ])("%j is %p", (path, line) => {
    expect(() => TOML.parse(TEXT)).not.toThrow();
    expect(new TomlLines(TEXT).lineOf(path)).toBe(line);
  });
});

const isToml = (text: string): boolean => {
  try {
    TOML.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ["base = [", 1],
  ['a = [\n  1,\n]\n[budget\nb = "x"\n', 4],
  ["a = 1\nb = 2\na = 3\n", 3],
  ['a = 1\nb = """\nopen\n', 2],
  ["a = 1\n# \u0001\nb = 2\n", 2],
  ["\n\n=", 3],
  ["a = {\n  b = 1,\n}\nc = 1\nd\n", 5],
])("what keeps %j from being TOML begins on line %p", (text, line) => {
  expect(brokenLine(text, isToml)).toBe(line);
});

test.each([0, 1, 2, 6, 10, 11, 12, 13, 22])(
  "after line %p of a whole text it is found",
  (count) => {
    const lines = TEXT.split("\n");
    const text = lines.toSpliced(count, 0, "= 1").join("\n");
    expect(brokenLine(text, isToml)).toBe(count + 1);
  },
);

test("a string that is never closed costs few readings of the text", () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `key_${index} = ${index}`);
  let readings = 0;
  const counted = (text: string) => {
    readings += 1;
    return isToml(text);
  };
  expect(brokenLine(`a = 1\nb = """\n${lines.join("\n")}`, counted)).toBe(2);
  expect(readings).toBeLessThanOrEqual(10);
});
