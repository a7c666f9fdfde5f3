import { expect, test } from "bun:test";
import { afterRevert, ChangeCheck, firstFailure } from "./change-check.ts";

const edit = { id: "1", name: "edit_file", arguments: { path: "a.ts" } };
const test1 = { id: "2", name: "sh", arguments: { cmd: "bun test" } };
const DONE = { ok: true };
const RED = { ok: false, exit: 1 };

test("what was changed is to be tested, until the test has run", () => {
  const check = new ChangeCheck("bun test", "Why?");
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

test("a test that writes its output somewhere is a test all the same", () => {
  const command = "bun test 2>&1";
  const check = new ChangeCheck(command, "Why?");
  check.note(edit, DONE);
  check.note({ ...test1, arguments: { cmd: command } }, DONE);
  expect(check.next()).toBeUndefined();
});

test("a turn is told twice of what fails", () => {
  const check = new ChangeCheck("bun test", "Why?");
  const ids = [0, 1, 2].map(() => {
    check.note(edit, DONE);
    const call = check.next();
    if (call !== undefined) check.note(call, RED);
    return call?.id;
  });
  expect(ids).toEqual(["check1", "check2", undefined]);
});

test("a change that fails the test is made anew twice, with checks of its own", () => {
  const check = new ChangeCheck("bun test", "Mend it.");
  const fail = () => {
    check.note(edit, DONE);
    const call = check.next();
    check.note(call ?? test1, RED);
    return call?.id;
  };
  expect(check.mayStartOver).toBe(false);
  expect(fail()).toBe("check1");
  expect(check.mayStartOver).toBe(true);
  expect(check.startOver()).toBe("The test fails: the change is reverted and made anew ⟲ 2 of 3.");
  expect([check.attempt, check.fails, check.mayStartOver, check.next()]).toEqual([
    ...[2, false, false, undefined],
  ]);
  check.note({ ...edit, name: "read_file" }, DONE);
  expect(check.reproach()).toContain("No file has changed");
  expect(fail()).toBe("check2");
  expect(check.startOver()).toEndWith("3 of 3.");
  expect(fail()).toBe("check3");
  expect([check.mayStartOver, check.fails]).toEqual([false, true]);
});

test("who begins anew reads the first failure of the attempt before", () => {
  const said = afterRevert(`ok 1\n${"noise\n".repeat(900)}error: expected 2\nmore`);
  expect(said).toStartWith("A change was made and reverted, because the test failed:\n…\nnoise");
  expect(said).toContain("error: expected 2");
  expect(said).toEndWith("The files are as they were. Change them in another way.");
  expect(said.length).toBeLessThan(1500);
});

test("a test that the model has seen fail is not run again, and it is told twice of it", () => {
  const check = new ChangeCheck("bun test", "Why?");
  check.note(edit, DONE);
  expect(check.reproach()).toBeUndefined();
  check.note(test1, RED);
  expect(check.next()).toBeUndefined();
  expect([check.reproach(), check.reproach(), check.reproach()]).toEqual([
    expect.stringContaining("still fails"),
    expect.stringContaining("still fails"),
    undefined,
  ]);
});

test("a test that failed before anything was changed is not a reproach, nor is one that something was done about", () => {
  const check = new ChangeCheck("bun test", "Why?");
  check.note(test1, RED);
  expect(check.reproach()).toBeUndefined();
  check.note(edit, DONE);
  check.note(test1, RED);
  check.note(edit, DONE);
  expect([check.reproach(), check.next()?.name]).toEqual([undefined, "sh"]);
});

test.each(["Fix it.", "Rename calc to price everywhere.", "Behebe den Fehler."])(
  "who looks around and changes nothing is asked once for the change: %s",
  (asked) => {
    const check = new ChangeCheck("bun test", asked);
    expect(check.reproach()).toBeUndefined();
    check.note({ ...test1, name: "read_file" }, DONE);
    expect(check.reproach()).toStartWith("No file has changed yet.");
    expect(check.reproach()).toBeUndefined();
  },
);

test.each([
  ["sh", { cmd: "sed -i 's/a/b/g' x.ts" }],
  ["sh", { cmd: "git mv a.ts b.ts" }],
  ["sh", { cmd: "echo x > y" }],
  ["sh", { cmd: "ls src>list.txt" }],
  ["sh", { cmd: "cat >> a.ts <<'E'\nx\nE" }],
  ["sh", { cmd: "make 2>err.txt" }],
  ["sh", { cmd: "grep -rl a . | xargs rm" }],
  ["python_run", { code: "open('a', 'w').write('x')" }],
  ["python_run", { code: "with open(path, mode='a') as f:\n    print('x', file=f)" }],
  ["python_run", { code: "from pathlib import Path\nPath('a').write_text('b')" }],
  ["python_run", { code: "import os\nos.rename('a', 'b')" }],
])("a program that changes files is a change: %s %j", (name, given) => {
  const check = new ChangeCheck("bun test", "Rename a to b.");
  check.note({ id: "1", name, arguments: given }, DONE);
  expect([check.reproach(), check.next()?.name]).toEqual([undefined, "sh"]);
});

test.each([
  ["sh", { cmd: "npm test 2>&1 | tail -n 20" }],
  ["sh", { cmd: "grep -rn 'a -> b' src 2>/dev/null" }],
  ["sh", { cmd: "grep -n '=> total >= 3' cart.ts" }],
  ["sh", { cmd: "awk '$3 > 5' orders.csv" }],
  ["sh", { cmd: "make >/dev/null && echo ok" }],
  ["python_run", { code: "rows = [r for r in data if r['a'] > 3]\nprint(rows, 'w')" }],
  ["python_run", { code: "print(open('x').read(), row[\"x\"])" }],
])("a program that looks at files is not a change: %s %j", (name, given) => {
  const check = new ChangeCheck("bun test", "Why does it fail?");
  check.note({ id: "1", name, arguments: given }, DONE);
  expect(check.next()).toBeUndefined();
});

test.each(["Which one is unused?", "Explain cart.ts.", "Name the port. Change no file.", ""])(
  "who is asked, or told to change nothing, may answer: %s",
  (asked) => {
    const check = new ChangeCheck("bun test", asked);
    check.note({ ...test1, name: "read_file" }, DONE);
    expect(check.reproach()).toBeUndefined();
  },
);

test("without a command, or with one that cannot run, nothing is tested", () => {
  const unknown = new ChangeCheck(undefined, "Fix it.");
  unknown.note(edit, DONE);
  expect(unknown.next()).toBeUndefined();
  for (const result of [
    { ok: false, exit: 127 },
    { ok: false, killed: "wall" as const },
  ]) {
    const check = new ChangeCheck("bun test", "Why?");
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
