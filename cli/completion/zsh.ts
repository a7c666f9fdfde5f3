import { shellQuoted } from "#core/text/shell-word.ts";
import type { CommandSpec, OptionSpec } from "../command-spec.ts";
import { type CompletionTable, firstOperands, isPath } from "./completion-table.ts";

/**
 * A completion function for zsh.
 *
 * @see https://zsh.sourceforge.io/Doc/Release/Completion-System.html (`_arguments`)
 */
export function zshCompletion(table: CompletionTable): string {
  const { commands, globals } = table;
  return `#compdef org
# Completes org in zsh. To use it, put it into a folder of $fpath as the file _org, before compinit:
#   org completion zsh > ~/.zfunc/_org

_org() {
  local state state_descr line curcontext=$curcontext
  typeset -A opt_args
  local -a globals=(
${globals.map((option) => `    ${specOf(option)}`).join("\n")}
  )
  local -a commands=(
${commands.map(({ name, summary }) => `    ${shellQuoted(`${name}:${summary}`)}`).join("\n")}
  )
  _arguments -C -S $globals '1: :->command' '*:: :->operand' && return
  if [[ $state == command ]]; then
    _describe -t commands command commands
    return
  fi
  case $words[1] in
${commands.map((command) => branch(command, table)).join("\n")}
  esac
}

# Sourced: registers the function. Loaded by the completion system: is the function.
if [[ $funcstack[1] == _org ]]; then _org "$@"; else compdef _org org; fi
`;
}

function branch(command: CommandSpec, table: CompletionTable): string {
  const completions = firstOperands(command, table);
  const first = completions.length === 0 ? "'1: :_files'" : `'1: :(${completions.join(" ")})'`;
  const operands = command.maxOperands === undefined ? "" : ` ${first} '*: :_files'`;
  const options = command.options.map((option) => ` ${specOf(option)}`).join("");
  return `    ${command.name}) _arguments -S $globals${options}${operands} ;;`;
}

/** One option for `_arguments`: `'--wire=[what the server speaks]:WIRE:(openai ollama)'`. */
function specOf(option: OptionSpec): string {
  const { name, short, value, choices, summary } = option;
  const repeats = option.repeatable === true ? "*" : "";
  const about = `[${summary.replaceAll(/[[\]:\\]/g, "\\$&")}]`;
  const action =
    choices === undefined ? (isPath(option) ? "_files" : " ") : `(${choices.join(" ")})`;
  const tail = value === undefined ? "" : `:${value.replaceAll(":", "\\:")}:${action}`;
  const long = shellQuoted(`${repeats}--${name}${value === undefined ? "" : "="}${about}${tail}`);
  return short === undefined
    ? long
    : `${long} ${shellQuoted(`${repeats}-${short}${about}${tail}`)}`;
}
