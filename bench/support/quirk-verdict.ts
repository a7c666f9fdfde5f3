/** What a client made of a quirk, held against what is to be made of it. */
import { isDeepStrictEqual } from "node:util";
import type { Outcome } from "#test/quirks/quirk.ts";

/** What a client hands to the program that uses it. */
export interface Seen extends Pick<Outcome, "text" | "reasoning" | "calls" | "usage"> {
  /** How the answer ended, in the client's own word. */
  readonly end: string;
  /** What it threw or reported, if anything. */
  readonly failure: string | undefined;
}

export const NOTHING_SEEN: Seen = {
  text: "",
  reasoning: "",
  calls: [],
  usage: undefined,
  end: "nothing",
  failure: undefined,
};

/** Words for an answer that is whole. */
const WHOLE: ReadonlySet<string> = new Set(["stop", "tool_calls", "tool-calls"]);
const LONGEST_VERDICT = 44;

/** @returns "ok", "wrong: what", or "throws: why"; short enough for a cell of a table. */
export function verdictOn(seen: Seen, expected: Outcome): string {
  const verdict = endVerdict(seen, expected) ?? contentVerdict(seen, expected) ?? "ok";
  const line = verdict.replace(/\s+/g, " ");
  return line.length > LONGEST_VERDICT ? `${line.slice(0, LONGEST_VERDICT - 1)}…` : line;
}

function endVerdict({ end, failure }: Seen, expected: Outcome): string | undefined {
  if (WHOLE.has(expected.end)) {
    if (failure !== undefined) return `throws: ${failure}`;
    return WHOLE.has(end) ? undefined : `wrong: ends with ${JSON.stringify(end)}`;
  }
  if (failure !== undefined) return undefined;
  // A client that throws or ends with any other word has told that the answer is cut.
  if (expected.end === "cut") return WHOLE.has(end) ? "wrong: takes it for whole" : undefined;
  return `wrong: no error, ends with ${JSON.stringify(end)}`;
}

function contentVerdict(seen: Seen, expected: Outcome): string | undefined {
  for (const key of ["text", "reasoning", "calls"] as const) {
    if (isDeepStrictEqual(seen[key], expected[key])) continue;
    return seen[key].length === 0
      ? `wrong: no ${key}`
      : `wrong: ${key} ${JSON.stringify(seen[key])}`;
  }
  // Who counts nothing says 0 or nothing; only where a server has counted, it matters.
  if (expected.usage === undefined || isDeepStrictEqual(seen.usage, expected.usage))
    return undefined;
  return seen.usage === undefined ? "wrong: no usage" : `wrong: usage ${seen.usage.join(" + ")}`;
}
