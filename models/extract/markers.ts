import type { After, Dialect, HeaderMarker, Marker, UnitMarker, WrapperMarker } from "./dialect.ts";
import { CALL_FENCES } from "./dialects/fences.ts";
import { DIALECTS, HEADLESS } from "./dialects/registry.ts";
import type { Verdict } from "./shape.ts";
import { ReasoningEnd } from "./split/reasoning-end.ts";
import { Tokens } from "./tokens.ts";

/** A marker as it stands in the text. */
export interface Spotted {
  readonly marker: Marker | ThinkEnd;
  readonly dialect: string;
  readonly token: string;
}

interface ThinkEnd {
  readonly kind: "think-end";
  readonly suffixed?: true;
}

/** All markers of all dialects, ready to be looked for. */
export interface Markers {
  /** Those that count anywhere in a line. */
  readonly inLine: Tokens;
  /** Those, and the ones that count only at the start of a line. */
  readonly atLineStart: Tokens;
  /** Those that no text holds by chance: where an answer ends in the beginning of one, it was cut off. */
  readonly markup: Tokens;
  /** What a token may be, best first; tokens that it begins with come last. */
  readonly spotted: ReadonlyMap<string, readonly Spotted[]>;
  /** The next character that could change anything within a line. */
  readonly special: RegExp;
  /** Closing markers of reasoning that was opened by the template. */
  readonly thinkClose: ReasoningEnd;
  /** What ends the block that a marker opens. */
  readonly thinkEnds: ReadonlyMap<Marker, ReasoningEnd>;
  /** What a call may begin with inside reasoning: nothing that could as well be prose. */
  readonly rehearsals: Tokens;
  /** What a declared name may begin at the very start. */
  readonly headless: readonly Spotted[];
}

let compiled: Markers | undefined;

/** Compiled on first use: programs that never extract do not pay for it. */
export function allMarkers(): Markers {
  compiled ??= compile();
  return compiled;
}

function compile(): Markers {
  const all = DIALECTS.flatMap((dialect) =>
    [...dialect.markers, ...doubled(dialect)].flatMap((marker) => spot(marker, dialect.id)),
  );
  const spotted = candidates(all);
  const tokens = [...spotted.keys()];
  const inLine = new Tokens(all.filter(({ marker }) => !isBound(marker)).map(({ token }) => token));
  const units = [...new Set(tokens.map((token) => token.charAt(0)))];
  return {
    inLine,
    atLineStart: new Tokens(tokens),
    markup: new Tokens(tokens.filter(isMarkup)),
    spotted,
    special: new RegExp(
      `[\\n\`${units.filter(isInLineUnit(inLine)).map(RegExp.escape).join("")}]`,
      "g",
    ),
    thinkClose: new ReasoningEnd(
      all.filter(({ marker }) => marker.kind === "think-end").map(({ token }) => token),
    ),
    thinkEnds: new Map(all.flatMap(({ marker }) => thinkEnd(marker))),
    rehearsals: new Tokens([
      ...all.filter(({ marker }) => isExplicit(marker)).map(({ token }) => token),
      ...CALL_FENCES,
    ]),
    headless: HEADLESS.flatMap(({ id, markers }) =>
      markers.map((marker) => ({ marker, dialect: id, token: "" })),
    ),
  };
}

function spot(marker: Marker, dialect: string): Spotted[] {
  const open = marker.open.map((token) => ({ marker, dialect, token }));
  if (marker.kind !== "think") return open;
  if (marker.inside === true) return open;
  const end: ThinkEnd = { kind: "think-end", ...(marker.suffixed ? { suffixed: true } : {}) };
  return [...open, ...marker.close.map((token) => ({ marker: end, dialect, token }))];
}

/** Openers in a row are followed no further than this. */
const MOST_DOUBLED = 4;

/** An opener that is written twice: the first one vanishes, provided that the second one opens a call. */
function doubled({ markers }: Dialect): WrapperMarker[] {
  return markers.flatMap((marker) => {
    if (marker.kind !== "unit" || marker.unmarked === true || marker.suffixed === true) return [];
    const open = marker.open.filter(isMarkup);
    return open.length === 0 ? [] : [{ kind: "wrapper", open, after: opensAgain(open, marker) }];
  });
}

function opensAgain(open: readonly string[], { after }: UnitMarker): After {
  const again = new Tokens(open);
  return (text, start, tools) => {
    let at = start;
    for (let times = 0; times < MOST_DOUBLED; times += 1) {
      const blanks = /^\s{0,16}/.exec(text.slice(at, at + 16))?.[0].length ?? 0;
      at += blanks;
      if (at === text.length || again.isOpen(text, at)) return "more";
      const token = again.at(text, at);
      if (token === "") return "no";
      at += token.length;
      const verdict = after(text, at, tools);
      if (verdict !== "no") return verdict;
    }
    return "no";
  };
}

const SUFFIX = /[^\s<>]{1,64}/y;

/** Where an opener that begins at `at` ends, its suffix included; "no" when the suffix cannot be one. */
export function openerEnd({ marker, token }: Spotted, text: string, at: number): number | Verdict {
  const end = at + token.length;
  if (!("suffixed" in marker) || marker.suffixed !== true) return end;
  SUFFIX.lastIndex = end;
  const close = end + (SUFFIX.exec(text)?.[0].length ?? 0);
  if (close === text.length) return "more";
  return close > end && text.charAt(close) === ">" ? close + 1 : "no";
}

function thinkEnd(marker: Spotted["marker"]): [Marker, ReasoningEnd][] {
  if (marker.kind !== "think") return [];
  return [[marker, new ReasoningEnd(marker.close, marker.before)]];
}

export type ExplicitMarker = UnitMarker | WrapperMarker | HeaderMarker;

/** Whether a marker says by itself that a call follows. */
export function isExplicit(marker: Spotted["marker"]): marker is ExplicitMarker {
  if (marker.kind === "unit") return marker.unmarked !== true;
  if (marker.kind === "wrapper") return marker.at !== "message";
  return marker.kind === "header";
}

/** Shorter openers are words or brackets, not markers. */
const MARKUP_LENGTH = 6;

/** Words and single brackets belong to prose. */
export function isMarkup(token: string): boolean {
  return token.length >= MARKUP_LENGTH && "<[]✿◁".includes(token.charAt(0));
}

function isBound(marker: Spotted["marker"]): boolean {
  return "at" in marker && marker.at !== undefined;
}

function isInLineUnit(tokens: Tokens): (character: string) => boolean {
  return (character) => tokens.beginsWith(character.charCodeAt(0));
}

/** `[TOOL_CALLS]` may turn out to be nothing but `[`. */
function candidates(all: readonly Spotted[]): Map<string, readonly Spotted[]> {
  const byToken = Map.groupBy(all, ({ token }) => token);
  const candidatesOf = new Map<string, readonly Spotted[]>();
  const beginnings: string[] = [];
  // Sorted, a token is directly followed by all that begin with it. To try each of 211 against each other
  // took 2 to 7 ms of the first answer of a process.
  for (const token of [...byToken.keys()].sort()) {
    while (!token.startsWith(beginnings.at(-1) ?? "")) beginnings.pop();
    beginnings.push(token);
    candidatesOf.set(
      token,
      beginnings.toReversed().flatMap((beginning) => byToken.get(beginning) ?? []),
    );
  }
  return candidatesOf;
}
