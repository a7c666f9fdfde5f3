import { expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `line number ${index + 1} of a long file\n`).join("");

test("read_file shows a file as it is, below a line that says which part it is", async () => {
  using copy = projectCopy({ "src/a.ts": "one\r\n\ttwo\n" });
  for (const path of [
    "src/a.ts",
    "./src/a.ts",
    "/workspace/src/a.ts",
    join(copy.root, "src/a.ts"),
  ]) {
    expect(await copy.call("read_file", { path })).toEqual({
      ok: true,
      output: "src/a.ts, lines 1 to 2 of 2\none\n\ttwo",
    });
  }
});

test("read_file shows a long file in parts that together are the file", async () => {
  using copy = projectCopy({ "a.txt": numbered(400) });
  let from = 1;
  const lines: string[] = [];
  for (;;) {
    const { output } = await copy.call("read_file", { path: "a.txt", from });
    expect(output.length).toBeLessThan(6200);
    const [, ...shown] = output.split("\n");
    const next = /from: (\d+) reads on/.exec(shown.at(-1) ?? "")?.[1];
    lines.push(...(next === undefined ? shown : shown.slice(0, -1)));
    if (next === undefined) break;
    from = Number(next);
  }
  expect(`${lines.join("\n")}\n`).toBe(numbered(400));
});

test("read_file takes the names of other tools for where it begins and ends", async () => {
  using copy = projectCopy({ "a.txt": numbered(9) });
  const head = "a.txt, lines 3 to 4 of 9";
  for (const args of [
    { path: "a.txt", from: 3, lines: 2 },
    { file_path: "a.txt", offset: 3, limit: 2 },
    { path: "a.txt", start_line: "3", end_line: "4" },
  ]) {
    expect((await copy.call("read_file", args)).output.split("\n")[0]).toBe(head);
  }
  expect((await copy.call("read_file", { path: "a.txt:9: of a long" })).output).toContain(
    "line 9 of 9",
  );
  expect((await copy.call("read_file", { path: "a.txt", from: 10 })).output).toBe(
    "a.txt has 9 lines; from: 10 is behind its end.",
  );
});

test("read_file lists a folder without Git's own", async () => {
  using copy = projectCopy({ "src/a.ts": "", "b.md": "", ".git/config": "" });
  symlinkSync("/etc", join(copy.root, "etc"));
  for (const path of ["", ".", "/workspace", "/workspace/"]) {
    expect((await copy.call("read_file", { path })).output).toBe(
      "the project holds 3 names:\nb.md\netc (link)\nsrc/",
    );
  }
});

test("read_file says what it does not show, and waits for nothing", async () => {
  using copy = projectCopy({ "a.txt": "a", "deep/name.ts": "" });
  copy.put("big.txt", "x".repeat(1_048_577));
  copy.put("image.png", new Uint8Array([137, 80, 78, 71, 0, 1]));
  copy.put("old.txt", new Uint8Array([71, 114, 252, 223, 101]));
  copy.put(".git/config", "[core]");
  symlinkSync("/etc/hostname", join(copy.root, "link"));
  expect(Bun.spawnSync(["mkfifo", join(copy.root, "fifo")]).exitCode).toBe(0);
  for (const [path, said] of [
    ["big.txt", "1,048,577 bytes"],
    ["image.png", "is not a text"],
    ["old.txt", "is not a text"],
    ["link", 'is a link to "/etc/hostname"'],
    ["fifo", "not a regular file"],
    [".git/config", "reserved"],
    ["../copy/a.txt", "leads out"],
    ["/etc/passwd", "absolute"],
    ["nane.ts", "There is no file nane.ts in the project. Did you mean deep/name.ts?"],
    ["zzzzzzzzzzzz", "find shows what there is"],
  ] as const) {
    const { ok, output } = await copy.call("read_file", { path });
    expect({ path, ok, output }).toEqual({
      path,
      ok: false,
      output: expect.stringContaining(said),
    });
  }
});

test("read_file hides a key also where only its middle would be shown", async () => {
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEabcdefABCDEF0123456789abcdefABCDEF\n".repeat(6)}-----END RSA PRIVATE KEY-----\n`;
  using copy = projectCopy({ "test/key.txt": `before\n${key}after\n` });
  for (const from of [1, 2, 3]) {
    expect((await copy.call("read_file", { path: "test/key.txt", from })).output).not.toContain(
      "MIIE",
    );
  }
});

test("read_file cuts a line that is a file of its own", async () => {
  using copy = projectCopy({ "bundle.js": `${"x".repeat(50_000)}\nend\n` });
  const { output } = await copy.call("read_file", { path: "bundle.js" });
  expect(output).toContain("[… 48,500 more characters of this line]\nend");
});
