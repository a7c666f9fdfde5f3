/** What the documents promise, held against the source. */
import { describe, expect, test } from "bun:test";
import { exists } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import { referencePage } from "#cli/reference-page.ts";
import { ERROR_EXIT } from "#core/error-codes.ts";

const ROOT = join(import.meta.dir, "..");
const read = (path: string): Promise<string> => Bun.file(join(ROOT, path)).text();

const documents = [
  ...new Glob("*.md").scanSync(ROOT),
  ...new Glob("docs/**/*.md").scanSync(ROOT),
].sort();
const LONGEST_LINE = 120;
const decisions = documents.filter((path) => path.startsWith("docs/decisions/"));

describe("docs/errors.md", async () => {
  const [, ...sections] = (await read("docs/errors.md")).split(/^## /m);
  const entries = sections.map((section) => ({
    code: section.split("\n")[0],
    exit: Number(/^- \*\*Exit code:\*\* (\d+)$/m.exec(section)?.[1]),
    complete: section.includes("- **What happened:** ") && section.includes("- **What to do:** "),
  }));

  test("has one entry for every code, in the same order, with its exit code", () => {
    const documented = entries.map(({ code, exit }) => [code, exit]);
    expect(documented).toEqual(Object.entries(ERROR_EXIT));
  });

  test("says in every entry what happened and what to do", () => {
    expect(entries.filter(({ complete }) => !complete)).toEqual([]);
  });
});

test("docs/commands.md is what the command table says; `bun run commands` writes it anew", async () => {
  expect(await read("docs/commands.md")).toBe(referencePage());
});

/** A test by its file and name; that of several engines lies in a suite, which the test files of each engine run. */
const CITED = /`([^`]+(?:\.test|-suites\/\w+)\.ts)`: "([^"]+)"/g;

test("every test that docs/invariants.md names exists", async () => {
  const cited = [...(await read("docs/invariants.md")).matchAll(CITED)].map(
    ([, file = "", name = ""]) => ({ file, name }),
  );
  expect(cited.length).toBeGreaterThan(0);
  const missing: string[] = [];
  for (const { file, name } of cited) {
    const there = (await exists(join(ROOT, file))) && (await read(file)).includes(`"${name}"`);
    if (!there) missing.push(`${file}: ${name}`);
  }
  expect(missing).toEqual([]);
});

test("every invariant names a test", async () => {
  const items = (await read("docs/invariants.md")).split(/^- /m).slice(1);
  expect(items.filter((item) => item.search(CITED) < 0)).toEqual([]);
});

test.each(documents)("every link of %s leads somewhere", async (path) => {
  const missing: string[] = [];
  // Links to other sites are not ours to check, and a test reaches no network.
  for (const [, target = ""] of (await read(path)).matchAll(
    /\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g,
  )) {
    if (!(await exists(join(ROOT, dirname(path), target)))) missing.push(target);
  }
  expect(missing).toEqual([]);
});

test("decisions are numbered without gaps and fit on a screen", async () => {
  const numbers = decisions.map((path) => Number(path.slice("docs/decisions/".length).slice(0, 4)));
  expect(numbers).toEqual(decisions.map((_path, index) => index + 1));
  // The list of packages is a table to look things up in.
  const texts = decisions.filter((path) => !path.includes("/0002-"));
  for (const path of texts) expect((await read(path)).split("\n").length).toBeLessThan(53);
});

test("no line of the documents is longer than 120 characters", async () => {
  const long: string[] = [];
  const written = documents.filter((one) => one !== "docs/commands.md");
  for (const path of [...written, "fitness/README.md", "language/words/README.md"]) {
    const text = (await read(path)).replace(/^ *```[\s\S]*?^ *```/gm, "");
    const lines = text.split("\n").filter((line) => [...line].length > LONGEST_LINE);
    // Tables and the names of tests cannot be broken.
    const others = lines.filter((line) => !/^ *\||\.test\.ts`: "/.test(line));
    long.push(...others.map((line) => `${path}: ${line}`));
  }
  expect(long).toEqual([]);
});

test("every dependency has its line in the decisions", async () => {
  const { dependencies, devDependencies } = await Bun.file(join(ROOT, "package.json")).json();
  const text = await read("docs/decisions/0002-dependencies.md");
  const names = Object.keys({ ...dependencies, ...devDependencies });
  expect(names.filter((name) => !text.includes(`| ${name} |`))).toEqual([]);
});

test("AGENTS.md stays short enough to be read", async () => {
  expect((await read("AGENTS.md")).split("\n").length).toBeLessThan(122);
});
