import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJsonFile, runLineFilter, unknownTopic } from "./debug-command.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-debug-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function* linesOf(...lines: readonly string[]): AsyncGenerator<string, void> {
  yield* lines;
}

function captured() {
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text), say: () => undefined, live: false };
  return { written, output };
}

test("one line out for one line in; empty ones are passed over", async () => {
  const { written, output } = captured();
  const double = (record: unknown) => ({ twice: [record, record] });
  expect(await runLineFilter(linesOf("1", "", '"a"'), double, output)).toBe(0);
  expect(written).toEqual(['{"twice":[1,1]}\n', '{"twice":["a","a"]}\n']);
});

test("the first line that cannot be used is named, and those before it are written", async () => {
  const { written, output } = captured();
  const keep = (record: unknown) => record;
  await expect(runLineFilter(linesOf("1", "{", "2"), keep, output)).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: "Line 2 of the input cannot be used",
    why: expect.stringContaining("JSON"),
    remedies: ["org help debug"],
    cause: expect.any(SyntaxError),
    unchanged: "The 1 lines before it were written.",
  });
  expect(written).toEqual(["1\n"]);
});

test("a file is read, and one that is missing or no JSON is named", async () => {
  const path = join(folder, "tools.json");
  const about = {
    message: `The file "${path}" cannot be used`,
    remedies: [`ls -l ${path}`],
    unchanged: "Nothing was done.",
    cause: expect.any(Error),
  };
  await expect(readJsonFile(path)).rejects.toMatchObject({
    ...{ ...about, code: "INPUT_MISSING", why: expect.stringContaining("ENOENT") },
  });
  writeFileSync(path, "[");
  await expect(readJsonFile(path)).rejects.toMatchObject({
    ...{ ...about, code: "INPUT_INVALID", why: expect.stringContaining("JSON") },
  });
  writeFileSync(path, "[1]");
  expect(await readJsonFile(path)).toEqual([1]);
});

test("what cannot be looked at is named", () => {
  expect(unknownTopic("words")).toMatchObject({
    code: "USAGE",
    message: 'There is no "words" to look at',
    why: "the topics are extract, search",
    remedies: ["org debug extract < said.jsonl", "org debug search < asked.jsonl"],
    unchanged: "Nothing was done.",
  });
  expect(unknownTopic(undefined)).toMatchObject({ message: "Debug what?" });
});
