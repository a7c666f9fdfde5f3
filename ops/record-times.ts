#!/usr/bin/env bun
/**
 * Measures anew how much processor time each unit test file takes, and writes it into `test/timings.json`: by that record,
 * `bun run test` chooses the quick ones.
 *
 *   bun ops/record-times.ts         all of them
 *   bun ops/record-times.ts core/   those of one folder
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";
import timings from "../test/timings.json";
import { TIMINGS } from "./end-to-end.ts";
import { type Durations, spentTimes } from "./totals.ts";

const ROOT = dirname(import.meta.dir);

/** Runs the tests below some paths. @returns their exit code, and their times by the file. */
export async function measure(
  paths: readonly string[],
): Promise<{ readonly exitCode: number; readonly times: Durations }> {
  await using folder: TemporaryFolder = await temporaryFolder("times");
  const lines = join(folder.path, "times");
  const child = Bun.spawn([process.execPath, "test", "--no-isolate", "--only-failures", ...paths], {
    ...{ cwd: ROOT, env: { ...Bun.env, ORG_TEST_TIMES: lines } },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exitCode = await child.exited;
  const times = existsSync(lines) ? spentTimes(await Bun.file(lines).text()) : {};
  return { exitCode, times };
}

/** @returns the record with new times, in the order of the paths, without files that are gone. */
export function withTimes(recorded: Durations, times: Durations): Durations {
  const files = Object.entries({ ...recorded, ...times })
    .filter(([path]) => existsSync(join(ROOT, path)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(files);
}

if (import.meta.main) {
  const { exitCode, times } = await measure(process.argv.slice(2));
  const whole = { version: timings.version, files: withTimes(timings.files, times) };
  await Bun.write(join(ROOT, TIMINGS), `${JSON.stringify(whole, null, 2)}\n`);
  process.exitCode = exitCode;
}
