/** The life of a rule, decided without a clock and without I/O: when it becomes live, falls back, and goes. */
import type { RuleState, Standing } from "./rule.ts";

/** Of the normal distribution, for 95 %. */
const Z = 1.96;
/** A rule answers from this lower bound on. */
const LEAST = 0.8;
/** So many outcomes are looked at for deletion, and so many of them may be against a rule. */
const RECENT = 20;
const MOST_AGAINST = 2;
/** Against it in a row: it falls back, whatever it has behind it. */
const IN_ROW = 2;
/** One line in so many goes to the model, for comparison. */
const CONTROL_EVERY = 20;

/** A rule that was observed for the first time. */
export const BEGUN: Standing = {
  state: "shadow",
  confirmed: 0,
  against: 0,
  inRow: 0,
  recent: "",
  lines: 0,
};

/** Lower end of the interval of Wilson (1927) for a rate, from 0 to 1; 16 of 16 give 0.806. */
export function wilsonLowerBound(good: number, all: number): number {
  if (all === 0) return 0;
  const rate = good / all;
  const square = Z * Z;
  const spread = Z * Math.sqrt((rate * (1 - rate) + square / (4 * all)) / all);
  return (rate + square / (2 * all) - spread) / (1 + square / all);
}

/** Whether the next line that fits a live rule is answered by the model. */
export function isControl({ lines }: Pick<Standing, "lines">): boolean {
  return (lines + 1) % CONTROL_EVERY === 0;
}

/**
 * What a rule is after something happened to it.
 *
 * - `for`, `against`: a model's turn made its call, or another one; or its own call failed
 * - `fired`: it answered; `regretted`: the user complained about that
 * - `control`: the line goes to the model, whose turn then counts
 *
 * @returns `undefined` once it is to be deleted.
 */
export function after(
  before: Standing,
  outcome: "for" | "against" | "fired" | "regretted" | "control",
): Standing | undefined {
  const next = { ...before, ...changeOf(before, outcome) };
  const bad = [...next.recent].filter((one) => one === "-").length;
  if (bad > MOST_AGAINST) return undefined;
  const state = stateOf(next);
  // Back in the shadow it has to earn everything anew; what was against it lately is not forgotten.
  if (before.state === "live" && state === "shadow") return { ...BEGUN, recent: next.recent };
  return { ...next, state };
}

function changeOf(
  { confirmed, against, inRow, recent, lines }: Standing,
  outcome: Parameters<typeof after>[1],
): Partial<Standing> {
  switch (outcome) {
    case "for":
      return { confirmed: confirmed + 1, inRow: 0, recent: longer(recent, "+") };
    case "fired":
      // It says nothing of whether the answer was right: only what follows does.
      return { lines: lines + 1, recent: longer(recent, "+") };
    case "control":
      return { lines: lines + 1 };
    case "regretted": {
      const at = recent.lastIndexOf("+");
      const rest = at === -1 ? recent : recent.slice(0, at) + recent.slice(at + 1);
      return { against: against + 1, inRow: inRow + 1, recent: longer(rest, "-") };
    }
    default:
      return { against: against + 1, inRow: inRow + 1, recent: longer(recent, "-") };
  }
}

function longer(recent: string, outcome: "+" | "-"): string {
  return `${recent}${outcome}`.slice(-RECENT);
}

function stateOf({ state, confirmed, against, inRow }: Standing): RuleState {
  if (state === "off") return "off";
  const isGood = wilsonLowerBound(confirmed, confirmed + against) >= LEAST;
  if (state === "live") return isGood && inRow < IN_ROW ? "live" : "shadow";
  return isGood && inRow === 0 ? "live" : "shadow";
}
