/** `org project checks --set … --measure …`: what judges a change of a repository, as its user sets it. */

import { OrgError } from "#core/errors.ts";
import { quoted } from "#fitness/project/finding.ts";
import type { ProjectMeasure } from "#fitness/project/measure.ts";
import { changeRecord, newRecord, type ProjectLocation } from "#ops/project/location.ts";
import { checksOf } from "#ops/project/project-settings.ts";
import type { CommandContext } from "../context.ts";
import { limitsFrom } from "./check-limits.ts";

type CheckFlags = Pick<CommandContext["line"], "options" | "repeated">;

const OWN = ["time", "memory", "only", "measure", "better", "no-measure", "critic", "hooks"];

/** Whether a command line sets what judges. */
export function setsChecks({ options, repeated }: CheckFlags): boolean {
  return repeated.has("set") || OWN.some((name) => options.has(name));
}

/**
 * Keeps what the command line sets, and what it does not name as it was.
 *
 * @returns what the user should know of a measure that is set, in a sentence of one line.
 * @throws {OrgError} `USAGE` for a limit that is none, for one of a check that is not set, for a measure that is none, and a direction without one.
 */
export async function setChecks(
  flags: CheckFlags,
  project: ProjectLocation,
): Promise<string | undefined> {
  let measure: ProjectMeasure | undefined;
  await changeRecord(project, async (record) => {
    const current = record ?? newRecord(project);
    measure = measureFrom(flags, current.measure);
    const checks = flags.repeated.get("set") ?? current.checks;
    const word = flags.options.get("critic");
    const critic = word === undefined ? current.critic : word === "on" || undefined;
    const hooksFlag = flags.options.get("hooks");
    const hooks = hooksFlag === undefined ? current.hooks : hooksFlag === "on";
    const limits = limitsFrom(
      flags,
      checks ?? (await checksOf({ location: project })),
      current.limits ?? [],
    );
    return { ...current, checks, limits, measure, critic, hooks };
  });
  const command = flags.options.has("measure") ? measure?.command : undefined;
  if (command === undefined || !isConstant(command)) return undefined;
  return `The measure ${quoted(command)} prints the same for every version. If your shell has replaced a part of it, put the command in single quotes: --measure 'echo $(wc -c < FILE) bytes'`;
}

/** Nothing is read and nothing runs: within double quotes a shell has put the number there before org got the words. */
function isConstant(command: string): boolean {
  return (
    !/[$`<]/.test(command) &&
    command.split(/[;&|\n]+/).every((one) => /^\s*(?:(?:echo|printf|true|:)\b.*)?$/.test(one))
  );
}

function measureFrom(
  { options }: CheckFlags,
  current: ProjectMeasure | undefined,
): ProjectMeasure | undefined {
  const [named, better] = [options.get("measure")?.trim(), options.get("better")];
  if (options.has("no-measure")) {
    if (named !== undefined || better !== undefined)
      throw unclear("--no-measure cannot be combined with other options");
    return undefined;
  }
  const command = named ?? current?.command;
  if (command === undefined) {
    if (better !== undefined)
      throw unclear("there is no measure yet to which --better could apply");
    return undefined;
  }
  // A shell runs nothing of it, and says that all is well.
  if (/^(?:#.*)?$/.test(command)) throw unclear("a measure is a command that prints a number");
  return { command, better: (better ?? current?.better) === "larger" ? "larger" : "smaller" };
}

function unclear(why: string): OrgError {
  return new OrgError("The measure was not set", {
    code: "USAGE",
    why,
    remedies: [
      'org project checks --measure "COMMAND" --better smaller',
      "org project checks --no-measure",
    ],
    unchanged: "Nothing was changed.",
  });
}
