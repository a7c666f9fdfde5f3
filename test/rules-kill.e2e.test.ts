/** `kill -9` while rules are learnt and forgotten: what was confirmed is so, and nothing is there twice. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { openRules } from "#home/rules/open-rules.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { filesWith, killedChild } from "./killed-child.ts";
import type { Said } from "./rules/rules-child.ts";

const ROUNDS = 20;

test("no rule is lost, doubled or half forgotten, and what was forgotten stands in no file", async () => {
  await using folder = await temporaryFolder("org-rules-");
  const path = join(folder.path, "rules.sqlite");
  const all: Said[] = [];
  const of = (...steps: Said["step"][]) =>
    all.filter(({ step }) => steps.includes(step)).map(({ text }) => text);
  for (let round = 0; round < ROUNDS; round += 1) {
    all.push(...(await killedChild<Said>("rules/rules-child.ts", [path, `r${round}`], round)));
    // Right after the kill: what was confirmed was true then.
    for (const text of of("forgotten")) expect(filesWith(folder.path, text)).toEqual([]);
    await using book = await openRules(path);
    const heads = book.list().map(({ pattern: { head } }) => head);
    expect(new Set(heads).size).toBe(heads.length);
    const begun = new Set(of("forgetting"));
    expect(of("learnt").filter((text) => !begun.has(text) && !heads.includes(text))).toEqual([]);
    expect(heads.filter((text) => !of("learning").includes(text))).toEqual([]);
    expect(of("forgotten").filter((text) => heads.includes(text))).toEqual([]);
  }
  expect(of("forgotten").length).toBeGreaterThan(ROUNDS);
});
