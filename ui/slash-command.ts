/** What a slash command is made of, and what it needs. */
import type { RoomEvent } from "#core/events.ts";
import type { RoomClient } from "#room/room-client.ts";

type ExportFormat = "md" | "json";

export interface RawOutput {
  /** Name of the tool. */
  readonly name: string;
  readonly output: string;
}

/** What slash commands need beside the room. */
export interface SlashSources {
  /** What every tool of this room printed, refused calls included, the newest last. */
  readonly rawOutputs: () => Promise<readonly RawOutput[]>;
  /** The whole room as text. */
  readonly exportRoom: (format: ExportFormat) => Promise<string>;
  /** Runs a command of the command line in this home. @returns what it printed. */
  readonly runCommand: (args: readonly string[], how?: RunningCommand) => Promise<string>;
}

/** A command that takes its time. */
export interface RunningCommand {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Shows what it reports meanwhile, which then is not in what it printed. */
  readonly say: (text: string) => void;
}

export interface SlashContext {
  readonly room: RoomClient;
  readonly sources: SlashSources;
  /** Sees what a command brings about in the room. */
  readonly listener?: ((event: RoomEvent) => void) | undefined;
  /** Shows words of ours while a command runs. */
  readonly say?: ((text: string) => void) | undefined;
  /** Puts the N-th last block on the clipboard. @returns what was copied, by which route. */
  readonly copy?: ((nth: number) => Promise<string>) | undefined;
}

/** What became of a line. */
export interface Outcome {
  /** To be shown; clean. */
  readonly text?: string;
  /** The text is rows for a reader, and not something to copy: they may be folded between words. */
  readonly isList?: boolean;
  /** Resolves when the room has answered. */
  readonly done?: Promise<void>;
  /** The human wants to leave. */
  readonly leave?: boolean;
}

export type Run = (context: SlashContext, operand: string) => Outcome | Promise<Outcome>;

export interface SlashCommand {
  readonly name: string;
  readonly operand?: string;
  readonly summary: string;
  readonly run: Run;
}
