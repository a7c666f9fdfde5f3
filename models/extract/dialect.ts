/** What a dialect is: one record per way of writing calls. `docs/dialects.md` shows how to add one. */
import type { EndDetector } from "./ends/end.ts";
import type { ToolIndex } from "./resolve.ts";
import type { Plausible, Verdict } from "./shape.ts";

/** A value written as bare text: only the schema of the tool knows its type. */
export class Untyped {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A call as the reader of a dialect found it, before names and types are settled. */
export interface RawCall {
  readonly name: string;
  /** An object whose values may be {@link Untyped}, a list of positional values, text, or nothing. */
  readonly arguments: unknown;
  readonly id?: string | undefined;
  readonly repaired?: boolean | undefined;
  readonly truncated?: boolean | undefined;
  /** Its arguments hold text that cannot be read. */
  readonly invalid?: boolean | undefined;
  /** Behind the calls of the unit, in its text: what follows is prose. Absent: they are all that it holds. */
  readonly end?: number | undefined;
  /** No arguments were written, not even empty ones: they may have been still to come. */
  readonly bare?: boolean | undefined;
}

/** What of a value the text ended without. */
export interface Openness {
  /** Some bracket was not closed, or less than that. */
  readonly open: boolean;
  /** More than one bracket was not closed, or the text ended inside a string, a number or a word. */
  readonly lost: boolean;
}

/** The text of one candidate between its opening marker and its end. */
export interface Body {
  /** The marker that opened it. */
  readonly opener: string;
  readonly text: string;
  /** The answer ended before the candidate did. */
  readonly cut: boolean;
  /** The model ended the answer by itself: what little is missing it forgot. */
  readonly stopped: boolean;
  readonly tools: ToolIndex;
}

/** Whether a call may have lost arguments, by the value that holds them: `undefined` when there is none at all. */
export function isCutOff(body: Body, value: Openness | undefined): boolean {
  if (!body.cut) return false;
  if (value === undefined) return !body.stopped;
  return body.stopped ? value.lost : value.open;
}

/** What must follow an opener. Unmarked calls are recognised by the names of the declared tools, too. */
export type After = Plausible | ((text: string, at: number, tools: ToolIndex) => Verdict);

/** A way of writing one call, or several in one unit. */
export interface UnitMarker {
  readonly kind: "unit";
  readonly open: readonly string[];
  /** The opener counts only where nothing but blanks stands before it in its line. */
  readonly at?: "line" | "message";
  /** The opener goes on with any characters up to `>`, as in `<tool_call:opensource>`. */
  readonly suffixed?: true;
  /**
   * It has no marker of its own and could be prose: runs only a declared tool, and only where the
   * answer starts or ends with it.
   */
  readonly unmarked?: true;
  readonly after: After;
  /** Makes the detector that finds where the unit ends. Its first text holds at least what `after` needs. */
  readonly end: (opener: string) => EndDetector;
  /** `null` when it is not a call after all, so that it is emitted as text. */
  readonly read: (body: Body) => readonly RawCall[] | null;
}

/** Markup around calls; it vanishes where `after` fits. */
export interface WrapperMarker {
  readonly kind: "wrapper";
  readonly open: readonly string[];
  readonly at?: "line" | "message";
  readonly suffixed?: true;
  /** A message of its own begins behind it. */
  readonly message?: true;
  readonly after: After;
}

/**
 * Markup that means nothing by itself. `close` vanishes behind a call, `end` also at the end of the
 * answer, `frame` also at its start; elsewhere the text speaks of it, and it is text.
 */
interface StrayMarker {
  readonly kind: "close" | "end" | "frame";
  readonly open: readonly string[];
  readonly at?: "line";
  readonly suffixed?: true;
}

/** A block of reasoning. */
export interface ThinkMarker {
  readonly kind: "think";
  readonly open: readonly string[];
  /** Ends the block. */
  readonly close: readonly string[];
  /** Ends the block too, and means something by itself. */
  readonly before?: readonly string[];
  /** Opener and closer have the same suffix. */
  readonly suffixed?: true;
  /** Its closer means something else where no block was opened. */
  readonly inside?: true;
  readonly at?: "message";
}

/** A result that the model wrote in the name of the tool instead of waiting for it; dropped up to `close`, or the end. */
export interface ImpersonationMarker {
  readonly kind: "impersonation";
  readonly open: readonly string[];
  readonly at?: "line";
  /** Absent: all the rest of the answer builds on the invention. */
  readonly close?: readonly string[];
  /** Counts only behind a call of this dialect. */
  readonly behind?: string;
  /** Counts also where there was no call before it. @default it is text there */
  readonly anywhere?: true;
}

/** The beginning of a header that says what the message behind it is, as in Harmony. */
export interface HeaderMarker {
  readonly kind: "header";
  readonly open: readonly string[];
  readonly at?: "message";
  readonly after: Plausible;
  /** Markers that end the header and belong to it. */
  readonly end: readonly string[];
  /** Reads a header, its markers included. */
  readonly read: (header: string) => HeaderMeaning;
}

/** What the message behind a header is, and which markers end it; `before` stays in the text. */
export type HeaderMeaning =
  | { readonly kind: "text" }
  | {
      readonly kind: "reasoning";
      readonly close: readonly string[];
      readonly before: readonly string[];
    }
  | { readonly kind: "result"; readonly close: readonly string[] }
  | { readonly kind: "call"; readonly marker: UnitMarker };

export type Marker =
  | UnitMarker
  | WrapperMarker
  | StrayMarker
  | ThinkMarker
  | ImpersonationMarker
  | HeaderMarker;

export interface Dialect {
  /** Shows up in logs and in `ExtractedCall.dialect`. */
  readonly id: string;
  readonly markers: readonly Marker[];
}
