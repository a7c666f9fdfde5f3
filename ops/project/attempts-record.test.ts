import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Attempt,
  type AttemptResult,
  isTakeable,
  ranked,
  readAttempts,
  writeAttempts,
} from "./attempts-record.ts";

const RESULT: AttemptResult = {
  ...{ outcome: "passes", why: "", checks: { passed: 1, all: 1 }, fixed: 1 },
  ...{ files: 1, added: 2, removed: 2, ms: 100, promptTokens: 10, completionTokens: 5 },
};

function attempt(number: number, result: Partial<AttemptResult> | null): Attempt {
  const own = result === null ? null : { ...RESULT, ...result };
  return { number, persona: "agent", model: "m", result: own };
}

test("attempts stand by what the gate says, then tests fixed, lines, time and number", () => {
  const sorted = ranked([
    attempt(1, null),
    attempt(2, { outcome: "failed" }),
    attempt(3, { outcome: "unchanged" }),
    attempt(4, { outcome: "refused", fixed: 9 }),
    attempt(5, { outcome: "held" }),
    attempt(6, { added: 3 }),
    attempt(7, { ms: 101 }),
    attempt(8, {}),
    attempt(9, {}),
    attempt(10, { fixed: 2, added: 50, ms: 9000 }),
  ]);
  expect(sorted.map(({ number }) => number)).toEqual([10, 8, 9, 7, 6, 5, 4, 3, 2, 1]);
});

test("what was judged can be taken, and nothing else", () => {
  const outcomes = ["passes", "held", "refused", "unchanged", "failed"] as const;
  const takeable = outcomes.map((outcome) => isTakeable(attempt(1, { outcome })));
  expect(takeable).toEqual([true, true, true, false, false]);
  expect(isTakeable(attempt(1, null))).toBe(false);
});

test("a list is read as it was written; one that another program changed is an error that names it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "org-attempts-"));
  try {
    expect(await readAttempts(folder)).toBeUndefined();
    const attempts = [attempt(1, {}), attempt(2, null)];
    const record = { task: "mend it", start: "a".repeat(40), attempts, taking: null };
    await writeAttempts(folder, record);
    expect(await readAttempts(folder)).toEqual(record);
    writeFileSync(join(folder, "attempts.json"), '{"task": 1}');
    const error = await readAttempts(folder).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "JOURNAL_CORRUPT", remedies: [expect.any(String)] });
    expect(String(error)).toContain(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
