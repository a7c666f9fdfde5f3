import { expect, test } from "bun:test";
import { chmodSync, linkSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectCopy } from "../../test/project-copy-fixture.ts";

test("write_file creates a file with its folders", async () => {
  using copy = projectCopy();
  const args = { path: "/workspace/src/a.ts", content: "one\ntwo\n" };
  expect(await copy.call("write_file", args)).toEqual({
    ok: true,
    output: "wrote src/a.ts, 2 lines (new)",
  });
  expect(copy.text("src/a.ts")).toBe("one\ntwo\n");
});

test("write_file replaces a file and keeps its mode, line ends and byte order mark", async () => {
  using copy = projectCopy({ "run.sh": "\uFEFFone\r\ntwo\r\nthree\r\n" });
  chmodSync(join(copy.root, "run.sh"), 0o755);
  const { output } = await copy.call("write_file", { path: "run.sh", content: "one\n2\nthree\n" });
  expect(output).toBe("wrote run.sh, 3 lines (+1 −1)");
  expect(copy.text("run.sh")).toBe("\uFEFFone\r\n2\r\nthree\r\n");
  expect(statSync(join(copy.root, "run.sh")).mode & 0o777).toBe(0o755);
});

test.each(["test(", "import { test } from ", "const name = ", "print(1, ", "x = [", "return "])(
  "write_file does not take %j, which ended at a quotation mark, for a file",
  async (content) => {
    using copy = projectCopy({ "a.ts": "one\n" });
    const { ok, output } = await copy.call("write_file", { path: "a.ts", content });
    expect({ ok, output }).toEqual({
      ok: false,
      output: expect.stringContaining("content ends in the middle, behind"),
    });
    expect(copy.text("a.ts")).toBe("one\n");
  },
);

test.each(["", "a,b,\n", "print('x')", 'f("a", ', "- one\n- two", "x = (\n", "see: b"])(
  "write_file takes %j as it is",
  async (content) => {
    using copy = projectCopy({ "a.txt": "one\n" });
    expect(await copy.call("write_file", { path: "a.txt", content })).toMatchObject({ ok: true });
    expect(copy.text("a.txt")).toBe(content);
  },
);

test.each([
  ["notes.md", "Who was there? "],
  ["notes.txt", "Prices: "],
  ["LICENSE", "Copyright (c) "],
  ["TODO", "bread, milk, "],
  ["rows.csv", "1, 2, "],
  ["page.html", "<p>Prices: "],
  [".env", "DEBUG="],
  ["config/.env.local", "TOKEN ="],
  ["server.ini", "name ="],
  ["ci.yml", "on:\n  push: "],
  ["build.sh", "IFS="],
])("write_file takes a text of %s that ends as this one does: %j", async (path, content) => {
  using copy = projectCopy({ [path]: "one\n" });
  expect(await copy.call("write_file", { path, content })).toMatchObject({ ok: true });
  expect(copy.text(path)).toBe(content);
});

test.each([
  ["ci.yml", "on: ["],
  ["run.sh", "cut -d "],
  ["a.json", "{'a': "],
])(
  "write_file of %s takes %j for a text that was cut only where no value may be empty",
  async (path, content) => {
    using copy = projectCopy({ [path]: "one\n" });
    const isCut = path !== "run.sh";
    expect(await copy.call("write_file", { path, content })).toMatchObject({ ok: !isCut });
  },
);

test("write_file says when a long file has become much shorter", async () => {
  using copy = projectCopy({ "a.txt": "line\n".repeat(60) });
  const { ok, output } = await copy.call("write_file", { path: "a.txt", content: "line\n" });
  expect({ ok, output }).toEqual({
    ok: true,
    output: expect.stringContaining("it had 60 lines before"),
  });
});

test.each([
  "// ... existing code ...",
  "# ... rest of the code ...",
  "# rest of the code unchanged",
  "// The rest of the file remains the same",
  "/* ... existing styles ... */",
  "<!-- ... remaining content ... -->",
  "    // (rest of the function)",
  "{/* ... existing code ... */}",
  "// existing code...",
])("write_file writes no %j for code", async (line) => {
  using copy = projectCopy({ "a.ts": "one\ntwo\n" });
  const { ok, output } = await copy.call("write_file", { path: "a.ts", content: `one\n${line}\n` });
  expect({ ok, output }).toEqual({ ok: false, output: expect.stringContaining("Use edit_file") });
  expect(copy.text("a.ts")).toBe("one\ntwo\n");
});

test.each([
  "// Keeps the rest of the queue.",
  "# The same code as in Python 2, for the rest see above",
  "const rest = [...existing, other];",
  "// existing users are asked first",
  "...",
  "# Remaining work",
])("write_file writes %j, which stands for nothing", async (line) => {
  using copy = projectCopy();
  expect((await copy.call("write_file", { path: "a.ts", content: `${line}\n` })).ok).toBe(true);
});

test("write_file keeps a line that stands for nothing in a file that had it", async () => {
  const line = "// ... existing code ...\n";
  using copy = projectCopy({ "prompt.ts": line });
  expect((await copy.call("write_file", { path: "prompt.ts", content: `${line}a\n` })).ok).toBe(
    true,
  );
});

test("write_file writes nothing outside the copy and nothing into .git", async () => {
  using copy = projectCopy({ "../outside.txt": "old", ".git/hooks/x": "", "src/a.ts": "" });
  symlinkSync("../outside.txt", join(copy.root, "link"));
  symlinkSync("..", join(copy.root, "up"));
  expect(Bun.spawnSync(["mkfifo", join(copy.root, "fifo")]).exitCode).toBe(0);
  for (const path of [
    ...["link", "up/outside.txt", "../outside.txt", "/etc/org-test", ".git/hooks/post-commit"],
    ...["src/.GIT/config", "fifo", "src", "a\nb", ""],
  ]) {
    const { ok } = await copy.call("write_file", { path, content: "new" });
    expect({ path, ok }).toEqual({ path, ok: false });
  }
  expect(copy.text("../outside.txt")).toBe("old");
});

test("write_file leaves the other name of a file as it is", async () => {
  using copy = projectCopy({ "../outside.txt": "old\n" });
  linkSync(join(copy.root, "../outside.txt"), join(copy.root, "twin.txt"));
  expect((await copy.call("write_file", { path: "twin.txt", content: "new\n" })).ok).toBe(true);
  expect(readFileSync(join(copy.root, "../outside.txt"), "utf8")).toBe("old\n");
});

test("write_file takes the names of other tools for its arguments", async () => {
  using copy = projectCopy();
  await copy.call("write_file", { file_path: "a.txt", file_text: "a" });
  await copy.call("write_file", { filename: "b.txt", text: "b" });
  await copy.call("edit_file", { file: "a.txt", old_string: "a", new_string: "c" });
  expect([copy.text("a.txt"), copy.text("b.txt")]).toEqual(["c", "b"]);
});
