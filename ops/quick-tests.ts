#!/usr/bin/env bun
/**
 * Runs the unit tests that are quick by the record, and those that lie beside what was changed however long they take.
 *
 *   bun ops/quick-tests.ts   on all cores; `bun ops/verify.ts --all` runs the others, too
 */
import { dirname } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import bunfig from "../bunfig.toml";
import timings from "../test/timings.json";
import { SUFFIX, TIMINGS } from "./end-to-end.ts";
import { otherParts, type Part } from "./parts.ts";
import type { Durations } from "./totals.ts";

const ROOT = dirname(import.meta.dir);

/**
 * Of processor time: two files in three are quicker, and take a twentieth of what all take, which is 12 s on each of two
 * processors. Above are those that start sandboxes, databases, browsers and Git, or try thousands of texts.
 */
const QUICK_MS = 170;

/** Files wait for timers and processes for longer than they compute: two at once leave half of two processors idle. */
export const QUICK_AT_ONCE = 5;

/** What is not recorded is new, and runs. */
export function slowTests(record: Durations = timings.files): readonly string[] {
  return Object.entries(record)
    .filter(([path, ms]) => ms > QUICK_MS && !path.endsWith(SUFFIX))
    .map(([path]) => path);
}

/** Arguments of `bun test` for the quick ones and for those in the folders of what was changed. */
export function quickArguments(
  changed: readonly string[],
  record: Durations = timings.files,
): readonly string[] {
  return without(notBeside(changed, slowTests(record)));
}

/** Arguments of `bun test` for the quick ones, for a part of the slow ones, and for those beside what was changed. */
export function partArguments({ number, changed }: Part): readonly string[] {
  return without(notBeside(changed, otherParts(slowTests(), number, { dearMs: QUICK_MS })));
}

function notBeside(changed: readonly string[], paths: readonly string[]): readonly string[] {
  const folders = new Set(changed.map(dirname));
  return paths.filter((path) => !folders.has(dirname(path)));
}

function without(ignoredPaths: readonly string[]): readonly string[] {
  // They replace those of bunfig.toml.
  const ignored = [...bunfig.test.pathIgnorePatterns, ...ignoredPaths];
  return [`--timings=${TIMINGS}`, ...ignored.map((path) => `--path-ignore-patterns=${path}`)];
}

/** Paths of files that differ from what is published, or from the last commit where nothing is; none without Git. */
export async function changedFiles(): Promise<readonly string[]> {
  const checkout = await openCheckout(ROOT).catch(() => undefined);
  if (checkout === undefined) return [];
  const linesOf = async (...args: readonly string[]): Promise<readonly string[]> => {
    const text = await gitText(checkout, args).catch(() => "");
    return text.split("\n").filter(Boolean);
  };
  const [base = "HEAD"] = await linesOf("merge-base", "HEAD", "@{upstream}");
  const [changed, added] = await Promise.all([
    linesOf("diff", "--name-only", base),
    linesOf("ls-files", "--others", "--exclude-standard"),
  ]);
  return [...changed, ...added];
}

if (import.meta.main) {
  const how = [`--parallel=${QUICK_AT_ONCE}`, "--no-isolate", "--only-failures"];
  const args = ["test", ...how, ...quickArguments(await changedFiles()), ...process.argv.slice(2)];
  const stdio: ["inherit", "inherit", "inherit"] = ["inherit", "inherit", "inherit"];
  process.exitCode = Bun.spawnSync([process.execPath, ...args], { cwd: ROOT, stdio }).exitCode;
}
