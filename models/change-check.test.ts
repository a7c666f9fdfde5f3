import { expect, test } from "bun:test";
import { ChangeCheck, firstFailure } from "./change-check.ts";

const edit = { id: "1", name: "edit_file", arguments: { path: "a.ts" } };
const test1 = { id: "2", name: "sh", arguments: { cmd: "bun test" } };
const DONE = { ok: true };
const RED = { ok: false, exit: 1 };

test("what was changed is to be tested, until the test has run", () => {
  const check = new ChangeCheck("bun test");
  expect(check.next()).toBeUndefined();
  check.note(edit, { ok: false });
  expect(check.next()).toBeUndefined();
  check.note(edit, DONE);
  check.note({ ...test1, arguments: { cmd: "ls" } }, DONE);
  const call = check.next();
  expect(call).toMatchObject({ name: "sh", arguments: { cmd: "bun test" } });
  check.note(test1, RED);
  expect(check.next()).toBeUndefined();
});

test("a turn is told twice of what fails", () => {
  const check = new ChangeCheck("bun test");
  const ids = [0, 1, 2].map(() => {
    check.note(edit, DONE);
    const call = check.next();
    if (call !== undefined) check.note(call, RED);
    return call?.id;
  });
  expect(ids).toEqual(["check1", "check0", undefined]);
});

test("a test that the model has seen fail is not run again, and it is told twice of it", () => {
  const check = new ChangeCheck("bun test");
  check.note(edit, DONE);
  expect(check.isFailing).toBe(false);
  check.note(test1, RED);
  expect([check.next(), check.isFailing]).toEqual([undefined, true]);
  check.told();
  check.told();
  expect(check.isFailing).toBe(false);
  const mended = new ChangeCheck("bun test");
  mended.note(test1, RED);
  expect(mended.isFailing).toBe(false);
  mended.note(edit, DONE);
  mended.note(test1, RED);
  expect(mended.isFailing).toBe(true);
  mended.note(edit, DONE);
  expect([mended.isFailing, mended.next()?.name]).toEqual([false, "sh"]);
});

test("without a command, or with one that cannot run, nothing is tested", () => {
  const unknown = new ChangeCheck(undefined);
  unknown.note(edit, DONE);
  expect(unknown.next()).toBeUndefined();
  for (const result of [
    { ok: false, exit: 127 },
    { ok: false, killed: "wall" as const },
  ]) {
    const check = new ChangeCheck("bun test");
    check.note(test1, result);
    check.note(edit, DONE);
    expect(check.next()).toBeUndefined();
  }
});

test("of a long output a model reads the first failure and the last line", () => {
  const passed = Array.from({ length: 80 }, (_, index) => `ok ${index} this one passes`);
  const failed = ["shop.test.ts:12", "error: expected 3, got 2", "  at total (shop.ts:4)"];
  const output = [...passed, "0 failed so far", ...failed, ...passed, "1 failed, 160 passed"];
  const read = firstFailure(output.join("\n"));
  expect(read).toContain(failed.join("\n"));
  expect(read).toEndWith("\n…\n1 failed, 160 passed");
  expect(read.length).toBeLessThan(1500);
  expect(firstFailure("error: short")).toBe("error: short");
  expect(firstFailure("x".repeat(5000))).toBe(`…\n${"x".repeat(1200)}`);
});
