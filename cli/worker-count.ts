import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import type { CommandContext } from "./context.ts";

const MAX_WORKERS = 64;

/** How many jobs run at once: as many as the command line says, or the settings. @throws {OrgError} `USAGE` */
export function workersOf({ line, settings }: Pick<CommandContext, "line" | "settings">): number {
  const text = line.options.get("workers");
  if (text === undefined) return settings.jobs.workers;
  const workers = Number(text);
  if (/^\d{1,3}$/.test(text) && workers >= 1 && workers <= MAX_WORKERS) return workers;
  const { name } = line.command;
  throw new OrgError(`Invalid value for --workers: ${echoed(text)} (1 to ${MAX_WORKERS})`, {
    code: "USAGE",
    why: `it is a number from 1 to ${MAX_WORKERS}`,
    remedies: [`org ${name} --workers 4`, `org help ${name}`],
    unchanged: "Nothing was started.",
  });
}
