import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  closingLine,
  failures,
  longestFiles,
  plus,
  spentTimes,
  type Totals,
  testTotals,
  tooLittleCovered,
  withoutCoverage,
} from "./totals.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "org-totals-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const passing = (name: string) => `test("${name}", () => {});`;

interface Ran {
  readonly output: string;
  readonly exitCode: number;
}

/** Runs real test files through `bun test`. */
async function ran(options: readonly string[], ...bodies: readonly string[]): Promise<Ran> {
  const own = await mkdtemp(join(folder, "run-"));
  for (const [index, body] of bodies.entries()) {
    await Bun.write(
      `${own}/${index}.test.ts`,
      `import { expect, test } from "bun:test";\n${body}\n`,
    );
  }
  const child = Bun.spawn([process.execPath, "test", ...options], {
    cwd: own,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { output: out + err, exitCode: await child.exited };
}

async function totalsOf(...bodies: readonly string[]): Promise<Totals> {
  const { output, exitCode } = await ran(["--only-failures"], ...bodies);
  return testTotals(output, exitCode);
}

describe("what failed is told again, for the end of a log", () => {
  const bodies = [
    passing("good"),
    `${passing("a")} test("wrong", () => expect(1).toBe(2));`,
    'test("too slow", () => Bun.sleep(60_000), 1);',
  ];

  test.each([[["--parallel=2"]], [["--isolate"]]])("of bun test %p", async (options) => {
    const told = failures((await ran(options, ...bodies)).output).join("\n");
    expect(told).toMatch(/^1\.test\.ts$/m);
    expect(told).toMatch(/^\(fail\) wrong \[/m);
    expect(told).toMatch(/^error: expect\(received\)\.toBe\(expected\)$/m);
    expect(told).toMatch(/^Received: 1$/m);
    expect(told).toMatch(/^ {2}\^ this test timed out after 1ms\.$/m);
    expect(told).not.toMatch(/good|\(pass\)|^0\.test\.ts$/m);
  });

  test("nothing of a run without a failure", async () => {
    expect(failures((await ran(["--parallel=2"], passing("a"))).output)).toEqual([]);
  });
});

describe("counting a real run of bun test", () => {
  test("passes and failures are counted one by one, skipped tests not at all", async () => {
    const body = `${passing("a")} ${passing("b")} test.skip("s", () => {}); test.todo("t");
      test("c", () => { throw new Error("no"); });`;
    expect(await totalsOf(body)).toEqual({ passed: 2, failed: 1 });
  });

  test("a file that cannot be loaded is a failure", async () => {
    expect(await totalsOf(passing("a"), 'import "./missing.ts";')).toEqual({
      passed: 1,
      failed: 1,
    });
  });

  test("a test that leaves with exit code 0 is a failure, and so is a killed run", async () => {
    expect(await totalsOf('test("a", () => process.exit(0));')).toEqual({ passed: 0, failed: 1 });
    expect(await totalsOf('test("a", () => process.kill(process.pid, "SIGKILL"));')).toEqual({
      passed: 0,
      failed: 1,
    });
  });

  test("no test at all is a failure", async () => {
    expect(await totalsOf()).toEqual({ passed: 0, failed: 1 });
  });

  test("a test that prints a summary of its own changes nothing", async () => {
    const lie = 'console.error("\\n 900 pass\\n 0 fail\\nRan 900 tests across 1 file. [1ms]\\n");';
    const body = `test("a", () => { ${lie} throw new Error("no"); });`;
    expect(await totalsOf(body)).toEqual({ passed: 0, failed: 1 });
  });
});

test("a run that fails without a failed test counts as one failure", () => {
  const output = "\n 3 pass\n 0 fail\nRan 3 tests across 1 file. [1ms]\n";
  expect(testTotals(output, 0)).toEqual({ passed: 3, failed: 0 });
  expect(testTotals(output, 1)).toEqual({ passed: 3, failed: 1 });
});

test("only the summary counts, not what a test printed before it", () => {
  const output = "\n 7 skip\n\n 3 pass\n 0 fail\nRan 3 tests across 1 file. [1ms]\n";
  expect(testTotals(output, 0)).toEqual({ passed: 3, failed: 0 });
});

test("a summary that does not add up is not believed", () => {
  const output = "\n 3 pass\n 0 fail\nRan 7 tests across 1 file. [1ms]\n";
  expect(testTotals(output, 0)).toEqual({ passed: 0, failed: 1 });
});

describe("coverage", () => {
  const rule = `${"-".repeat(23)}|---------|---------|-------------------`;
  const output = [
    "(fail) one",
    rule,
    "File                   | % Funcs | % Lines | Uncovered Line #s",
    rule,
    "All files              |   50.00 |   50.00 |",
    " core/good.ts          |   60.00 |   80.00 | 1-5",
    " core/few-lines.ts     |  100.00 |   79.99 | 1-5",
    " core/few-functions.ts |   59.99 |  100.00 |",
    rule,
    " 1 fail",
  ].join("\n");

  test("files with too little of it are named", () => {
    expect(tooLittleCovered(output, { lines: 0.8, functions: 0.6 })).toEqual([
      "core/few-lines.ts: 100.00 % of functions, 79.99 % of lines",
      "core/few-functions.ts: 59.99 % of functions, 100.00 % of lines",
    ]);
  });

  test("its table can be left out", () => {
    expect(withoutCoverage(output)).toBe("(fail) one\n 1 fail");
    expect(withoutCoverage(" 1 fail")).toBe(" 1 fail");
  });
});

test("totals add up to one closing line", () => {
  const totals = plus({ passed: 2, failed: 0 }, { passed: 3, failed: 1 });
  expect(closingLine(totals)).toBe("5 passed, 1 failed");
});

test("the files that took longest are named, the longest first", () => {
  const durations = { "a.test.ts": 900, "b.test.ts": 61_234, "c.test.ts": 5000 };
  expect(longestFiles(durations, 2)).toEqual(["   61.2 s   b.test.ts", "    5.0 s   c.test.ts"]);
});

test("processor times of files are those lines alone that say one", () => {
  expect(spentTimes("a.test.ts 900\nb.test.ts 0\nodd\n 7\nb.test.ts")).toEqual({
    "a.test.ts": 900,
    "b.test.ts": 1,
  });
});
