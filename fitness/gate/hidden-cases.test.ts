import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addHiddenCase, hiddenCases } from "./hidden-cases.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "org-hidden-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("cases are added to those that are there", async () => {
  expect(hiddenCases(folder)("shout")).toEqual([]);
  expect(await addHiddenCase(folder, "shout", { input: { text: "a" }, output: "A" })).toBe(1);
  expect(await addHiddenCase(folder, "shout", { input: {}, error: "INVALID_INPUT" })).toBe(2);
  expect(hiddenCases(folder)("shout")).toHaveLength(2);
  expect(hiddenCases(folder)("../shout")).toEqual([]);
});

test("what cannot be read is not taken for nothing, and no name leads elsewhere", async () => {
  writeFileSync(join(folder, "broken.json"), "{");
  expect(() => hiddenCases(folder)("broken")).toThrow("cannot be read");
  const failure = await addHiddenCase(folder, "../x", { input: {}, output: 1 }).catch(String);
  expect(failure).toContain("is not a name of a tool");
});
