import type { HeaderMarker, Marker, UnitMarker, WrapperMarker } from "./dialect.ts";
import { CALL_FENCES } from "./dialects/fences.ts";
import { DIALECTS, HEADLESS } from "./dialects/registry.ts";
import { ReasoningEnd } from "./split/reasoning-end.ts";
import { Tokens } from "./tokens.ts";

/** A marker as it stands in the text. */
export interface Spotted {
  readonly marker: Marker | { readonly kind: "think-end" };
  readonly dialect: string;
  readonly token: string;
}

/** All markers of all dialects, ready to be looked for. */
export interface Markers {
  /** Those that count anywhere in a line. */
  readonly inLine: Tokens;
  /** Those, and the ones that count only at the start of a line. */
  readonly atLineStart: Tokens;
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
  const all = DIALECTS.flatMap(({ id, markers }) => markers.flatMap((marker) => spot(marker, id)));
  const spotted = candidates(all);
  const tokens = [...spotted.keys()];
  const inLine = new Tokens(all.filter(({ marker }) => !isBound(marker)).map(({ token }) => token));
  const units = [...new Set(tokens.map((token) => token.charAt(0)))];
  return {
    inLine,
    atLineStart: new Tokens(tokens),
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
  const end = { kind: "think-end" } as const;
  return [...open, ...marker.close.map((token) => ({ marker: end, dialect, token }))];
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
