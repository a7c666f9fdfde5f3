import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Settings } from "#platform/settings.ts";
import type { Desktop } from "#ui/desktop.ts";
import type { Output } from "#ui/output.ts";
import type { CommandLine } from "./command-line.ts";

/** What main.ts gives to a command; nothing here reads the environment. */
export interface CommandContext {
  readonly line: CommandLine;
  readonly settings: Settings;
  readonly cleaner: TextCleaner;
  readonly output: Output;
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal;
  /** Ends the command from within. */
  readonly leave: (reason: Error) => void;
  readonly screen: Screen;
  /** What a task may name as a variable. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the environment says of the terminal. */
export interface Screen {
  /** Standard input is a terminal: nobody waits for its end. */
  readonly isTyped: boolean;
  readonly term: string | undefined;
  /** Which characters there are, such as "C.UTF-8". */
  readonly locale: string | undefined;
  readonly colour: boolean;
  /** A person asked for text that is read aloud. */
  readonly accessible: boolean;
  readonly desktop: Desktop;
}
