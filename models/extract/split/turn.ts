import type { ExtractEvent } from "../extractor.ts";
import { LIMITS } from "../limits.ts";
import type { ToolIndex } from "../resolve.ts";
import type { Mode } from "./input.ts";
import type { Sink } from "./sink.ts";

/** What all modes of the splitter share while they work on one answer. */
export interface Turn {
  readonly tools: ToolIndex;
  readonly sink: Sink;
  /** The mode between all others. */
  readonly prose: Prose;
  /** Reads a piece of the answer as if it were one of its own; `null` in such a piece. */
  readonly trial: ((text: string) => readonly ExtractEvent[]) | null;
  rewinds: number;
  /** A block of reasoning was closed, or all text so far was reasoning. */
  thinkWasClosed: boolean;
  /** The server says that the model ended the answer by itself. */
  stopped: boolean;
  /** How much markup of a dialect was opened whose closing markers have not come yet. */
  readonly unclosed: Map<string, number>;
}

/** Markup was opened (1) or closed (-1). */
export function countMarkup({ unclosed }: Turn, dialect: string, change: 1 | -1): void {
  unclosed.set(dialect, Math.max((unclosed.get(dialect) ?? 0) + change, 0));
}

/** Prose as the other modes know it. */
export interface Prose extends Mode {
  /** A new line begins, as far as markers are concerned. */
  restartLine(): void;
  /** This was emitted as text. */
  resumeBehind(text: string): void;
}

/** Whether an answer may be read again from an earlier position; counted, so that time stays linear. */
export function mayRewind(turn: Turn): boolean {
  turn.rewinds += 1;
  return turn.rewinds <= LIMITS.rewinds;
}
