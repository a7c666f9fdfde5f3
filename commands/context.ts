import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Settings } from "#platform/settings.ts";
import type { CommandLine } from "#ui/command-line.ts";
import type { Output } from "#ui/output.ts";

/** What main.ts gives to a command; nothing here reads the environment. */
export interface CommandContext {
  readonly line: CommandLine;
  readonly settings: Settings;
  readonly cleaner: TextCleaner;
  readonly output: Output;
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal;
}
