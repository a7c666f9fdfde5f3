/** `org log rotate`: logs make room for empty ones, and the oldest go. */
import { basename } from "node:path";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { type GenerationName, homePaths } from "#home/home-paths.ts";
import { readGeneration } from "#ops/processes/generation-record.ts";
import {
  type LogFamily,
  logFamilies,
  MAX_ROTATED_FILES,
  planRotation,
  removeLog,
  rotateFile,
} from "#platform/log/log-files.ts";
import type { CommandContext } from "../context.ts";
import { rotationText } from "../rotation-text.ts";

const MAX_ROTATED = 1000;

export async function rotateLogs({ line, settings, output }: CommandContext): Promise<number> {
  const keep = keepOf(line.options.get("keep"));
  const dryRun = !line.options.has("yes");
  const all = await logFamilies(homePaths(settings.home).logs);
  const held = await heldOpen(settings.home);
  // What a process says on its own stderr goes into the file that it was started with, whatever name that has.
  const families = all.filter(({ path }) => !held.has(basename(path)));
  const plan = planRotation(families, keep);
  if (!dryRun) {
    for (const { path } of plan.rotate) rotateFile(path);
    for (const file of plan.remove) removeLog(file);
  }
  const unchanged = all.flatMap(({ path, active }: LogFamily) =>
    held.has(basename(path)) && active !== undefined ? [active] : [],
  );
  output.write(
    line.options.has("json")
      ? jsonLine({ dryRun, ...plan, left: unchanged })
      : rotationText({ ...plan, left: unchanged, dryRun }),
  );
  return EXIT.done;
}

async function heldOpen(orgHome: string): Promise<ReadonlySet<string>> {
  const names: readonly GenerationName[] = ["current", "candidate"];
  const running = await Promise.all(names.map((name) => readGeneration(orgHome, name)));
  return new Set(running.flatMap((record) => (record === undefined ? [] : [`${record.name}.log`])));
}

/** @throws {OrgError} `USAGE` */
function keepOf(text: string | undefined): number {
  if (text === undefined) return MAX_ROTATED_FILES;
  const keep = Number(text);
  if (/^\d{1,4}$/.test(text) && keep <= MAX_ROTATED) return keep;
  throw new OrgError(`--keep ${echoed(text)} is not a number of files`, {
    code: "USAGE",
    why: `it is a number from 0 to ${MAX_ROTATED}`,
    remedies: ["org log rotate", "org help log"],
    unchanged: "Nothing was changed.",
  });
}
