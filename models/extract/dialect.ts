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
}

/** The text of one candidate between its opening marker and its end. */
export interface Body {
  /** The marker that opened it. */
  readonly opener: string;
  readonly text: string;
  /** The answer ended before the candidate did. */
  readonly cut: boolean;
  readonly tools: ToolIndex;
}

/** What must follow an opener. Unmarked calls are told by the names of the declared tools, too. */
export type After = Plausible | ((text: string, at: number, tools: ToolIndex) => Verdict);

/** A way of writing one call, or several in one unit. */
export interface UnitMarker {
  readonly kind: "unit";
  readonly open: readonly string[];
  /** The opener counts only where nothing but blanks stands before it in its line. */
  readonly at?: "line" | "message";
  /**
   * It has no marker of its own and could be prose: runs only a declared tool, and only where the
   * answer starts or ends with it.
   */
  readonly unmarked?: true;
  readonly after: After;
  /** Makes the detector that finds where the unit ends. */
  readonly end: () => EndDetector;
  /** `null` when it is not a call after all, so that it is shown. */
  readonly read: (body: Body) => readonly RawCall[] | null;
}

/** Markup around calls; it vanishes where `after` fits. */
export interface WrapperMarker {
  readonly kind: "wrapper";
  readonly open: readonly string[];
  readonly at?: "line" | "message";
  readonly after: Plausible;
}

/**
 * Markup that means nothing by itself. `close` vanishes behind a call, `end` also at the end of the
 * answer, `frame` also at its start; elsewhere somebody speaks of it, and it is text.
 */
export interface StrayMarker {
  readonly kind: "close" | "end" | "frame";
  readonly open: readonly string[];
}

/** A block of reasoning. */
export interface ThinkMarker {
  readonly kind: "think";
  readonly open: readonly string[];
  /** Ends the block. */
  readonly close: readonly string[];
  /** Ends the block too, and means something by itself. */
  readonly before?: readonly string[];
}

/** A result that the model invented instead of waiting for it; dropped up to `close`, or the end. */
export interface InventedMarker {
  readonly kind: "invented";
  readonly open: readonly string[];
  readonly at?: "line";
  /** Absent: all the rest of the answer builds on the invention. */
  readonly close?: readonly string[];
  /** Counts only behind a call of this dialect. */
  readonly behind?: string;
}

/** The beginning of a message header, as in Harmony. */
export interface HeaderMarker {
  readonly kind: "header";
  readonly open: readonly string[];
  readonly after: Plausible;
}

export type Marker =
  | UnitMarker
  | WrapperMarker
  | StrayMarker
  | ThinkMarker
  | InventedMarker
  | HeaderMarker;

export interface Dialect {
  /** Shows up in logs and in `ExtractedCall.dialect`. */
  readonly id: string;
  readonly markers: readonly Marker[];
}
