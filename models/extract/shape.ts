/**
 * What must follow an opening marker for it to be one. Prose that only mentions a marker is told
 * apart within a few characters, so that it is emitted without delay.
 */

/** `more`: the text ends too early to tell. A verdict other than `more` never changes with more text. */
export type Verdict = "yes" | "no" | "more";

export type Plausible = (text: string, at: number) => Verdict;

/** A run of characters; never longer than its own maximum, so that nothing is held for long. */
interface Run {
  readonly run: RegExp;
  readonly min: number;
}

interface Optional {
  readonly optional: readonly string[];
}

type Part = Run | Optional | readonly string[];

/** White space, also none. */
export const space: Run = { run: /\s{0,64}/y, min: 0 };

/** White space or the two characters `\n`, which some models write between tags. */
export const looseSpace: Run = { run: /(?:\s|\\n?){0,64}/y, min: 0 };

/** Blanks within a line, also none. */
export const blanks: Run = { run: /[ \t]{0,64}/y, min: 0 };

/** The name of a tool in any script; `functions.name:0` too. */
export const name: Run = { run: /[^\s<>{}()[\]"'`,;=|｜\\]{1,128}/y, min: 1 };

/** A quotation mark that may be left out. */
export const quote: Run = { run: /["'`]?/y, min: 0 };

/** One of these strings, or nothing. */
export function optional(...strings: readonly string[]): Optional {
  return { optional: strings };
}

/** The parts, one after the other. */
export function shape(...parts: readonly Part[]): Plausible {
  return (text, start) => {
    let at = start;
    for (const part of parts) {
      const end = matchPart(part, text, at);
      if (typeof end === "string") return end;
      at = end;
    }
    return "yes";
  };
}

/** Any of the alternatives. */
export function either(...alternatives: readonly Plausible[]): Plausible {
  return (text, at) => {
    const verdicts = alternatives.map((alternative) => alternative(text, at));
    if (verdicts.includes("yes")) return "yes";
    return verdicts.includes("more") ? "more" : "no";
  };
}

export const anything: Plausible = () => "yes";

function matchPart(part: Part, text: string, at: number): number | Verdict {
  if ("run" in part) return matchRun(part, text, at);
  if ("optional" in part) {
    const end = matchStrings(part.optional, text, at);
    return end === "no" ? at : end;
  }
  return matchStrings(part, text, at);
}

function matchRun(part: Run, text: string, at: number): number | Verdict {
  part.run.lastIndex = at;
  const end = at + (part.run.exec(text)?.[0].length ?? 0);
  if (end === text.length) return "more";
  return end - at < part.min ? "no" : end;
}

function matchStrings(strings: readonly string[], text: string, at: number): number | Verdict {
  const rest = text.slice(at, at + 64);
  // A longer string may still come: deciding for the shorter one now would depend on the chunks.
  if (strings.some((string) => string.length > rest.length && string.startsWith(rest))) {
    return "more";
  }
  const longest = strings
    .filter((string) => rest.startsWith(string))
    .reduce((best, string) => Math.max(best, string.length), -1);
  return longest < 0 ? "no" : at + longest;
}
