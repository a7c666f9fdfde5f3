import type { OptionSpec } from "../command-spec.ts";
import { type CompletionTable, firstOperands, isPath } from "./completion-table.ts";

/**
 * A completion function for bash 4.4 and later. What it does not know is left to bash, which completes
 * file names.
 *
 * @see https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
 */
export function bashCompletion(table: CompletionTable): string {
  return `# Completes org in bash. For this shell: source <(org completion bash)
# For every shell:
#   mkdir -p ~/.local/share/bash-completion/completions
#   org completion bash > ~/.local/share/bash-completion/completions/org

# Whether an option of a command is followed by a value.
_org_takes_value() {
  case "$1 $2" in
${arm(valued(table), ";;")}
    *) return 1 ;;
  esac
}

_org() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='' operands=0 words='' word at
  # Bash cuts --wire=openai into three words.
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ $word == -* ]]; then
      _org_takes_value "$command" "$word" || continue
      if [[ \${COMP_WORDS[at + 1]} == = ]]; then at=$((at + 2)); else at=$((at + 1)); fi
    elif [[ -z $command ]]; then
      command=$word
    else
      operands=$((operands + 1))
    fi
  done
  if _org_takes_value "$command" "$previous"; then
    case "$command $previous" in
${choiceArms(table)}
${arm(paths(table), "return ;; # names of files: bash knows them")}
      *)
        # Any text: names of files would be a wrong guess.
        compopt +o default 2>/dev/null
        return
        ;;
    esac
  elif [[ $current == -* ]]; then
    case $command in
${optionArms(table)}
    esac
  elif [[ -z $command ]]; then
    words='${names(table.commands).join(" ")}'
  elif [[ $operands == 0 ]]; then
    case $command in
${operandArms(table)}
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -o default -F _org org
`;
}

/** The patterns of `"$command $option"`, whichever way the option is written. */
function patterns(option: OptionSpec, command: string): readonly string[] {
  const flags = [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])];
  return flags.map((flag) => (command === "*" ? `*" ${flag}"` : `"${command} ${flag}"`));
}

/** Every option with what tells it from the same one of another command. */
function everyOption({
  commands,
  globals,
}: CompletionTable): readonly (readonly [OptionSpec, string])[] {
  return [
    ...commands.flatMap(({ name, options }) => options.map((option) => [option, name] as const)),
    ...globals.map((option) => [option, "*"] as const),
  ];
}

function valued(table: CompletionTable): readonly string[] {
  return everyOption(table).flatMap(([option, command]) =>
    option.value === undefined ? [] : patterns(option, command),
  );
}

function paths(table: CompletionTable): readonly string[] {
  return everyOption(table).flatMap(([option, command]) =>
    isPath(option) ? patterns(option, command) : [],
  );
}

function choiceArms(table: CompletionTable): string {
  return everyOption(table)
    .flatMap(([option, command]) => {
      if (option.choices === undefined) return [];
      return [arm(patterns(option, command), `words='${option.choices.join(" ")}' ;;`)];
    })
    .join("\n");
}

function optionArms({ commands, globals }: CompletionTable): string {
  const flags = (options: readonly OptionSpec[]) =>
    options.map(({ name }) => `--${name}`).join(" ");
  const own = commands.map(({ name, options }) =>
    arm([name], `words='${flags([...options, ...globals])}' ;;`),
  );
  return [...own, arm(["*"], `words='${flags(globals)}' ;;`)].join("\n");
}

function operandArms(table: CompletionTable): string {
  return table.commands
    .flatMap((command) => {
      const completions = firstOperands(command, table);
      return completions.length === 0
        ? []
        : [arm([command.name], `words='${completions.join(" ")}' ;;`)];
    })
    .join("\n");
}

function arm(cases: readonly string[], body: string): string {
  return `      ${cases.join(" | ")}) ${body}`;
}

function names(commands: CompletionTable["commands"]): readonly string[] {
  return commands.map(({ name }) => name);
}
