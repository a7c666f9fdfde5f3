import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { processorMs } from "#test/processor-time.ts";
import { projectCopy } from "../../test/project-copy-fixture.ts";

const FILES = {
  "src/total.ts": "export function total() {}\n// TODO: tax\n",
  "src/deep/tax.tsx": "const rate = total();\r\n",
  "README.md": "Total of all.\n",
};

const lines = async (call: Promise<{ readonly output: string }>) => (await call).output.split("\n");

test("find names the lines that have a text, the letters as they are first", async () => {
  using copy = projectCopy(FILES);
  expect(await lines(copy.call("find", { text: "total" }))).toEqual([
    "src/total.ts:1: export function total() {}",
    "src/deep/tax.tsx:1: const rate = total();",
  ]);
  expect(await lines(copy.call("find", { text: "todo: TAX" }))).toEqual([
    "src/total.ts:2: // TODO: tax",
  ]);
});

test("find names the files whose name fits a glob or has a part", async () => {
  using copy = projectCopy(FILES);
  for (const [args, found] of [
    [{ name: "*.ts" }, ["src/total.ts"]],
    [{ name: "**/*.{ts,tsx}" }, ["src/total.ts", "src/deep/tax.tsx"]],
    [{ name: "src/**" }, ["src/total.ts", "src/deep/tax.tsx"]],
    [{ name: "readme" }, ["README.md"]],
    [{ pattern: "*.md" }, ["README.md"]],
    [{ path: "src/deep" }, ["src/deep/tax.tsx"]],
    [{}, ["README.md", "src/total.ts", "src/deep/tax.tsx"]],
  ] as const) {
    expect(await lines(copy.call("find", args))).toEqual([...found]);
  }
});

test("find says where the file is whose name was looked for as a text", async () => {
  using copy = projectCopy({ ...FILES, "docs/odd\nname.txt": "" });
  const found = async (text: string) => (await copy.call("find", { text })).output;
  expect(await found("src/total.ts")).toBe(
    '"src/total.ts" is in no file of the project. There are files with this name: src/total.ts; read_file shows one.',
  );
  expect(await found("tax.tsx")).toContain("this name: src/deep/tax.tsx; read_file shows one.");
  expect(await found("name.txt")).toContain("this name: docs/odd?name.txt; read_file shows one.");
});

const THERE =
  " There are these files: README.md, src/total.ts, src/deep/tax.tsx; read_file shows one.";

test("find names the files that are there where nothing is found: else a model says that there are none", async () => {
  using copy = projectCopy(FILES);
  const found = async (args: object) => (await copy.call("find", args)).output;
  for (const text of ["files", "other.ts", "subtotal", "./", ". . ."])
    expect(await found({ text })).toBe(
      `${JSON.stringify(text)} is in no file of the project.${THERE}`,
    );
  expect(await found({ name: "*.md5" })).toBe(
    `No file of the project with a name like "*.md5".${THERE}`,
  );
  expect(await found({ text: "files", path: "src/deep" })).toBe(
    '"files" is in no file of src/deep. There are these files: src/deep/tax.tsx; read_file shows one.',
  );
  expect(await found({ text: "files", path: "lib" })).toBe(`"files" is in no file of lib.${THERE}`);
  using empty = projectCopy({});
  expect((await empty.call("find", { text: "files" })).output).toEndWith(
    ". The project has no files.",
  );
});

test("find names a dozen of many files, and none that a link leads to", async () => {
  const names = Array.from({ length: 13 }, (_, at) => `a${at + 10}.txt`);
  using copy = projectCopy(Object.fromEntries(names.map((name) => [name, ""])));
  symlinkSync("/etc/passwd", join(copy.root, "a0.txt"));
  expect((await copy.call("find", { text: "files" })).output).toBe(
    `"files" is in no file of the project. There are these files: ${names.slice(0, 12).join(", ")} and others; read_file shows one.`,
  );
});

test("find looks for a text in the files of a name", async () => {
  using copy = projectCopy(FILES);
  expect(await lines(copy.call("find", { query: "total", include: "*.tsx" }))).toEqual([
    "src/deep/tax.tsx:1: const rate = total();",
  ]);
  expect((await copy.call("find", { text: "zebra", name: "*.ts" })).output).toBe(
    `"zebra" is in no file of the project with a name like "*.ts".${THERE}`,
  );
});

