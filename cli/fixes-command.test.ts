import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { SupervisorStore } from "#ops/supervisor/supervisor-store.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { parseCommandLine } from "./command-line.ts";
import { runFixesCommand } from "./fixes-command.ts";

let folder = "";
let store: SupervisorStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-fixes-"));
  store = new SupervisorStore(join(folder, "s.sqlite"), "boot");
});
afterEach(() => {
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const cleaner = new TextCleaner(["correct-horse-battery"]);

function run(...args: readonly string[]): string {
  const output = capturedOutput();
  const line = parseCommandLine(["fixes", ...args], false);
  expect(runFixesCommand(line, { store, cleaner, output })).toBe(0);
  return output.stdout + output.stderr;
}

function propose(): void {
  const why = "it ended; correct-horse-battery";
  const finding = { pattern: "owner-gone", subject: "current", why };
  store.add(finding, { fix: "start-serving", state: "proposed", foundAt: 1e12, now: 1 });
}

test("findings are listed with their states, and no secret with them", () => {
  expect(run()).toBe("No fault was ever found in this home.\n");
  propose();
  store.giveUp({ role: "candidate", at: 1, why: "a loop" });
  const text = run("list");
  expect(text).toBe(
    "candidate was given up: a loop; org fixes resume candidate\n" +
      "   1  2001-09-09 01:46:40  proposed  owner-gone (current): it ended; [redacted]\n",
  );
  const json = run("--json");
  expect(JSON.parse(json)).toMatchObject({
    fixes: [{ id: 1, why: "it ended; [redacted]", state: "proposed" }],
    givenUp: [{ role: "candidate", why: "a loop" }],
  });
  expect(json).not.toContain("horse");
});

test("one is shown with what was done and what kept it from succeeding", () => {
  propose();
  store.change(1, { state: "applying", now: 2 });
  store.change(1, { state: "failed", now: 3, done: { pid: 7 }, note: "no answer" });
  const text = run("show", "1");
  expect(text).toBe(
    "   1  2001-09-09 01:46:40  failed    owner-gone (current): it ended; [redacted]\n" +
      '      fix: start-serving\n      begun: 1 time\n      done: {"pid":7}\n      note: no answer\n',
  );
  expect(JSON.parse(run("show", "1", "--json"))).toMatchObject({ state: "failed", tries: 1 });
});

test("a person's word is taken once", () => {
  propose();
  expect(run("show", "1")).toEndWith("[redacted]\n      fix: start-serving\n");
  expect(run("approve", "1")).toBe("fix 1 (start-serving) is approved\n");
  expect(() => run("reject", "1")).toThrow("does not wait");
  propose();
  const rejected = JSON.parse(run("reject", "2", "--json"));
  expect(rejected).toMatchObject({ id: 2, state: "rejected", why: "it ended; [redacted]" });
});

test("what there is not is refused", () => {
  for (const operand of ["7", "x", "", "1e3", "9999999999"]) {
    expect(() => run("show", operand)).toThrow("There is no fix");
  }
  expect(() => run("resume", "current")).toThrow("was not given up");
  store.giveUp({ role: "current", at: 1, why: "a loop" });
  expect(() => run("resume", "engine")).toThrow("was not given up");
  expect(run("resume", "current")).toBe("current may be started again\n");
  store.giveUp({ role: "current", at: 1, why: "a loop" });
  expect(JSON.parse(run("resume", "current", "--json"))).toEqual({ resumed: "current" });
});

test("a day is reported with what was found and how its tools fared, and no secret with it", () => {
  propose();
  store.giveUp({ role: "candidate", at: 1, why: "a loop" });
  const line = { at: 5, source: "current", level: "info", pid: 1 } as const;
  const call = { tool: "count_words", ok: true, ms: 12 };
  store.days.count([{ ...line, call }], { at: 5, wall: 1e12 });
  const text = run("report", "2001-09-09");
  for (const part of [
    "1 found (1 waiting for you)",
    "calls of tools 1, of them 0 failed",
    "count_words: 1 calls, 0 failed, 12 ms each",
    "fix 1: owner-gone (current) proposed",
    "org fixes resume candidate",
  ]) {
    expect(text).toContain(part);
  }
  const json = run("report", "2001-09-09", "--json");
  expect(JSON.parse(json)).toMatchObject({ day: "2001-09-09", tools: [{ calls: 1 }] });
  expect(json).not.toContain("horse");
  expect(run("report")).toContain(": 0 found");
  expect(() => run("report", "yesterday")).toThrow(
    expect.objectContaining({
      ...{ code: "USAGE", message: '"yesterday" is not a day' },
      why: "a day is written as 2026-01-31",
      remedies: ["org fixes report"],
      unchanged: "Nothing was changed.",
    }),
  );
});

test("the list has the fifty newest, in columns", () => {
  for (let count = 0; count < 51; count += 1) propose();
  store.change(51, { state: "failed", now: 2 });
  const lines = run("list").trimEnd().split("\n");
  expect(lines).toHaveLength(50);
  expect(lines.find((line) => line.includes("failed"))).toContain("  failed    owner-gone");
});
