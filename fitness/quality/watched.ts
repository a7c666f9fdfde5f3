/** A program that tells at each point where it decides which way it went. */

import { contentHash } from "#tools/contract/content-hash.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

/** Where a program decides, or may throw something away. */
export interface WatchedPoint {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** As it stands in the program. */
  readonly text: string;
  readonly kind: PointKind;
  /** The ways that a case has to show, where an input goes them and has another result by that. */
  readonly ways: readonly string[];
  /** Whether it compares with a value that stands in the program: what no input meets waits for one. */
  readonly isNamed: boolean;
}

/**
 * `condition`: it holds or not. `change`: what comes out is what went in, or less or other than that. `choice`: which of its
 * arguments is taken. `absence`: there is a value or none. `entry`: the program comes there.
 */
export type PointKind = "condition" | "change" | "choice" | "absence" | "entry";

export interface WatchedProgram {
  /** A point is named by its index. */
  readonly points: readonly WatchedPoint[];
  /** Each module of the tool, with {@link MARK} where what tells is put in. */
  readonly modules: ReadonlyMap<string, string>;
  /** The name of what it tells its ways to. */
  readonly reporter: string;
}

/** A name that no tool can hold: it is made of all its bytes. */
export function reporterOf(folder: ToolFolder): string {
  return `org_${contentHash(folder).slice(0, 16)}`;
}

/** Where the text that tells is put in: a line of its own in Python. */
export const MARK = "__org_told_here__";

/** What the program does where it goes a way. */
export type Telling =
  | { readonly kind: "record" }
  /** Fails where this point goes this way. */
  | { readonly kind: "fail"; readonly point: number; readonly way: string }
  /** Goes the other way instead. */
  | { readonly kind: "turn"; readonly point: number; readonly way: string };

/** @returns the module that runs. */
export function telling(
  source: string,
  reporter: string,
  what: Telling & { isPython: boolean },
): string {
  const text = what.isPython ? pythonReporter(reporter, what) : typescriptReporter(reporter, what);
  return source.replace(MARK, () => text);
}

function typescriptReporter(reporter: string, what: Telling): string {
  return [
    `const ${reporter}_note = ${typescriptNote(reporter, what)};`,
    `const ${reporter}_same = (a, b) => a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length);`,
    `const ${reporter} = {`,
    `condition: (place, value) => ${reporter}_note(place, value ? "true" : "false") ? !value : value,`,
    `absence: (place, value) => (${reporter}_note(place, value == null ? "absent" : "present"), value),`,
    `entry: (place) => ${reporter}_note(place, "reached"),`,
    `change: (place, value, make) => { const made = make(value); if (typeof made !== typeof value) return made; return ${reporter}_note(place, ${reporter}_same(value, made) ? "the same" : "changed") ? value : made; },`,
    `bits: (place, value, make) => ${reporter}.change(place, typeof value === "number" ? Math.trunc(value) : value, make),`,
    `choice: (place, make, values) => { const made = make(...values); return ${reporter}_note(place, \`number \${values.indexOf(made) + 1}\`) ? values.find((one) => one !== made) ?? made : made; },`,
    "}; ",
  ].join(" ");
}

/** A function that gives whether to go the other way. */
function typescriptNote(reporter: string, what: Telling): string {
  if (what.kind === "record") {
    return `(place, way) => (globalThis.${reporter}_record?.(place, way), false)`;
  }
  const isHere = `place === ${what.point} && way === ${JSON.stringify(what.way)}`;
  if (what.kind === "turn") return `(place, way) => ${isHere}`;
  return `(place, way) => { if (${isHere}) throw new Error("never seen"); return false; }`;
}

function pythonReporter(reporter: string, what: Telling): string {
  return `def ${reporter}_note(place, way):
${pythonNote(reporter, what)}
def ${reporter}_condition(place, value):
    return not value if ${reporter}_note(place, "true" if value else "false") else value
def ${reporter}_entry(place):
    ${reporter}_note(place, "reached")
def ${reporter}_change(place, value, make):
    made = make(value)
    if isinstance(made, bytes) and isinstance(value, str):
        same = len(made) >= len(value) and made.count(b"?") == value.count("?")
    elif type(made) is not type(value):
        return made
    else:
        same = len(made) == len(value) if isinstance(value, (list, tuple, set, dict)) else made == value
    return value if ${reporter}_note(place, "the same" if same else "changed") else made
def ${reporter}_choice(place, make, *values):
    made = make(*values)
    number = [one is made or one == made for one in values].index(True)
    if not ${reporter}_note(place, f"number {number + 1}"):
        return made
    return [*(one for one in values if one != made), made][0]
`;
}

function pythonNote(reporter: string, what: Telling): string {
  if (what.kind === "record") return `    ${reporter}_record(place, way)`;
  const isHere = `place == ${what.point} and way == ${JSON.stringify(what.way)}`;
  if (what.kind === "turn") return `    return ${isHere}`;
  return `    if ${isHere}: raise RuntimeError("never seen")`;
}
