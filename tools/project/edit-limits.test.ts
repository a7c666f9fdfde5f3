/** What is too large for an edit is refused in words, and the file stays as it is. */
import { expect, test } from "bun:test";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const KIB = 1024;

test("a passage of just 64 KiB is replaced; a longer one is not looked for", async () => {
  using copy = projectCopy({ "a.txt": `${"x".repeat(64 * KIB)}\n` });
  const edit = async (search: string) =>
    await copy.call("edit_file", { path: "a.txt", search, replace: "y" });
  const { ok, output } = await edit("x".repeat(64 * KIB + 1));
  expect(ok).toBe(false);
  expect(output).toStartWith("edit_file did not run, its arguments do not fit (search: Too big");
  expect(output).toContain("A call that fits:");
  expect(output.length).toBeLessThan(500);
  expect(copy.text("a.txt")).toHaveLength(64 * KIB + 1);
  expect((await edit("x".repeat(64 * KIB))).ok).toBe(true);
  expect(copy.text("a.txt")).toBe("y\n");
});

test("a file of just 1 MiB is edited; of a larger one the model is told its size, and what opens it", async () => {
  const rest = "y\n".repeat(512 * KIB - 1);
  using copy = projectCopy({ "full.txt": `a\n${rest}`, "more.txt": `ab\n${rest}` });
  const edit = async (path: string) =>
    await copy.call("edit_file", { path, search: "a", replace: "b" });
  expect((await edit("full.txt")).ok).toBe(true);
  expect(copy.text("full.txt")).toStartWith("b\ny\n");
  expect(await edit("more.txt")).toMatchObject({
    ok: false,
    output:
      "more.txt has 1,048,577 bytes, and at most 1,048,576 are read; sh shows a part of it: sed -n '1,80p' 'more.txt'.",
  });
  expect(copy.text("more.txt")).toStartWith("ab\n");
});

test("every place at once is not replaced where the file would grow past 2 MiB", async () => {
  const text = "x\n".repeat(1000);
  using copy = projectCopy({ "a.txt": text });
  const replaced = { path: "a.txt", search: "x", replace: "y".repeat(3 * KIB), replace_all: true };
  const { ok, output } = await copy.call("edit_file", replaced);
  expect(ok).toBe(false);
  expect(output).toContain("Nothing changed.");
  expect(copy.text("a.txt")).toBe(text);
});
