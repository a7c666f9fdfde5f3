/** A command of the command line: one file in `commands/`, whose name is the command's. */
import type { CommandLine, CommandSpec } from "./command-spec.ts";
import type { CommandContext } from "./context.ts";

/** Does what a command is for. @returns the exit code. */
export type Run = (context: CommandContext) => number | Promise<number>;

interface Listed extends CommandSpec {
  /** Where help and the reference list it: by this number, the smallest first. Its hundred is its group in help. */
  readonly helpOrder: number;
}

/** A command that acts in a home. */
interface Acting extends Listed {
  /** May load what it needs, and does so only when it is called: every command line loads all commands. */
  readonly run: Run;
}

/** A command that prints a page, the same in every home: no settings are read for it. */
interface Printing extends Listed {
  /** @throws {OrgError} `USAGE` */
  readonly page: (line: CommandLine) => string | Promise<string>;
}

export type Command = Acting | Printing;
