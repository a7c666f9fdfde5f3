/** When a model is asked, what it sees, and what its answer can do. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import { line } from "#test/seen-home.ts";
import { logLines, SupervisedHome } from "#test/supervised-home.ts";
import { diagnose, unknownLines } from "./diagnosis.ts";
import { openSupervisorStore } from "./supervisor.ts";
import type { SupervisorStore } from "./supervisor-store.ts";

const { signal } = new AbortController();
const DAY = 24 * 3_600_000;

let home: TemporaryFolder;
let store: SupervisorStore;
beforeEach(async () => {
  home = await temporaryFolder("diagnosis");
  store = await openSupervisorStore(home.path);
});
afterEach(async () => {
  store[Symbol.dispose]();
  await home[Symbol.asyncDispose]();
});

const fault = line(1, { level: "error", event: "fault", code: "BUG", text: "x is not a function" });
const asking = (answer: string, wall: number, asked: string[][] = []) => ({
  ...{ store, wall, signal },
  ask: async (lines: readonly string[]) => {
    asked.push([...lines]);
    return answer;
  },
});

test("three unknown failures are put to it once in ten minutes, and five times a day at most", async () => {
  const asked: string[][] = [];
  const ask = async (count: number, wall: number) =>
    await diagnose(Array(count).fill(fault), asking('{"cause":"c","fix":null}', wall, asked));
  expect(await ask(2, 1e12)).toBeUndefined();
  expect(await ask(3, 1e12)).toMatchObject({ why: "a model says: c", fix: undefined });
  expect(await ask(3, 1e12 + 60_000)).toBeUndefined();
  for (let hour = 1; hour < 9; hour += 1) await ask(3, 1e12 + hour * 3_600_000);
  expect(asked).toHaveLength(5);
  await ask(3, 1e12 + DAY + 5 * 3_600_000);
  expect(asked).toHaveLength(6);
  expect(asked[0]).toEqual(Array(3).fill("current fault BUG x is not a function"));
});

test("what a pattern knows, what a job says and what is not an error is not put to it", () => {
  const lines = [
    line(1, { level: "error", event: "fault", code: "JOURNAL_CORRUPT" }),
    line(1, { level: "error", event: "job-dead", code: "BUG" }),
    line(1, { level: "warn", event: "fault", code: "BUG" }),
    line(1, { level: "error", code: "BUG" }),
  ];
  expect(unknownLines(lines)).toEqual([]);
});

test.each([
  ["no JSON", "I think it is the disk", undefined],
  ["a command for a fix", '{"cause":"c","fix":"rm -rf /"}', { fix: undefined }],
  ["no cause", '{"fix":"free-space"}', undefined],
  ["a fix of the list", '{"cause":"c","fix":"free-space"}', { fix: "free-space" }],
])("an answer with %s", async (_what, answer, expected) => {
  const found = await diagnose([fault, fault, fault], asking(answer, 1e12));
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toMatchObject(expected);
});

test("its fix waits for a person, also where fixes are automatic, and is applied once it is approved", async () => {
  const answer = '{"cause":"the disk is nearly full","fix":"free-space"}';
  await using supervised = await SupervisedHome.open(home.path, { ask: async () => answer });
  const error = { level: "error", event: "fault", code: "BUG", error: "no space?" };
  await logLines(home.path, "current", [error, error, error]);
  await supervised.beats(30);
  expect(supervised.records()).toMatchObject([
    { pattern: "unknown", fix: "free-space", state: "proposed" },
  ]);
  expect(supervised.told).toHaveLength(1);
  expect(supervised.told[0]?.text).toContain("a model says: the disk is nearly full");
  expect(supervised.store.answer(1, "approved")).toBe(true);
  await supervised.beats(3);
  expect(supervised.records()).toMatchObject([{ state: "verified" }]);
});

test("a model that fails is not a failure of the home", async () => {
  const ask = async () => await Promise.reject(new Error("gone"));
  await using supervised = await SupervisedHome.open(home.path, { ask });
  const error = { level: "error", event: "fault", code: "BUG" };
  await logLines(home.path, "current", [error, error, error]);
  await supervised.beats(5);
  expect([supervised.records(), supervised.told]).toEqual([[], []]);
});
