import { allMarkers, type Spotted } from "../markers.ts";
import type { Verdict } from "../shape.ts";
import { HeaderMode } from "./header.ts";
import type { Input, Mode } from "./input.ts";
import { InventedMode } from "./invented.ts";
import { ReasoningMode } from "./reasoning.ts";
import type { Turn } from "./turn.ts";
import { UnitMode } from "./unit.ts";

/** Where a marker was seen: the input stands at its first character. */
export interface Place {
  readonly input: Input;
  /** Nothing but blanks stands before it in its line. */
  readonly lineIsBlank: boolean;
  readonly turn: Turn;
}

/** Neighbours of a tag that somebody writes about: "the <think> tag", "(</think>)". */
const SPOKEN_OF_BEFORE = /[\s\p{L}\p{N}"'“‘([<`]/u;
const SPOKEN_OF_BEFORE_CLOSE = /[\s"'“‘([<`]/;

/** Shorter openers are words or brackets, not markers. */
const MARKER_LENGTH = 6;

/** Whether something that looks like a marker is one, here and now. */
export function judge({ marker, token }: Spotted, place: Place): Verdict {
  const { input, lineIsBlank, turn } = place;
  if ("at" in marker && marker.at !== undefined && !lineIsBlank) return "no";
  if ("at" in marker && marker.at === "message" && turn.sink.hasText) return "no";
  switch (marker.kind) {
    case "unit":
    case "wrapper":
    case "header":
      return marker.after(input.text, input.at + token.length, turn.tools);
    case "close":
      return isBehindCall(turn) || turn.sink.isHolding ? "yes" : "no";
    case "end":
    case "frame":
      return "yes";
    case "think":
      return opensThink(place) ? "yes" : "no";
    case "think-end":
      return closesThink(place, token);
    case "invented": {
      const fits = marker.behind === undefined || marker.behind === turn.sink.lastDialect;
      return fits && isBehindCall(turn) ? "yes" : "no";
    }
  }
}

/**
 * Whether the answer ended within a call that had hardly begun. Inside a line somebody may as well
 * speak of the marker.
 */
export function isCutOff({ marker, token }: Spotted, { input, lineIsBlank }: Place): boolean {
  if (!lineIsBlank || token.length < MARKER_LENGTH) return false;
  if (!/^\s*(?:$|[[{<])/.test(input.text.slice(input.at + token.length))) return false;
  if (marker.kind === "unit") return marker.unmarked !== true;
  return marker.kind === "wrapper" || marker.kind === "header";
}

/** Takes the marker from the input. @returns the mode that goes on behind it. */
export function enter({ marker, dialect, token }: Spotted, place: Place): Mode {
  const { input, lineIsBlank, turn } = place;
  const opener = input.take(input.at + token.length);
  switch (marker.kind) {
    case "unit":
      return new UnitMode(turn, { dialect, marker, opener, atLineStart: lineIsBlank });
    case "header":
      return new HeaderMode(turn, opener);
    case "think":
      turn.sink.settle();
      return new ReasoningMode(turn, allMarkers().thinkEnds.get(marker) ?? allMarkers().thinkClose);
    case "invented":
      return new InventedMode(turn, opener, marker.close ?? []);
    case "think-end":
      turn.sink.reclassify();
      break;
    case "wrapper":
      turn.sink.settle();
      break;
    default:
      if (!passes(marker.kind, turn)) {
        turn.sink.hold(opener, []);
        return turn.prose;
      }
  }
  turn.prose.restartLine();
  return turn.prose;
}

/** Whether a stray marker vanishes at once; else what follows decides. */
function passes(kind: "close" | "end" | "frame", turn: Turn): boolean {
  if (turn.sink.isHolding) return false;
  return kind === "frame" ? turn.sink.isQuiet : isBehindCall(turn);
}

function isBehindCall({ sink }: Turn): boolean {
  return sink.isQuiet && sink.calls > 0;
}

function opensThink({ lineIsBlank, turn }: Place): boolean {
  return lineIsBlank || turn.sink.isQuiet || !SPOKEN_OF_BEFORE.test(turn.sink.lastCharacter);
}

function closesThink({ input, lineIsBlank, turn }: Place, token: string): Verdict {
  const { sink } = turn;
  if (lineIsBlank || sink.isQuiet || !SPOKEN_OF_BEFORE_CLOSE.test(sink.lastCharacter)) return "yes";
  const next = input.text.charAt(input.at + token.length);
  if (next === "" && !input.final) return "more";
  return next === "\n" ? "yes" : "no";
}
