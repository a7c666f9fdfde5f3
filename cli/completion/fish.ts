import type { OptionSpec } from "../command-spec.ts";
import { type CompletionTable, firstOperands, isPath } from "./completion-table.ts";

/**
 * Completions for fish.
 *
 * @see https://fishshell.com/docs/current/completions.html
 */
export function fishCompletion(table: CompletionTable): string {
  const { commands, globals } = table;
  const names = commands.map(({ name }) => name);
  return [
    "# Completes org in fish. To use it: org completion fish > ~/.config/fish/completions/org.fish",
    `set -l commands ${names.join(" ")}`,
    ...globals.map((option) => optionLine(option)),
    ...commands.flatMap((command) => {
      const completions = firstOperands(command, table);
      const within = `__fish_seen_subcommand_from ${command.name}`;
      // Before the first operand; the names of commands are operands of help.
      const isFirst =
        command.name === "help"
          ? "__fish_is_nth_token 2"
          : `not __fish_seen_subcommand_from ${completions.join(" ")}`;
      return [
        `complete -c org -n "not __fish_seen_subcommand_from $commands" -f -a ${command.name} -d ${quoted(command.summary)}`,
        ...command.options.map((option) => optionLine(option, within)),
        ...(completions.length === 0
          ? []
          : [
              `complete -c org -n "${within}; and ${isFirst}" -f -a ${quoted(completions.join(" "))}`,
            ]),
      ];
    }),
    "",
  ].join("\n");
}

function optionLine(option: OptionSpec, condition?: string): string {
  const { name, short, value, choices, summary } = option;
  return [
    "complete -c org",
    ...(condition === undefined ? [] : [`-n "${condition}"`]),
    `-l ${name}`,
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(value === undefined ? [] : [isPath(option) ? "-r -F" : "-x"]),
    ...(choices === undefined ? [] : [`-a ${quoted(choices.join(" "))}`]),
    `-d ${quoted(summary)}`,
  ].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
