import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { CheckLimits } from "#fitness/project/run-checks.ts";
import { checkText, limitsFrom } from "./check-limits.ts";

const MIB = 1024 * 1024;
const CHECKS = ["bun test", "make lint"];

function limits(
  options: Readonly<Record<string, string>>,
  stored: readonly CheckLimits[] = [],
  checks = CHECKS,
): readonly CheckLimits[] | undefined {
  return limitsFrom({ options: new Map(Object.entries(options)) }, checks, stored);
}

function refusal(options: Readonly<Record<string, string>>, checks = CHECKS): OrgError {
  try {
    limits(options, [], checks);
  } catch (error) {
    if (error instanceof OrgError) return error;
  }
  throw new Error(`${JSON.stringify(options)} was not refused`);
}

test("a limit holds for all checks, or for the one that is named", () => {
  expect(limits({ time: "600", memory: "8192" })).toEqual(
    CHECKS.map((command) => ({ command, wallMs: 600_000, memoryBytes: 8192 * MIB })),
  );
  expect(limits({ only: "make lint", time: "5" })).toEqual([
    { command: "make lint", wallMs: 5000, memoryBytes: undefined },
  ]);
  expect(limits({})).toBeUndefined();
});

test("what is not set stays, default takes away, and limits of other checks are gone", () => {
  const stored = [
    { command: "bun test", wallMs: 1000, memoryBytes: 64 * MIB },
    { command: "gone", wallMs: 1000, memoryBytes: undefined },
  ];
  expect(limits({}, stored)).toEqual([
    { command: "bun test", wallMs: 1000, memoryBytes: 64 * MIB },
  ]);
  expect(limits({ time: "default" }, stored)).toEqual([
    { command: "bun test", wallMs: undefined, memoryBytes: 64 * MIB },
  ]);
  expect(limits({ only: "make lint", time: "2", memory: "64" }, stored)).toEqual([
    { command: "bun test", wallMs: 1000, memoryBytes: 64 * MIB },
    { command: "make lint", wallMs: 2000, memoryBytes: 64 * MIB },
  ]);
  expect(limits({ time: "default", memory: "default" }, stored)).toBeUndefined();
});

test.each([
  {
    ...{ name: "time", unit: "seconds", least: "1", most: "86400" },
    wrong: ["0", "86401", "1.5", "-1", "1234567890", "ten"],
  },
  {
    ...{ name: "memory", unit: "MiB", least: "64", most: "1048576" },
    wrong: ["63", "1048577", "8g", ""],
  },
])("--$name goes from $least to $most", ({ name, unit, least, most, wrong }) => {
  for (const right of [least, most]) expect(limits({ [name]: right })).toHaveLength(2);
  for (const text of wrong) {
    expect(refusal({ [name]: text }).why).toBe(
      `--${name} is a whole number of ${unit} from ${least} to ${most}, or default, not "${text}"`,
    );
  }
});

test("a refusal says what is wrong, what to type, and that nothing was changed", () => {
  expect(refusal({ only: "bun test" })).toMatchObject({
    ...{ message: "The limits were not set", code: "USAGE", unchanged: "Nothing was changed." },
    why: "--only names the check that --time and --memory hold for, and neither is there",
    remedies: [
      'org project checks --only "COMMAND" --time 600 --memory 8192',
      "org project checks --time default --memory default",
      "org project status   # names the checks",
    ],
  });
  expect(refusal({ only: "make", time: "5" }).why).toBe(
    '"make" is not a check of this repository; set are: "bun test", "make lint"',
  );
  expect(refusal({ only: "make", time: "5" }, []).why).toBe(
    '"make" is not a check of this repository; no check is set',
  );
});

test("a check is shown with its own limits", () => {
  const own = (one: Partial<CheckLimits>): readonly CheckLimits[] => [
    { command: "other", wallMs: 1000, memoryBytes: MIB },
    { command: "make", wallMs: undefined, memoryBytes: undefined, ...one },
  ];
  expect(checkText("make", own({}))).toBe("make");
  expect(checkText("make", [])).toBe("make");
  expect(checkText("make", own({ wallMs: 5000 }))).toBe("make (at most 5 s)");
  expect(checkText("make", own({ wallMs: 5000, memoryBytes: 64 * MIB }))).toBe(
    "make (at most 5 s, 64 MiB)",
  );
});
