/** Tool calls and their results as data: what a model asks for, and what it gets to read. */
import type { NamedImage } from "./image-type.ts";

export interface ToolCall {
  /** Unique within a turn; pairs a call with its result. */
  readonly id: string;
  readonly name: string;
  /** What the model wrote, parsed from JSON but not yet checked against the tool's schema. */
  readonly arguments: unknown;
}

/** How a generated tool can be not ok: as its contract says it may, or by breaking down. */
export type FailedOutcome = "failure" | "breakdown";

/** The limits of the sandbox at which a program is stopped. */
export const PROGRAM_LIMITS = ["wall", "cpu", "memory", "output", "processes", "disk"] as const;
export type ProgramLimit = (typeof PROGRAM_LIMITS)[number];

export interface ToolResult {
  /** The id of the {@link ToolCall} that this answers. */
  readonly id: string;
  readonly name: string;
  readonly ok: boolean;
  /** What the model reads; the raw output of the tool, sanitised and capped. */
  readonly output: string;
  /** The tool looked for something and found nothing; of no interest to models, which read that. */
  readonly isEmpty?: boolean | undefined;
  /** Wall-clock time of the run in milliseconds; 0 when the call was refused before it ran. */
  readonly ms: number;
  /** Exit code of the program, where the tool ran one. */
  readonly exit?: number | undefined;
  /** Present where a generated tool was not ok. */
  readonly outcome?: FailedOutcome | undefined;
  /** The limit at which its program was stopped. */
  readonly killed?: ProgramLimit | undefined;
  /** What the tool shows to a model that sees; in no event and in no journal, where the output describes it. */
  readonly images?: readonly NamedImage[] | undefined;
  /** The error code where the call was refused because no human can approve it. */
  readonly code?: string | undefined;
}

/** A tool as a model sees it. */
export interface ToolSchema {
  readonly name: string;
  readonly description: string;
  /** JSON Schema (draft 2020-12) of the arguments object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}
