import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Rule, RuleKey } from "#core/rules/rule.ts";
import { openRules } from "./open-rules.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-rules-"));
  path = join(folder, "rules.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true }));

function lessonAbout(head: string, tool = "ls"): RuleKey {
  return {
    ...{ persona: "agent", place: "workspace" },
    pattern: { head, slot: undefined },
    template: { tool, fixed: "{}", argument: undefined },
  };
}

type Book = Awaited<ReturnType<typeof openRules>>;

async function teach(book: Book, lesson: RuleKey, times = 1): Promise<Rule | undefined> {
  const known = () => book.list().find(({ pattern }) => pattern.head === lesson.pattern.head);
  for (let n = 0; n < times; n += 1) {
    await book.observe({ outcomes: [], lesson, tools: "t" });
  }
  return known();
}

test("what was learnt is there after a restart, with its number", async () => {
  {
    await using book = await openRules(path, { now: () => 5 });
    await teach(book, lessonAbout("jobs"), 16);
    await teach(book, { ...lessonAbout("ls"), pattern: { head: "ls", slot: "folder" } });
    await book.judge(1, "fired", "t");
  }
  await using book = await openRules(path);
  expect(book.list()).toMatchObject([
    { id: 1, state: "live", confirmed: 16, fired: 1, lines: 1, learntAt: 5, usedAt: 5 },
    { id: 2, state: "shadow", pattern: { head: "ls", slot: "folder" } },
  ]);
  expect(book.show(1)).toEqual(book.list()[0] as Rule);
});

test("with other tools a rule begins anew", async () => {
  await using book = await openRules(path);
  await teach(book, lessonAbout("jobs"), 16);
  await book.observe({ outcomes: [{ id: 1, outcome: "for" }], lesson: undefined, tools: "others" });
  expect(book.list()).toMatchObject([{ state: "shadow", confirmed: 1, tools: "others" }]);
});

test("a rule that was deleted is learnt under a new number", async () => {
  await using book = await openRules(path);
  await teach(book, lessonAbout("jobs"));
  for (let n = 0; n < 3; n += 1) await book.judge(1, "against", "t");
  expect(book.list()).toBeEmpty();
  await book.judge(1, "against", "t");
  expect((await teach(book, lessonAbout("jobs")))?.id).toBe(2);
});

test("the user forgets a rule, and switches one off and on", async () => {
  await using book = await openRules(path);
  await teach(book, lessonAbout("jobs"), 16);
  expect(await book.turn(1, "off")).toMatchObject({ state: "off" });
  await book.judge(1, "against", "t");
  await teach(book, lessonAbout("jobs"), 20);
  expect(book.list()).toMatchObject([{ state: "off", confirmed: 0, recent: "" }]);
  expect(await book.turn(1, "off")).toMatchObject({ state: "off" });
  expect(await book.turn(1, "on")).toMatchObject({ state: "shadow" });
  await book.forget(1);
  expect(book.list()).toBeEmpty();
  for (const refused of [
    () => book.forget(1),
    () => book.turn(1, "off"),
    async () => book.show(1),
  ]) {
    await expect(refused()).rejects.toMatchObject({ code: "RULE_UNKNOWN" });
  }
});

test("of too many the shadow that was not used for the longest time goes; live ones and those of the user stay", async () => {
  let now = 0;
  await using book = await openRules(path, { most: 3, now: () => (now += 1) });
  await teach(book, lessonAbout("one"), 16);
  await teach(book, lessonAbout("two"));
  await teach(book, lessonAbout("three"));
  await teach(book, lessonAbout("four"));
  const heads = () => book.list().map(({ pattern }) => pattern.head);
  expect(heads()).toEqual(["one", "three", "four"]);
  for (const id of [3, 4]) await book.turn(id, "off");
  await teach(book, lessonAbout("five"));
  expect(heads()).toEqual(["one", "three", "four"]);
});

test("a candidate's copy is a file of its own", async () => {
  await using book = await openRules(path);
  await teach(book, lessonAbout("jobs"));
  const copied = join(folder, "copy.sqlite");
  await book.copyTo(copied);
  await using copy = await openRules(copied);
  await copy.forget(1);
  expect(copy.list()).toBeEmpty();
  expect(book.list()).toHaveLength(1);
});

test("one process owns them; a damaged file stays as it is, and a closed book refuses", async () => {
  await using book = await openRules(path);
  await expect(openRules(path)).rejects.toMatchObject({ code: "HOME_BUSY" });
  await book[Symbol.asyncDispose]();
  await book[Symbol.asyncDispose]();
  expect(() => book.list()).toThrow("is closed");
  await expect(book.judge(1, "fired", "t")).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  const damaged = "no database, but long enough to be one".repeat(200);
  await Bun.write(path, damaged);
  await expect(openRules(path)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  expect(await Bun.file(path).text()).toBe(damaged);
});

test("a line that is forgotten stands in no file, also where the process is killed then", async () => {
  await using book = await openRules(path);
  const lesson = lessonAbout("search memory for zanzibar");
  await teach(book, lesson);
  const stands = () =>
    readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes("zanzibar"));
  expect(stands()).toBe(true);
  await book.forget(1);
  expect(stands()).toBe(false);
});
