import type { App } from "#app/app.ts";
import type { AppContext } from "#app/context.ts";
import type { Desktop } from "#ui/desktop.ts";
import type { Output } from "#ui/output.ts";
import type { CommandLine } from "./command-spec.ts";

/** What main.ts gives to a command; nothing here reads the environment. */
export interface CommandContext extends AppContext {
  /** Everything that a process opens, once and by its first use. */
  readonly app: App;
  readonly line: CommandLine;
  readonly output: Output;
  /** Ends the command from within. */
  readonly leave: (reason: Error) => void;
  readonly screen: Screen;
  /** What a task may name as a variable. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the environment says of the terminal. */
interface Screen {
  /** Standard input is a terminal: nothing waits for its end. */
  readonly isTyped: boolean;
  readonly term: string | undefined;
  /** Which characters there are, such as "C.UTF-8". */
  readonly locale: string | undefined;
  readonly colour: boolean;
  /** A person asked for text that is read aloud. */
  readonly accessible: boolean;
  readonly desktop: Desktop;
}