test("find reads the expressions that are texts, and says how to search for others", async () => {
  using copy = projectCopy(FILES);
  for (const text of [
    "/total\\(|zebra/",
    "zebra|total()",
    "FUNCTION.*total",
    "^export function\\b",
  ]) {
    expect((await copy.call("find", { text })).output).toContain("src/total.ts:1:");
  }
  for (const text of ["total.*function$", "(a+)+$", "total\\w+", "/[a-z]+x/"]) {
    const { output } = await copy.call("find", { text });
    expect(output).toContain("is in no file of the project.");
    expect(output).toContain("grep -rnE");
  }
});

test("find says how many more there are", async () => {
  using copy = projectCopy({ "a.txt": "hit\n".repeat(500) });
  const found = await lines(copy.call("find", { text: "hit" }));
  expect(found).toHaveLength(61);
  expect(found.at(-1)).toBe("[440 more lines; ask more exactly]");
});

test("find follows no link, waits for no FIFO, and reads neither binaries nor what was fetched", async () => {
  using copy = projectCopy({
    "../outside/a.txt": "needle",
    "node_modules/a/b.js": "needle",
    ".git/a": "needle",
  });
  symlinkSync("../outside", join(copy.root, "folder"));
  symlinkSync("../outside/a.txt", join(copy.root, "file"));
  symlinkSync(".", join(copy.root, "loop"));
  copy.put("binary", "needle\0");
  copy.put("huge.txt", "needle".repeat(200_000));
  copy.put("name\nneedle.txt", "x");
  expect(Bun.spawnSync(["mkfifo", join(copy.root, "fifo")]).exitCode).toBe(0);
  expect((await copy.call("find", { text: "needle" })).output).toStartWith(
    '"needle" is in no file of the project that was searched.\n[1 file of more than 1 MiB was not searched: huge.txt; sh searches it: grep -n] There are',
  );
  expect(await lines(copy.call("find", { name: "needle" }))).toEqual(["name?needle.txt"]);
  for (const path of ["folder", "..", "/etc", "loop", ".git", "node_modules"]) {
    expect((await copy.call("find", { text: "needle", path })).output).toContain("is in no file");
  }
});

test("find searches a file of just 1 MiB, and says how many larger ones it did not search", async () => {
  using copy = projectCopy({ "logs/first.log": `${"x".repeat(1024 * 1024 - 7)}\nneedle` });
  expect((await copy.call("find", { text: "needle" })).output).toBe("logs/first.log:2: needle");
  copy.put("logs/first.log", `${"x".repeat(1024 * 1024 - 6)}\nneedle`);
  copy.put("logs/second.log", "x".repeat(1024 * 1024 + 1));
  const { ok, output } = await copy.call("find", { text: "needle" });
  expect(ok).toBe(true);
  expect(output).toContain(
    '"needle" is in no file of the project that was searched.\n[2 files of more than 1 MiB were not searched: logs/first.log, …; sh searches them: grep -n]',
  );
  // Of names and of other files nothing is left out.
  expect((await copy.call("find", { text: "needle", name: "*.ts" })).output).not.toContain("MiB");
  expect((await copy.call("find", { name: "*.log" })).output).toBe(
    "logs/first.log\nlogs/second.log",
  );
});

test("find is quick in a project of 20,000 files", async () => {
  using copy = projectCopy();
  for (let folder = 0; folder < 200; folder += 1) {
    mkdirSync(join(copy.root, `f${folder}`));
    for (let file = 0; file < 100; file += 1) {
      writeFileSync(
        join(copy.root, `f${folder}/a${file}.ts`),
        "const value = compute(1);\n".repeat(20),
      );
    }
  }
  writeFileSync(join(copy.root, "f199/last.ts"), "Needle\n");
  const spentMs = await processorMs(async () => {
    expect((await copy.call("find", { text: "needle" })).output).toBe("f199/last.ts:1: Needle");
  });
  expect(spentMs).toBeLessThan(10_000);
});

test("find ends with the turn", async () => {
  using copy = projectCopy(FILES);
  const { findTool } = await import("./find.ts");
  const signal = AbortSignal.abort(new Error("over"));
  for (let file = 0; file < 3000; file += 1) copy.put(`many/${file}.txt`, "x\n".repeat(500));
  const context = { signal, persona: "agent" };
  await expect(findTool(copy.root).run({ text: "none" }, context)).rejects.toThrow("over");
});
