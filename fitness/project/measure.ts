/** P3: a number that a command of the user prints, on the base and on the candidate, by the sequential test of S8. */
import { counted } from "#core/text/counted.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { type CostPair, CostTest, median } from "../statistics/slow-down.ts";
import { endOf } from "./compare-runs.ts";
import { type ProjectFinding, quoted, type Severity } from "./finding.ts";
import { type CheckedTree, type PrintedRun, passed } from "./run-checks.ts";

/** Which way a number gets better. */
type Direction = "smaller" | "larger";

/** What the user has measured; never read from a tree. */
export interface ProjectMeasure {
  /** A command line; the last line that it prints is a number, with or without a unit: `12.5 ms`. */
  readonly command: string;
  readonly better: Direction;
}

/** What was measured, where both sides printed a number at least once. */
export interface MeasureRow extends ProjectMeasure {
  /** Empty where none is printed. */
  readonly unit: string;
  /** Medians of what was printed. */
  readonly base: number;
  readonly candidate: number;
  readonly pairs: number;
  /** Median of how many times worse the candidate is in a pair; below 1 it is better. */
  readonly worse: number;
  /** An e-value: how much speaks for a loss beyond what is allowed. */
  readonly evidence: number;
  /** So much evidence refuses. */
  readonly needed: number;
}

export interface Measured {
  readonly findings: readonly ProjectFinding[];
  readonly row?: MeasureRow | undefined;
}

/** Highest median of how many times worse, as S8 allows; the rate of false alarms, however many pairs there are. */
const LIMIT = 1.1;
const ALPHA = 0.01;
/** Eight pairs in a row above the limit are an alarm; after so many without one there is none. */
const PAIRS = 16;
/** So few, none of them above the limit, that an alarm is out of reach. */
const SETTLED = 6;
/** Longest life of one run, and of all runs together, in milliseconds. */
const RUN_MS = 300_000;
const ALL_MS = 1_800_000;

export interface MeasureSides {
  readonly base: CheckedTree;
  readonly candidate: CheckedTree;
  readonly cleaner: TextCleaner;
  readonly note: (text: string) => void;
  /** Longest life of all runs together in milliseconds. @default 1_800_000 */
  readonly wallMs?: number | undefined;
}

/**
 * Measures in pairs, in turns, until a loss is proven or out of reach, within 16 pairs and 30 minutes.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE`. @throws the reason of the signal once it aborts.
 */
export async function judgeMeasure(
  measure: ProjectMeasure,
  { wallMs = ALL_MS, ...sides }: MeasureSides,
): Promise<Measured> {
  const runs = new Runs(measure, { ...sides, untilMs: performance.now() + wallMs });
  const test = new CostTest(LIMIT, ALPHA);
  const pairs: Pair[] = [];
  let above = 0;
  let isCut = false;
  while (pairs.length < PAIRS && (pairs.length < SETTLED || above > 0) && !test.state.exceeded) {
    sides.note(`P3: ${measure.command}, pair ${pairs.length + 1} of at most ${PAIRS}`);
    const pair = await runs.pair(pairs.length % 2 === 0);
    isCut = pair === "late";
    if (pair === "late") break;
    if ("fault" in pair) return { findings: [faulty(measure, pair)] };
    pairs.push(pair);
    const cost = costOf(measure, pair);
    if (cost.candidate > LIMIT * cost.current) above += 1;
    test.push(cost);
  }
  const within = `within ${Math.ceil(wallMs / 1000)} s`;
  if (pairs.length === 0)
    return { findings: [say("held", measure, `made no pair of runs ${within}`)] };
  const { ratio, evidence, exceeded } = test.state;
  const row: MeasureRow = {
    ...measure,
    unit: runs.unit,
    base: median(pairs.map(({ base }) => base)),
    candidate: median(pairs.map(({ candidate }) => candidate)),
    pairs: pairs.length,
    worse: ratio,
    evidence,
    needed: 1 / ALPHA,
  };
  return { row, findings: measureFindings(row, { exceeded, cut: isCut ? within : undefined }) };
}

/** What S8 compares: a larger cost is worse. */
function costOf({ better }: ProjectMeasure, { base, candidate }: Pair): CostPair {
  return better === "smaller"
    ? { candidate, current: base }
    : { candidate: base, current: candidate };
}

/** @param about `cut`: within what time, where that ended the comparison. */
export function measureFindings(
  row: MeasureRow,
  { exceeded, cut }: { readonly exceeded: boolean; readonly cut: string | undefined },
): readonly ProjectFinding[] {
  const figures = figuresOf(row);
  if (exceeded) return [say("refused", row, `is worse on the candidate: ${figures}`)];
  if (cut === undefined) return [];
  const after = `was cut after ${counted(row.pairs, "pair")} ${cut}`;
  // A candidate that is slow enough would else end the comparison before it can speak.
  return row.pairs < SETTLED || row.worse > LIMIT
    ? [say("held", row, `${after}, too few to tell: ${figures}`)]
    : [say("note", row, `${after}, and shows no loss: ${figures}`)];
}

