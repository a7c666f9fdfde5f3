import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { examplesCommand, statedExamples } from "./stated-examples.ts";

describe("an example is a call of literals with what it is to give", () => {
  test.each<[line: string, ...found: [string, unknown[], unknown][]]>([
    ['Add tidy(text): tidy(" a  b") is "a b".', ["tidy", [" a  b"], "a b"]],
    [
      "Add area: area(2, 3) is 6, area(0, 9) is 0 and area(-1, 2) should be null.",
      ["area", [2, 3], 6],
      ["area", [0, 9], 0],
      ["area", [-1, 2], null],
    ],
    ["`first(['x', 'y'])` must return `'x'`.", ["first", [["x", "y"]], "x"]],
    ["pairs([1, 2], True) → [[1, 2]]", ["pairs", [[1, 2], true], [[1, 2]]]],
    ['cut("a\\"b") gives "a" where "a\\"b" is right.', ["cut", ['a"b'], 'a"b']],
    ["sum([1]) returns 2 instead of 1; mend it.", ["sum", [[1]], 1]],
    ["now() == 5", ["now", [], 5]],
  ])("%s", (line, ...found) => {
    expect(statedExamples(line)).toEqual(
      found.map(([name, args, value]) => ({ name, args, value, isWrong: false }) as never),
    );
  });

  test.each<[line: string, args: unknown[], value: unknown]>([
    ["sum(1, 2) returns 4, so bills are wrong.", [1, 2], 4],
    ["sum(1) gives [1, 2]: one is too much. Fix it.", [1], [1, 2]],
    ["Fix the total. sum(-1) gives -50, but nothing is to be paid.", [-1], -50],
  ])("which the function must not give any more: %s", (line, args, value) => {
    expect(statedExamples(line)).toEqual([{ name: "sum", args, value, isWrong: true } as never]);
  });

  test.each([
    "Fix it so that sum(1, 2) returns 3.",
    "The total is wrong. After the change sum(1, 2) gives 3.",
    "Add sum(a, b): sum(1, 2) returns 3.",
    "sum(1, 2) returns 3, and it is not known why.",
    "sum(1, 2) is 4, but it has to be 3.",
    "sum(1, 2) is 4 minutes long",
    "sum(a, b) is 3.",
    "list.sum(1) is 3.",
    "sum(1, 2) is a number.",
    "sum(1, 2) is 3.5.1",
    'say("a\\x41") is "b".',
    "What is sum(1, 2)?",
    "sum(1",
    `sum(${"[".repeat(50_000)}`,
  ])("which this is not: %s", (line) => expect(statedExamples(line)).toEqual([]));
});

describe("a command holds files to examples", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "examples-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Writes a file, and runs what belongs to it. */
  async function held(path: string, text: string, asked: string) {
    await Bun.write(join(folder, path), text);
    const call = { id: "1", name: "write_file", arguments: { path, content: text } };
    const current = [{ role: "assistant" as const, content: "", calls: [call] }];
    const command = examplesCommand({ userRequest: asked, opened: "", current });
    if (command === undefined) return undefined;
    const PATH = `${dirname(process.execPath)}:${Bun.env["PATH"]}`;
    const run = Bun.spawnSync(["sh", "-c", command], { cwd: folder, env: { PATH } });
    return { exit: run.exitCode, out: run.stdout.toString() };
  }

  test.each([
    ["src/tidy.ts", "export function tidy(text: string) {\n  return text;\n}\n", '"a"'],
    ["pack/tidy.py", "def tidy(text):\n    return text\n", "'a'"],
  ])("in %s", async (path, text, asWritten) => {
    expect(await held(path, text, 'tidy("a") is "a".')).toEqual({ exit: 0, out: "" });
    const wrong = await held(path, text, 'tidy("a") is "a", and tidy("it\'s") is "b".');
    expect(wrong?.exit).toBe(1);
    expect(wrong?.out).toMatch(/^tidy\(["']it's["']\) gives "it's", and is to give ["']b["']\.\n$/);
    expect(asWritten).toContain("a");
  });

  test.each([
    ["src/late.ts", "export function late(days: number) {\n  return days * 25;\n}\n"],
    ["pack/late.py", "def late(days):\n    return days * 25\n"],
  ])("and to what it must not give any more in %s", async (path, text) => {
    const asked = "late(-2) gives -50, so money is lost. Fix it.";
    const still = { exit: 1, out: "late(-2) still gives -50.\n" };
    expect(await held(path, text, asked)).toEqual(still);
    const mended = text.replace("days * 25", "0");
    expect(await held(path.replace("late", "mended"), mended, asked)).toEqual({ exit: 0, out: "" });
  });

  test("an error is what a function gives; a file that cannot be loaded is held to nothing", async () => {
    const throwing = "export const tidy = () => {\n  throw new RangeError('no');\n};\n";
    expect(await held("a.mjs", throwing, "tidy(1) is 2.")).toEqual({
      exit: 1,
      out: "tidy(1) gives the error RangeError: no, and is to give 2.\n",
    });
    expect(await held("b.mjs", `import "./none.mjs";\n${throwing}`, "tidy(1) is 2.")).toEqual({
      exit: 0,
      out: "",
    });
    expect(await held("c.py", "import none\ndef tidy(x):\n    pass\n", "tidy(1) is 2.")).toEqual({
      exit: 0,
      out: "",
    });
  });

  test("a file that is shown is held to them as well; one that leads out is not, nor one without the function", () => {
    const userRequest = "tidy(1) is 2.";
    const opened = "(the file src/a.py)\n```\ndef tidy(x):\n    return x\n```";
    const none = { current: [], userRequest };
    expect(examplesCommand({ ...none, opened })).toStartWith("python3 -B -c ");
    expect(examplesCommand({ ...none, opened: opened.replace("src", "..") })).toBeUndefined();
    expect(examplesCommand({ ...none, opened: opened.replace("tidy(x)", "other(x)") })).toBe(
      undefined,
    );
  });
});
