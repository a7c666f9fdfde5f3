import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { BurstRow } from "#home/autonomy/autonomy-store.ts";
import type { AutonomyState } from "#home/autonomy/autonomy-switch.ts";
import { type BurstReport, readReport, reportText } from "#home/autonomy/burst-report.ts";
import type { AutonomySettings } from "#home/settings/autonomy-settings.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

export interface AutoDeps {
  readonly settings: AutonomySettings;
  readonly state: () => AutonomyState;
  readonly turn: (to: "on" | "off") => Promise<void>;
  /** Ends a burst that runs, with all that it started. @returns whether there was one, and whether it is gone. */
  readonly end: () => Promise<"none" | "gone" | "left">;
  /** The newest first. */
  readonly bursts: readonly BurstRow[];
  /** Tokens that autonomy has taken today, in UTC. */
  readonly tokens: number;
  /** Tools without effects that there are for it. */
  readonly known: readonly string[];
  readonly cleaner: TextCleaner;
  readonly output: Output;
}

const ACTIONS = ["status", "on", "stop", "off"] as const;
const MAX_LISTED = 3;

/** `org auto`. @returns the exit code: 1 where a burst could not be ended. @throws {OrgError} `USAGE`, `FILE_FAILED` */
export async function runAutoCommand(
  { operands: [actionName = "status", extra], options }: Pick<CommandLine, "operands" | "options">,
  deps: AutoDeps,
): Promise<number> {
  const action = actionNamed("auto", ACTIONS, actionName);
  if (extra !== undefined) throw tooMany(extra);
  const isJson = options.has("json");
  switch (action) {
    case "status":
      status(deps, isJson);
      return EXIT.done;
    case "on":
      await deps.turn("on");
      say(deps, isJson, { data: { state: deps.state() }, text: ON });
      return EXIT.done;
    case "stop":
    case "off": {
      // First, so that nothing begins anew what is ended here.
      await deps.turn("off");
      const burst = await deps.end();
      say(deps, isJson, { data: { state: deps.state(), burst }, text: OFF[burst] });
      return burst === "left" ? EXIT.failed : EXIT.done;
    }
    default:
      return unreachable(action);
  }
}

const ON =
  "autonomy is on: while org serve runs and nothing happens, the home works a little by itself";
const OFF = {
  none: "autonomy is off; nothing was running",
  gone: "autonomy is off; the burst that ran was ended",
  left: "autonomy is off; the process of the burst still runs: see org ps",
} as const;

const STATES: Readonly<Record<AutonomyState, string>> = {
  on: "on (org auto on)",
  off: "off (.org/run/autonomy-off is there)  → org auto on",
  enabled: "on ([autonomy] enabled = true in org.config)",
  disabled: "off  → org auto on",
};

interface Status {
  readonly state: AutonomyState;
  readonly tokens: number;
  readonly limit: number;
  readonly bursts: readonly (Pick<BurstRow, "id" | "startedAt"> & {
    readonly report: BurstReport | null;
  })[];
}

function status(deps: AutoDeps, isJson: boolean): void {
  const { settings, bursts, tokens, known } = deps;
  const { aDay, gapMs, idleMs, lengthMs, questions, budget, allow } = settings;
  const listed = bursts.slice(0, MAX_LISTED);
  const data: Status = {
    ...{ state: deps.state(), tokens, limit: budget.tokens },
    bursts: listed.map((row) => ({
      ...{ id: row.id, startedAt: row.startedAt, report: readReport(row) ?? null },
    })),
  };
  const refused = allow.filter((name) => !known.includes(name));
  const text = [
    `autonomy: ${STATES[data.state]}`,
    `bursts: after ${minutes(idleMs)} without a message, ${minutes(gapMs)} apart, at most ${aDay} a day; each asks ${questions} times, for ${minutes(lengthMs)} at most`,
    `today: ${tokens.toLocaleString("en")} of ${budget.tokens.toLocaleString("en")} tokens ([budget.autonomy])`,
    `may call: ${allow.filter((name) => known.includes(name)).join(", ") || "no tool"}`,
    ...(refused.length === 0
      ? []
      : [`may not call, because it is not a tool without effects: ${refused.join(", ")}`]),
    ...listed.map((row) => `\n${reportText(row)}`),
  ].join("\n");
  say(deps, isJson, { data, text });
}

function minutes(ms: number): string {
  return `${ms / 60_000} min`;
}

/** @param isJson whether data is wanted, and not text. */
function say(
  { cleaner, output }: AutoDeps,
  isJson: boolean,
  { data, text }: { readonly data: object; readonly text: string },
): void {
  output.write(isJson ? jsonLine(cleaner.cleanData(data)) : `${cleaner.clean(text)}\n`);
}

function tooMany(extra: string): OrgError {
  return new OrgError(`Unexpected argument ${echoed(extra)}`, {
    code: "USAGE",
    remedies: ["org auto status", "org help auto"],
    unchanged: "Nothing was changed.",
  });
}