/** Both figures with their unit, and what speaks for a loss; for a person. */
export function figuresOf(row: MeasureRow): string {
  const { base, candidate, unit, better, worse, evidence, needed } = row;
  const withUnit = (value: number): string => `${rounded(value)}${unit === "" ? "" : ` ${unit}`}`;
  const times = Number.isFinite(worse) ? rounded(worse) : "beyond all";
  const pairs = `${counted(row.pairs, "pair")}, ${better} is better`;
  const e = `e-value ${rounded(evidence)} of ${Math.round(needed)}`;
  return `yours ${withUnit(base)}, the room's ${withUnit(candidate)} (${pairs}, times worse: ${times}, ${e})`;
}

/** Four digits that count, without an exponent where a person would write none. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

interface Pair {
  readonly base: number;
  readonly candidate: number;
}

interface Fault {
  readonly side: Side;
  /** The end of the sentence that begins with the measure. */
  readonly fault: string;
}

type Side = keyof Pair;

const ON: Readonly<Record<Side, string>> = {
  base: "On your version",
  candidate: "On the candidate",
};

interface RunsOptions extends Omit<MeasureSides, "wallMs" | "note"> {
  /** By the clock of `performance.now()`. */
  readonly untilMs: number;
}

/** Runs the command on both trees, and keeps them to one unit and to their time. */
class Runs {
  readonly #command: string;
  readonly #options: RunsOptions;
  #unit: string | undefined;
  #baseMs = 0;

  constructor({ command }: ProjectMeasure, options: RunsOptions) {
    this.#command = command;
    this.#options = options;
  }

  get unit(): string {
    return this.#unit ?? "";
  }

  /** @param isBaseFirst in turns, so that a machine that becomes slower is a loss of neither side. */
  async pair(isBaseFirst: boolean): Promise<Pair | Fault | "late"> {
    const order: readonly Side[] = isBaseFirst ? ["base", "candidate"] : ["candidate", "base"];
    const numbers = { base: 0, candidate: 0 };
    for (const side of order) {
      const found = await this.#number(side);
      if (typeof found !== "number") return found;
      numbers[side] = found;
    }
    return numbers;
  }

  /** A run that goes wrong is repeated before it counts; not one that took too long. */
  async #number(side: Side): Promise<number | Fault | "late"> {
    const first = await this.#once(side);
    return typeof first === "object" && first.mayRepeat ? await this.#once(side) : first;
  }

  async #once(side: Side): Promise<number | (Fault & { readonly mayRepeat: boolean }) | "late"> {
    const remainingMs = this.#options.untilMs - performance.now();
    if (remainingMs <= 0) return "late";
    // A candidate may take ten times as long as the base and a minute more.
    const patienceMs = side === "base" ? RUN_MS : Math.min(RUN_MS, 10 * this.#baseMs + 60_000);
    const run = await this.#options[side].print(this.#command, Math.min(remainingMs, patienceMs));
    if (side === "base") this.#baseMs = run.ms;
    if (run.stopped === "wall" && remainingMs < patienceMs) return "late";
    const printed = numberIn(run, this.#options.cleaner);
    if (typeof printed === "string") {
      return { side, fault: printed, mayRepeat: run.stopped === null };
    }
    this.#unit ??= printed.unit;
    if (printed.unit === this.#unit) return printed.value;
    const units = [printed.unit, this.#unit].map(quoted);
    const fault = `prints the unit ${units[0]}, and ${units[1]} before`;
    return { side, fault, mayRepeat: false };
  }
}

const LAST_LINE = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([%\p{L}°][\p{L}\d%/²³]{0,15})?$/iu;

/** @returns the number in the last line; else what is wrong, as the end of a sentence. */
function numberIn(
  run: PrintedRun,
  cleaner: TextCleaner,
): { readonly value: number; readonly unit: string } | string {
  if (!passed(run)) return endOf(run);
  const lines = run.stdout.trimEnd();
  const line = lines.slice(lines.lastIndexOf("\n") + 1).trim();
  if (line === "") return "prints nothing";
  const quotedLine = quoted(cleaner.clean(line.slice(0, LONGEST_LINE)));
  const [, digits, unit = ""] = line.length > LONGEST_LINE ? [] : (LAST_LINE.exec(line) ?? []);
  if (digits === undefined) return `ends with the line ${quotedLine}, which is not a number`;
  const value = Number(digits);
  if (!Number.isFinite(value))
    return `ends with the line ${quotedLine}, which is too large a number`;
  if (value < 0) return `ends with the line ${quotedLine}, which is below 0`;
  return { value, unit };
}

/** Longest line that may be a number, in characters. */
const LONGEST_LINE = 100;

function faulty({ command }: ProjectMeasure, { side, fault }: Fault): ProjectFinding {
  const text = `${ON[side]} the measure ${quoted(command)} ${fault}; so it says nothing of this change.`;
  return { stage: "P3", severity: "held", text };
}

function say(severity: Severity, { command }: ProjectMeasure, text: string): ProjectFinding {
  return { stage: "P3", severity, text: `The measure ${quoted(command)} ${text}.` };
}
