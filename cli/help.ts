import { EXIT } from "#core/error-codes.ts";
import type { CommandSpec, OptionSpec } from "./command-spec.ts";
import { COMMANDS, GLOBAL_OPTIONS } from "./command-table.ts";

/** What the commands are for, by the hundred that their places begin with. */
const GROUPS = [
  { from: 100, title: "Talk and work" },
  { from: 200, title: "Tools that models build" },
  { from: 300, title: "Candidates, the gate and main" },
  { from: 400, title: "Models" },
  { from: 500, title: "What the home keeps" },
  { from: 600, title: "Serve, connect, and work in the background" },
  { from: 700, title: "Permissions" },
  { from: 800, title: "Operate" },
  { from: 900, title: "Set up and look around" },
] as const;

/** The page of `org --help`. */
export function overview(): string {
  return [
    "org: a chat room for language models that run tools in a sandbox and work on a copy of your repository.",
    "",
    "Usage: org [COMMAND] [OPTIONS]",
    "",
    ...GROUPS.flatMap(groupLines),
    "Options of every command:",
    ...optionLines(GLOBAL_OPTIONS),
    "",
    "`org help COMMAND` shows the options and examples of one command;",
    "`org help exit-codes`, `environment`, `room` and `reference` explain the rest.",
    "",
  ].join("\n");
}

/** The page of `org help COMMAND`. */
export function commandHelp(command: CommandSpec): string {
  const operands = command.operands === undefined ? "" : ` ${command.operands}`;
  return [
    `org ${command.name}: ${command.summary}.`,
    "",
    `Usage: org ${command.name} [OPTIONS]${operands}`,
    ...(command.details === undefined ? [] : ["", ...command.details]),
    ...(command.options.length === 0 ? [] : ["", "Options:", ...optionLines(command.options)]),
    "",
    "Options of every command:",
    ...optionLines(GLOBAL_OPTIONS),
    "",
    "Examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

const MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  done: "done",
  failed: "the command failed",
  usage: "the command line is wrong",
  badData: "the input is invalid",
  noInput: "the input does not exist",
  unreachable: "the model server cannot be reached, or does not have the model",
  bug: "a bug of org",
  cannotCreate: "a file cannot be created",
  fileTrouble: "a file cannot be read or written",
  busy: "busy: try again",
  notAllowed: "not allowed",
  configuration: "the configuration is wrong",
  timeout: "timed out",
  interrupted: "interrupted (Ctrl-C)",
  terminated: "terminated (SIGTERM)",
};

/** Every exit code with its meaning. */
export function exitCodeRows(): readonly (readonly [string, string])[] {
  return Object.entries(MEANING).map(([name, meaning]) => {
    const [, code] = Object.entries(EXIT).find(([key]) => key === name) ?? [];
    return [String(code), meaning];
  });
}

/** The page of `org help exit-codes`. */
export function exitCodes(): string {
  return ["Exit codes:", ...columns(exitCodeRows()), ""].join("\n");
}

function groupLines({ from, title }: (typeof GROUPS)[number]): string[] {
  const commands = COMMANDS.filter(({ helpOrder }) => helpOrder >= from && helpOrder < from + 100);
  return [
    `${title}:`,
    ...columns(
      commands.map(({ name, summary }) => [name, summary]),
      WIDTH,
    ),
    "",
  ];
}

function optionLines(options: readonly OptionSpec[]): string[] {
  return columns(
    options.map(({ name, short, value, summary }) => [
      `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
      summary,
    ]),
  );
}

/** Of the longest name of a command: all groups have their second column at the same place. */
const WIDTH = Math.max(...COMMANDS.map(({ name }) => name.length));

/** Two columns, the second one below itself. @param atLeast characters of the first */
export function columns(rows: readonly (readonly [string, string])[], atLeast = 0): string[] {
  const width = Math.max(atLeast, ...rows.map(([term]) => term.length));
  return rows.map(([term, right]) => `  ${term.padEnd(width)}  ${right}`);
}
