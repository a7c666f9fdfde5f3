import type { ImpersonationMarker, ThinkMarker } from "../dialect.ts";
import { endsInName } from "../dialects/bare.ts";
import { allMarkers, isMarkup, openerEnd, type Spotted } from "../markers.ts";
import type { Verdict } from "../shape.ts";
import { HeaderMode } from "./header.ts";
import { ImpersonationMode } from "./impersonation.ts";
import type { Input, Mode } from "./input.ts";
import { ReasoningMode } from "./reasoning.ts";
import { ReasoningEnd } from "./reasoning-end.ts";
import { countMarkup, type Turn } from "./turn.ts";
import { UnitMode } from "./unit.ts";

/** Context of a marker: the input stands at its first character. */
export interface MarkerContext {
  readonly input: Input;
  /** Nothing but blanks stands before it in its line. */
  readonly lineIsBlank: boolean;
  readonly turn: Turn;
}

/** Neighbours of a tag that a text writes about: "the <think> tag", "(</think>)". */
const QUOTING_BEFORE = /[\s\p{L}\p{N}"'“‘([<`]/u;

/** Whether something that looks like a marker is one, here and now. */
export function judge(spotted: Spotted, context: MarkerContext): Verdict {
  const { marker, dialect } = spotted;
  const { input, lineIsBlank, turn } = context;
  if ("at" in marker && marker.at !== undefined && !lineIsBlank) return "no";
  if ("at" in marker && marker.at === "message" && turn.sink.hasText) return "no";
  const end = openerEnd(spotted, input.text, input.at);
  if (typeof end === "string") return end;
  switch (marker.kind) {
    case "unit":
    case "wrapper":
    case "header":
      return marker.after(input.text, end, turn.tools);
    case "close":
      return isBehindCall(turn) || turn.sink.isHolding || isUnclosed(turn, dialect) ? "yes" : "no";
    case "end":
    case "frame":
      return "yes";
    case "think":
      return opensThink(context, end);
    case "think-end":
      return closesThink(context, end);
    case "impersonation":
      return isImpersonation(marker, turn) ? "yes" : "no";
  }
}

function isImpersonation({ anywhere, behind }: ImpersonationMarker, turn: Turn): boolean {
  const { lastCharacter, lastDialect } = turn.sink;
  if (anywhere === true) return !QUOTE_BEFORE.test(lastCharacter);
  return (behind === undefined || behind === lastDialect) && isBehindCall(turn);
}

/**
 * Whether the answer ended within a call that had hardly begun. Inside a line a text may as well
 * speak of the marker.
 */
export function isCutOff({ marker, token }: Spotted, context: MarkerContext): boolean {
  const { input, turn } = context;
  const rest = input.text.slice(input.at + token.length).trim();
  switch (marker.kind) {
    case "unit":
      // The name of a tool stands before its marker.
      if (marker.open.length === 0) return rest !== "";
      if (marker.unmarked === true) return mayBeName(rest, turn) || endsInName(rest, turn.tools);
      break;
    case "header":
      if (marker.at === "message") return true;
      break;
    case "wrapper":
      break;
    default:
      // Only a suffix can be cut off.
      return "suffixed" in marker && marker.suffixed === true && !isDoubtful(context);
  }
  return mayBeName(rest, turn) || (isMarkup(token) && beginsCall(rest, token, context));
}

/** Whether that little behind a marker is the beginning of a call. */
function beginsCall(rest: string, token: string, context: MarkerContext): boolean {
  if (isDoubtful(context)) return /^[[{<]./s.test(rest);
  // Behind a token that no text would hold by chance anything may be the beginning of a name.
  return /^(?:$|[[{<])/.test(rest) || /[|｜[_:=]/.test(token);
}

/** Whether the text is a declared name, the beginning of one, or goes on behind one. */
function mayBeName(text: string, { tools }: Turn): boolean {
  const word = /^[^\p{L}\p{N}]{0,8}(?:call:|functions\.)?([\p{L}\p{N}_.-]*)/u.exec(text)?.[1] ?? "";
  return word !== "" && tools.tools.some(({ name }) => name.startsWith(word));
}

/** Text that speaks of a marker has it behind a blank, a word or a quotation mark. */
function isDoubtful({ lineIsBlank, turn }: MarkerContext): boolean {
  return !lineIsBlank && !turn.sink.isQuiet && QUOTING_BEFORE.test(turn.sink.lastCharacter);
}

/** So much of a marker is needed to know it, where a line begins, behind a sentence, and behind a word. */
const DECISIVE_LENGTH = { line: 1, sentence: 2, word: 4 } as const;

/** Whether the answer ends in the beginning of a marker. */
export function endsInMarker(context: MarkerContext): boolean {
  const { input, lineIsBlank, turn } = context;
  if (!allMarkers().markup.isOpen(input.text, input.at)) return false;
  const isExpected = isBehindCall(turn) || turn.sink.isHolding;
  if (isExpected || turn.unclosed.values().some((count) => count > 0)) return true;
  const where = lineIsBlank ? "line" : isDoubtful(context) ? "word" : "sentence";
  return input.text.length - input.at >= DECISIVE_LENGTH[where];
}

/** Takes the marker from the input. @returns the mode that goes on behind it. */
export function switchMode(spotted: Spotted, context: MarkerContext): Mode {
  const { marker, dialect } = spotted;
  const { input, turn } = context;
  const end = openerEnd(spotted, input.text, input.at);
  const opener = input.take(typeof end === "number" ? end : input.at + spotted.token.length);
  switch (marker.kind) {
    case "unit":
      return new UnitMode(turn, {
        dialect,
        marker,
        opener,
        end: marker.end(opener),
        isDoubtful: isDoubtful(context),
      });
    case "header":
      return new HeaderMode(turn, { dialect, marker, opener });
    case "think":
      turn.sink.settle();
      return new ReasoningMode(turn, thinkEnd(marker, opener));
    case "impersonation":
      return new ImpersonationMode(turn, opener, marker.close ?? []);
    case "think-end":
      // Once a block was closed, or text became reasoning, another closer is a leak.
      if (!turn.thinkWasClosed) turn.sink.reclassify();
      turn.thinkWasClosed = true;
      break;
    case "wrapper":
      turn.sink.settle();
      if (marker.message === true) turn.sink.beginMessage();
      else countMarkup(turn, dialect, 1);
      break;
    default:
      if (marker.kind === "close" && isUnclosed(turn, dialect)) countMarkup(turn, dialect, -1);
      else if (!passes(marker.kind, turn)) {
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

function isUnclosed({ unclosed }: Turn, dialect: string): boolean {
  return (unclosed.get(dialect) ?? 0) > 0;
}

function isBehindCall({ sink }: Turn): boolean {
  return sink.isQuiet && sink.calls > 0;
}

/** What ends the block that an opener begins. */
function thinkEnd(marker: ThinkMarker, opener: string): ReasoningEnd {
  const { thinkEnds, thinkClose } = allMarkers();
  if (marker.suffixed !== true) return thinkEnds.get(marker) ?? thinkClose;
  return new ReasoningEnd([opener.replace("<", "</")]);
}

/** Neighbours of a closer between quotation marks, brackets or asterisks: the text is about it. */
const QUOTE_BEFORE = /["'“‘([<`*_«„]/;
const QUOTE_BEHIND = /["'”’)\]>`*_»“]/;

/** A tag is opened in a line where no word, or no blank, stands between it and its neighbours. */
function opensThink({ input, lineIsBlank, turn }: MarkerContext, end: number): Verdict {
  const { isQuiet, lastCharacter } = turn.sink;
  if (lineIsBlank || isQuiet || !QUOTING_BEFORE.test(lastCharacter)) return "yes";
  if (!/[\p{L}\p{N}]/u.test(lastCharacter)) return "no";
  // "List<think> x" is a type, "Well[THINK]is it so?" is a thought.
  if (/^(?:\[|<[|｜]|◁)/.test(input.text.slice(input.at, end))) return "yes";
  const next = input.text.charAt(end);
  if (next === "" && !input.final) return "more";
  return /[\p{L}\n]/u.test(next) ? "yes" : "no";
}

function closesThink({ input, lineIsBlank, turn }: MarkerContext, end: number): Verdict {
  const { isQuiet, lastCharacter } = turn.sink;
  if (lineIsBlank || isQuiet) return "yes";
  const isQuoted = QUOTE_BEFORE.test(lastCharacter);
  if (!isQuoted && !/\s/.test(lastCharacter)) return "yes";
  const next = input.text.charAt(end);
  if (next === "" && !input.final) return "more";
  if (isQuoted) return QUOTE_BEHIND.test(next) ? "no" : "yes";
  return next === "\n" ? "yes" : "no";
}
