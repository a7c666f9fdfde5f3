/** What single checks of a repository may use, as its user sets and sees it. */
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import type { CheckLimits } from "#fitness/project/run-checks.ts";
import type { CommandContext } from "../context.ts";

const MIB = 1024 * 1024;
/** A day. */
const MOST_SECONDS = 86_400;
/** A runner of tests does not begin in less. */
const LEAST_MIB = 64;
const MOST_MIB = 1024 * 1024;

/**
 * @param checks that are set now; limits of others are gone.
 * @param stored limits as they were.
 * @returns limits as they are now; `undefined` for none.
 * @throws {OrgError} `USAGE` for a limit that is none, and for one of a check that is not set.
 */
export function limitsFrom(
  { options }: Pick<CommandContext["line"], "options">,
  checks: readonly string[],
  stored: readonly CheckLimits[],
): readonly CheckLimits[] | undefined {
  const [time, memory, only] = ["time", "memory", "only"].map((name) => options.get(name));
  if (only !== undefined && time === undefined && memory === undefined) {
    throw unclear("--only names the check that --time and --memory hold for, and neither is there");
  }
  if (only !== undefined && !checks.includes(only)) {
    const set =
      checks.length === 0 ? "no check is set" : `set are: ${checks.map(echoed).join(", ")}`;
    throw unclear(`${echoed(only)} is not a check of this repository; ${set}`);
  }
  const wallMs = amount(time, { name: "time", least: 1, most: MOST_SECONDS, each: 1000 });
  const memoryBytes = amount(memory, {
    name: "memory",
    least: LEAST_MIB,
    most: MOST_MIB,
    each: MIB,
  });
  const limits = checks.flatMap((command): readonly CheckLimits[] => {
    const before = stored.find((one) => one.command === command);
    const isSelected = only === undefined || only === command;
    const own: CheckLimits = {
      command,
      wallMs: isSelected && time !== undefined ? wallMs : before?.wallMs,
      memoryBytes: isSelected && memory !== undefined ? memoryBytes : before?.memoryBytes,
    };
    return own.wallMs === undefined && own.memoryBytes === undefined ? [] : [own];
  });
  return limits.length === 0 ? undefined : limits;
}

interface Range {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** What one of it is. */
  readonly each: number;
}

/** @returns `undefined` for the limit that holds where none is set. */
function amount(text: string | undefined, { name, least, most, each }: Range): number | undefined {
  if (text === undefined || text === "default") return undefined;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= least && count <= most) return count * each;
  const unit = name === "time" ? "seconds" : "MiB";
  throw unclear(
    `--${name} is a whole number of ${unit} from ${least} to ${most}, or default, not ${echoed(text)}`,
  );
}

/** A check with the limits that the user set for it, for one line. */
export function checkText(command: string, limits: readonly CheckLimits[]): string {
  const own = limits.find((one) => one.command === command);
  const parts = [
    own?.wallMs === undefined ? [] : [`${own.wallMs / 1000} s`],
    own?.memoryBytes === undefined ? [] : [`${own.memoryBytes / MIB} MiB`],
  ].flat();
  return parts.length === 0 ? command : `${command} (at most ${parts.join(", ")})`;
}

function unclear(why: string): OrgError {
  return new OrgError("The limits were not set", {
    code: "USAGE",
    why,
    remedies: [
      'org project checks --only "COMMAND" --time 600 --memory 8192',
      "org project checks --time default --memory default",
      "org project status   # names the checks",
    ],
    unchanged: "Nothing was changed.",
  });
}
