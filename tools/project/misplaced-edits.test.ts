/** Edits whose place is not found: what a model is shown, so that its next one fits. */
import { expect, test } from "bun:test";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const SUM = "def total(items):\n    sum = 0\n    return sum\n";
const edit = (search: string, replace: string, path = "a.py") => ({ path, search, replace });

test("a passage that is there several times is shown with the lines around it, to be copied", async () => {
  using copy = projectCopy({ "a.py": "a = 1\nx\nb = 2\nx\n" });
  const { output } = await copy.call("edit_file", edit("x", "y"));
  expect(output).toEndWith(
    "Nothing changed.\nline 2 is the one in:\na = 1\nx\nb = 2\nline 4 is the one in:\nb = 2\nx",
  );
});

test("of a file that holds a secret no lines are shown around a passage", async () => {
  const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n".repeat(6);
  const key = `-----BEGIN PRIVATE KEY-----\n${body}-----END PRIVATE KEY-----\n`;
  using copy = projectCopy({ "key.py": `x = 1\n${key}x = 1\n` });
  for (const search of ["MIIEvQIBADANBgkqhkiG9w0", "x = 2\nfoo\nbar\nbaz"]) {
    const { output } = await copy.call("edit_file", edit(search, "y", "key.py"));
    expect(output).toContain("Nothing changed.");
    expect(output).not.toContain("SCBKcwggSj");
  }
});

test("an edit of a file that is not there says which files have its passage", async () => {
  using copy = projectCopy({ "src/a.py": SUM, "b.py": "x = 1\n" });
  const { ok, output } = await copy.call(
    "edit_file",
    edit("    sum = 0", "    sum = 1", "src/c.py"),
  );
  expect({ ok, output }).toEqual({
    ok: false,
    output: expect.stringMatching(/^There is no file src\/c\.py .* search is in src\/a\.py\.$/),
  });
  const nowhere = await copy.call("edit_file", edit("y = 2", "y = 3", "src/c.py"));
  expect(nowhere.output).not.toContain("search is in");
});

test("a name that stands in several places can be replaced everywhere by a command that is shown", async () => {
  using copy = projectCopy({ "a.py": "dest = 1\nprint(dest)\n" });
  const { ok, output } = await copy.call("edit_file", edit("  dest", "  output"));
  expect(ok).toBe(false);
  expect(output).toEndWith("\nTo replace all of them, use sh: sed -i 's/dest/output/g' a.py");
  for (const [search, replace] of [
    ["dest", "a b"],
    ["dest", "$(rm)"],
    ["e", "f"],
  ] as const) {
    expect((await copy.call("edit_file", edit(search, replace))).output).not.toContain("sed");
  }
});
