import type { CommandSpec, OptionSpec } from "../command-spec.ts";

/** What a shell can complete: the command table, and the topics of help. */
export interface CompletionTable {
  readonly commands: readonly CommandSpec[];
  /** Options of every command. */
  readonly globals: readonly OptionSpec[];
  readonly topics: readonly string[];
}

/** What the first operand of a command may be; empty: any text. */
export function firstOperands(
  command: CommandSpec,
  { commands, topics }: CompletionTable,
): string[] {
  if (command.name === "help") return [...commands.map(({ name }) => name), ...topics];
  return [...(command.actions ?? [])];
}

/** Whether the value of an option is the path of a file or folder. */
export function isPath({ value = "" }: OptionSpec): boolean {
  return ["FILE", "DIR", "FOLDER"].includes(value);
}
