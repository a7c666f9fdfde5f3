#!/usr/bin/env bun
/**
 * Runs the end-to-end suites: six at a time, and behind them two at a time those that measure the machine.
 *
 *   bun ops/end-to-end.ts                   all of them
 *   bun ops/end-to-end.ts session workflow  those with one of the parts in their name
 *
 * A run of everything (`ops/verify.ts --all`) leaves out two parts of three of the suites that cost most: `parts.ts`.
 */
import { basename, dirname } from "node:path";
import { Glob } from "bun";
import { type BundledProgram, bundleProgram } from "./bundle-program.ts";
import { otherParts, type Part } from "./parts.ts";

const ROOT = dirname(import.meta.dir);
export const SUFFIX = ".e2e.test.ts";

/** Suites that compare processor time or answer within a promised time: five others beside one would be measured, too. */
export const MEASURING: readonly string[] = [
  "auto-promotion",
  "autonomy-ends",
  "cli-signals",
  "gate-cost",
  "gate-regression",
  "side-by-side",
];

/** They wait for processes more than they compute: four at a time leave 46 % of two cores idle, eight gain nothing. */
const AT_ONCE = 6;
/** One for each of two processors, and they wait for half of their time. */
const MEASURING_AT_ONCE = 2;

/**
 * Processor time of test files in milliseconds, so that the dearest begin first: none of them is then left over for one
 * processor alone. `record-times.ts` measures that of unit test files; that of suites is what the kernel counts for a
 * control group of their own, as a process does not learn of all that ends in its sandboxes.
 */
export const TIMINGS: string = "test/timings.json";

/** Of processor time: six suites of ten are dearer, and take nine tenths of what all suites take. */
const DEAR_MS = 4000;

export interface SuiteRun {
  readonly name: string;
  readonly command: readonly string[];
}

/**
 * The runs of `bun test` that all chosen suites take, each suite in exactly one of them.
 *
 * @param nameParts parts of names of suites; none chooses all.
 * @param part of the dear suites that part alone, and those that were changed themselves. @default all parts
 * @throws {Error} when no suite has one of the parts in its name.
 */
export function suiteRuns(nameParts: readonly string[] = [], part?: Part): readonly SuiteRun[] {
  const all = [...new Glob(`test/**/*${SUFFIX}`).scanSync(ROOT)].sort();
  const skipped = part === undefined ? [] : otherParts(all, part.number, { dearMs: DEAR_MS });
  const paths = all.filter((path) => !skipped.includes(path) || part?.changed.includes(path));
  const names = new Map(paths.map((path) => [basename(path, SUFFIX), `./${path}`]));
  const chosen = [...names].filter(
    ([, path]) => nameParts.length === 0 || nameParts.some((word) => path.includes(word)),
  );
  if (chosen.length === 0)
    throw new Error(`No suite has "${nameParts.join('" or "')}" in its name`);
  const measuring = chosen.filter(([name]) => MEASURING.includes(name)).map(([, path]) => path);
  const others = chosen.filter(([name]) => !MEASURING.includes(name)).map(([, path]) => path);
  return [
    {
      name: "end-to-end, six at a time",
      command: bunTest(AT_ONCE, others),
    },
    {
      name: "end-to-end, two at a time",
      command: bunTest(MEASURING_AT_ONCE, measuring),
    },
  ].filter(({ command }) => command.at(-1)?.endsWith(SUFFIX));
}

function bunTest(atOnce: number, paths: readonly string[]): readonly string[] {
  // The settings leave these suites out of a plain run. The limit is only against what hangs.
  const options = ["--path-ignore-patterns=tools/generated/**", "--timeout=600000"];
  return ["bun", "test", `--parallel=${atOnce}`, `--timings=${TIMINGS}`, ...options, ...paths];
}

if (import.meta.main) {
  await using bundle: BundledProgram = await bundleProgram();
  const [cwd, env] = [ROOT, { ...Bun.env, ...bundle.environment }];
  const failed = suiteRuns(process.argv.slice(2)).filter(({ command: [, ...args] }) => {
    const stdio: ["inherit", "inherit", "inherit"] = ["inherit", "inherit", "inherit"];
    return !Bun.spawnSync([process.execPath, ...args], { cwd, env, stdio }).success;
  });
  process.exitCode = failed.length === 0 ? 0 : 1;
}
