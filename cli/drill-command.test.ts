/** What a drill of the gate says; `test/drill.e2e.test.ts` has the gate judge. */
import { expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { SelfTestResult } from "#ops/release/gate-self-test.ts";
import { capturedOutput } from "#test/captured-output.ts";
import { parseCommandLine } from "./command-line.ts";
import { runDrillCommand } from "./drill-command.ts";

const SECRET = "correct-horse-battery";

function result(about: Partial<SelfTestResult>): SelfTestResult {
  const seen = { verdict: "reject", stage: "S2", reason: "", ok: true, ms: 1260 } as const;
  return { name: "count, a script", expected: ["S2"], ...seen, ...about };
}
const GOOD = result({ name: "count", expected: [], verdict: "promote", stage: null });
const FAULT = result({});
const MISSED = result({
  ...{ name: "count, a lie", expected: ["S2", "S4"], verdict: "promote", stage: null, ok: false },
});
const LOST = result({ name: "sum", expected: [], stage: "S3", ok: false, ms: 40 });

async function run(results: readonly SelfTestResult[], ...words: readonly string[]) {
  const output = capturedOutput();
  const code = await runDrillCommand(parseCommandLine(["fitness", "drill", ...words]), {
    ...{ output, cleaner: new TextCleaner([SECRET]) },
    drill: async (onResult) => {
      for (const one of results) onResult?.(one);
      return results;
    },
  });
  const { stdout, stderr } = output;
  return { code, stdout, stderr };
}

test("each verdict is told as it comes; all as they have to be is success", async () => {
  expect(await run([GOOD, FAULT])).toEqual({
    code: 0,
    stdout: "2 of 2 verdicts are right\n",
    stderr: "✔ count: promote  1.3 s\n✔ count, a script: reject at S2  1.3 s\n",
  });
});

test("a fault that gets through is an alarm, and so is a good tool that does not", async () => {
  expect(await run([MISSED, FAULT, LOST])).toEqual({
    code: 1,
    stdout: "1 of 3 verdicts are right\n",
    stderr:
      "✘ count, a lie: promote, and should be S2 or S4  1.3 s\n" +
      "✔ count, a script: reject at S2  1.3 s\n" +
      "✘ sum: reject at S3, and should be promote  0.0 s\n",
  });
});

test("for a program it is one line at the end, without secrets", async () => {
  const told = await run([result({ reason: `it holds ${SECRET}` }), LOST], "--json");
  expect(told).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(told.stdout)).toMatchObject({ ok: false, results: [{ stage: "S2" }, LOST] });
  expect(told.stdout).not.toContain(SECRET);
  expect(JSON.parse((await run([GOOD], "--json")).stdout)).toMatchObject({ ok: true });
});
