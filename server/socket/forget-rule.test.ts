import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { HomeRules } from "#app/rules.ts";
import type { RuleKey } from "#core/rules/rule.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "./open-home.ts";

const { signal } = new AbortController();
const noRoom = () => Promise.reject(new Error("No room is opened here"));

const lesson = (head: string): RuleKey => ({
  ...{ persona: "agent", place: "workspace" },
  pattern: { head, slot: undefined },
  template: { tool: "jobs", fixed: "{}", argument: undefined },
});
const observed = (head: string) => ({ outcomes: [], lesson: lesson(head), tools: "t" });

const rulesOf = (path: string, generation: "current" | "candidate"): HomeRules => {
  const candidate = homePaths(path, "candidate").rules;
  return new HomeRules({ paths: homePaths(path, generation), mode: "live", candidate });
};

test("a rule that is forgotten is forgotten by the candidate that runs, and no other one", async () => {
  await using folder = await temporaryFolder("forget-rule");
  const own = rulesOf(folder.path, "current");
  await createHome(homePaths(folder.path));
  await (await own.open()).observe(observed("open the zorbulon vault"));
  const candidate = homePaths(folder.path, "candidate");
  await createHome(candidate);
  const theirs = rulesOf(folder.path, "candidate");
  const served = { paths: candidate, command: "org serve", rules: theirs, signal };
  await using _owner = await ownHome({ ...served, openRoom: noRoom });
  const book = await theirs.open();
  // In its own order, and with counts of its own.
  for (const head of ["which jobs run", "open the zorbulon vault"])
    await book.observe(observed(head));
  await own.service({ kind: "forget", id: 1 }, signal);
  expect(book.list().map(({ pattern }) => pattern.head)).toEqual(["which jobs run"]);
  expect((await own.service({ kind: "list" }, signal)).length).toBe(0);
  for (const { rules } of [candidate, homePaths(folder.path)]) {
    const files = readdirSync(dirname(rules)).filter((name) => name.startsWith("rules"));
    const texts = files.map((name) => readFileSync(join(dirname(rules), name), "latin1"));
    expect(texts.filter((text) => text.includes("zorbulon"))).toEqual([]);
  }
  await own.close();
});

test("the rules of a candidate that is gone go as a whole; what a candidate forgets is its own affair", async () => {
  await using folder = await temporaryFolder("forget-rule");
  const [own, theirs] = [rulesOf(folder.path, "current"), rulesOf(folder.path, "candidate")];
  for (const rules of [own, theirs]) {
    for (const head of ["a", "b"]) await (await rules.open()).observe(observed(head));
  }
  await theirs.service({ kind: "forget", id: 1 }, signal);
  expect((await own.open()).list()).toHaveLength(2);
  await theirs.close();
  const copy = homePaths(folder.path, "candidate").rules;
  expect(existsSync(copy)).toBe(true);
  await own.service({ kind: "forget", id: 1 }, signal);
  expect(existsSync(copy)).toBe(false);
  await own.close();
});
