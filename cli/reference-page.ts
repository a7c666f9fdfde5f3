import { slashRows } from "#ui/slash.ts";
import type { CommandSpec, OptionSpec } from "./command-spec.ts";
import { COMMANDS, GLOBAL_OPTIONS } from "./command-table.ts";
import { VARIABLES } from "./environment-page.ts";
import { exitCodeRows } from "./help.ts";

/** The whole command line as Markdown: docs/commands.md. */
export function referencePage(): string {
  return [
    "# Commands",
    "",
    "<!-- written by `bun run commands`, do not edit -->",
    "",
    "`org [COMMAND] [OPTIONS]`; without a command it opens the room; with piped input it sends that as one message and prints the answer.",
    "Standard output is the answer or the data, everything else goes to standard error.",
    "",
    ...COMMANDS.flatMap(commandSection),
    "## Options of every command",
    "",
    ...optionTable(GLOBAL_OPTIONS),
    "## In the room",
    "",
    ...table(
      ["typed", ""],
      slashRows().map(([usage, summary]) => [code(usage), summary]),
    ),
    "## Environment",
    "",
    ...table(
      ["variable", ""],
      VARIABLES.map(({ name, summary }) => [code(name), summary]),
    ),
    "## Exit codes",
    "",
    ...table(["code", ""], exitCodeRows()),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

function commandSection(command: CommandSpec): readonly string[] {
  const { name, summary, operands, details = [], options, examples } = command;
  const usage = ["org", name, ...(options.length === 0 ? [] : ["[OPTIONS]"]), operands ?? ""];
  return [
    `## org ${name}`,
    "",
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    "",
    `    ${usage.join(" ").trimEnd()}`,
    "",
    ...(details.length === 0 ? [] : [...details.map(escaped), ""]),
    ...(options.length === 0 ? [] : optionTable(options)),
    ...["```sh", ...examples, "```", ""],
  ];
}

function optionTable(options: readonly OptionSpec[]): readonly string[] {
  const rows = options.map(({ name, short, value, choices, summary }) => {
    const flags = [...(short === undefined ? [] : [`-${short}`]), `--${name}`].join(", ");
    const usage = value === undefined ? flags : `${flags} ${value}`;
    return [code(usage), choices === undefined ? summary : `${summary} (${choices.join(", ")})`];
  });
  return table(["option", ""], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line), ""];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** A cell ends at a bar, also within code. */
function cell(text: string): string {
  return escaped(text).replaceAll("|", "\\|");
}

/** What looks like a tag would not be shown; within code it is. */
function escaped(text: string): string {
  return text.replaceAll(/`[^`]*`|<(?=[a-z])/g, (found) => (found === "<" ? "\\<" : found));
}
