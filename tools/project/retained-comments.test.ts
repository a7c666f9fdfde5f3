import { expect, test } from "bun:test";
import { growth, LINEAR } from "#test/processor-time.ts";
import { projectCopy } from "../../test/project-copy-fixture.ts";
import { withComments } from "./retained-comments.ts";

const INI = "; Of the mailer.\n[mail]\nport = 25\n; Seconds.\nwait = 9\n";

// A model of 1.5B parameters changed one setting, and wrote the file without its comments.
test("a comment above a line that stays as it is stays", async () => {
  using copy = projectCopy({ "mail.ini": INI });
  const content = "[mail]\nport = 465\nwait = 9\n";
  const { output } = await copy.call("write_file", { path: "mail.ini", content });
  expect(copy.text("mail.ini")).toBe(INI.replace("25", "465"));
  expect(output).toBe(
    'wrote mail.ini, 5 lines (+1 −1)\n[the comments "; Of the mailer." and "; Seconds." stay; edit_file can take them out]',
  );
});

test.each([
  ["what it stood above is gone", "a.py", "# One.\na = 1\nb = 2\n", "b = 3\n"],
  ["what it stood above is there twice", "a.py", "# One.\na = 1\nb = 2\n", "a = 1\na = 1\nb = 3\n"],
  ["there is another comment", "a.py", "# One.\na = 1\nb = 2\n", "# The first.\na = 1\nb = 3\n"],
  ["nothing else changes", "a.py", "# One.\na = 1\nb = 2\n", "a = 1\nb = 2\n"],
  ["it is there, elsewhere", "a.py", "# One.\na = 1\nb = 2\n", "a = 1\n# One.\nb = 3\n"],
  ["it is no comment there", "a.md", "# One.\na\nb\n", "a\nc\n"],
  ["the file is new", "a.py", "", "a = 1\n"],
])("a comment does not stay where %s", (_what, path, ...[before, after]) => {
  expect(withComments(path, before, after)).toEqual({ text: after, comments: [] });
});

test.each([
  [
    "a.ts",
    "/** One. */\nexport const a = 1;\nexport const b = 2;\n",
    "export const a = 1;\nexport const b = 3;\n",
  ],
  ["a.yaml", "a:\n  # One,\n  # of two.\n  - b: 1\n  - c: 2\n", "a:\n  - b: 1\n  - c: 3\n"],
  ["a.sql", "-- One.\nSELECT a\nFROM b;\n", "SELECT a\nFROM c;\n"],
])("a comment stays in %s", (path, before, after) => {
  expect(withComments(path, before, after).text).toBe(
    before.replace(/2;|2$|b;/mu, (end) => ({ "2;": "3;", "2": "3", "b;": "c;" })[end] ?? end),
  );
});

test("many comments of a file come back in a time that grows with their number alone", async () => {
  const grown = await growth((size) => {
    const length = 2500 * size;
    const lines = Array.from({ length }, (_, at) => `# About ${at}.\na${at} = ${at}\n`);
    const before = lines.join("");
    const after = `${before.replace(/^#.*\n/gm, "")}b = 1\n`;
    expect(withComments("a.py", before, after).text).toBe(`${before}b = 1\n`);
  });
  expect(grown).toBeLessThan(LINEAR);
});
