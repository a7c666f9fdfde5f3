import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine, CommandSpec, OptionSpec } from "./command-spec.ts";
import { COMMANDS, GLOBAL_OPTIONS } from "./command-table.ts";

/**
 * Reads the arguments behind the program's name.
 *
 * No command means `chat`, or `ask` when something is piped in; `-p TEXT` means `ask TEXT`. Options of
 * every command may stand before it. Everything behind `--` is an operand.
 *
 * @param piped standard input is not a terminal.
 * @throws {OrgError} `USAGE` with the nearest names.
 */
export function parseCommandLine(args: readonly string[], piped = false): CommandLine {
  const [first = ""] = args;
  if (first === "-p" || first === "--print") return parseFor(commandNamed("ask"), args.slice(1));
  const at = commandIndex(args);
  const name = args[at];
  if (name !== undefined) return parseFor(commandNamed(name), args.toSpliced(at, 1));
  // The append-only room takes lines from a pipe too, but only who asks for it means that.
  const asks = piped && !args.includes("--plain");
  return parseFor(commandNamed(asks ? "ask" : "chat"), args);
}

/** Where the command stands: the first word that is neither an option nor its value. */
function commandIndex(args: readonly string[]): number {
  let at = 0;
  for (; args[at]?.startsWith("-") === true; at += 1) {
    const option = findOption(GLOBAL_OPTIONS, args[at] ?? "");
    // Any other option belongs to a command, and there is none before it.
    if (option === undefined) return args.length;
    if (option.value !== undefined && args[at]?.includes("=") === false) at += 1;
  }
  return at;
}

function findOption(options: readonly OptionSpec[], arg: string): OptionSpec | undefined {
  const [flag] = arg.split("=");
  return options.find(({ name, short }) => flag === `--${name}` || flag === `-${short}`);
}

/** @throws {OrgError} `USAGE` with the nearest names. */
function commandNamed(name: string): CommandSpec {
  const command = COMMANDS.find((one) => one.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((one) => one.name);
  const near = nearestNames(name, names).map((one) => `org ${one}`);
  throw usage(`There is no command ${echoed(name)}`, `the commands are ${names.join(", ")}`, [
    ...near,
    `org ask ${echoed(name)}`,
    "org --help",
  ]);
}

function parseFor(command: CommandSpec, args: readonly string[]): CommandLine {
  const operands: string[] = [];
  const options = new Map<string, string>();
  const repeated = new Map<string, string[]>();
  const reading = { rest: [...args], options, repeated };
  const { rest } = reading;
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") operands.push(...rest.splice(0));
    else if (arg.startsWith("-") && arg !== "-") readOption(command, arg, reading);
    else operands.push(arg);
  }
  const most = command.maxOperands ?? 0;
  if (operands.length > most) {
    const extra = operands[most] ?? "";
    throw usage(
      `Unexpected argument ${echoed(extra)} for org ${command.name}`,
      `it takes ${most === 0 ? "none" : `at most ${most}`}; a text with spaces needs quotes`,
      [`org help ${command.name}`],
    );
  }
  requireAction(command, operands[0]);
  return { command, operands, options, repeated };
}

/** @throws {OrgError} `USAGE` where the first operand has to be one of some words, and is another. */
function requireAction({ name, actions, operands = "" }: CommandSpec, first = ""): void {
  const isOpen = /(?:^|\| )\[*[A-Z]/.test(operands);
  if (actions !== undefined && first !== "" && !isOpen) actionNamed(name, actions, first);
}

interface Reading {
  readonly rest: string[];
  readonly options: Map<string, string>;
  readonly repeated: Map<string, string[]>;
}

function readOption(command: CommandSpec, arg: string, reading: Reading): void {
  const { rest, options, repeated } = reading;
  const [flag = "", ...inline] = arg.split("=");
  const knownOptions = [...command.options, ...GLOBAL_OPTIONS];
  const option = findOption(knownOptions, arg);
  if (option === undefined) throw unknownOption(command, flag, knownOptions);
  if (option.value === undefined) {
    if (inline.length > 0) throw badValue(command, flag, "takes no value");
    options.set(option.name, "");
    return;
  }
  const value = inline.length > 0 ? inline.join("=") : rest.shift();
  if (value === undefined || value === "") throw badValue(command, flag, `needs a ${option.value}`);
  if (option.choices?.includes(value) === false) {
    throw badValue(command, flag, `is one of ${option.choices.join(", ")}, not ${echoed(value)}`);
  }
  options.set(option.name, value);
  if (option.repeatable) repeated.set(option.name, [...(repeated.get(option.name) ?? []), value]);
}

function unknownOption(
  command: CommandSpec,
  flag: string,
  options: readonly OptionSpec[],
): OrgError {
  // Without the dashes, which would make every short word resemble every option.
  const names = options.map(({ name }) => name);
  const near = nearestNames(flag.replace(/^-+/, ""), names).map((name) => `--${name}`);
  return usage(
    `org ${command.name} has no option ${echoed(flag)}`,
    near.length > 0
      ? `did you mean ${near.join(" or ")}?`
      : "put -- before a text that begins with -",
    [`org help ${command.name}`],
  );
}

function badValue(command: CommandSpec, flag: string, why: string): OrgError {
  return usage(`The option ${flag} ${why}`, undefined, [`org help ${command.name}`]);
}

function usage(message: string, why: string | undefined, remedies: readonly string[]): OrgError {
  const reason = why === undefined ? {} : { why };
  return new OrgError(message, {
    code: "USAGE",
    ...reason,
    remedies,
    unchanged: "Nothing was done.",
  });
}
