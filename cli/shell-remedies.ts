/** Remedies that name a command of the room, for a user who stands in a shell: there it is none. */

/** What stands behind the arrow, for the commands of the room that have a form of their own in the shell. */
const IN_SHELL: Readonly<Record<string, (operand: string) => string>> = {
  retry: () => "run the same command again",
  mode: (operand) => `--mode ${operand}`,
  model: (operand) => `--model ${operand}`,
  pull: (operand) => `org models pull ${operand}`.trimEnd(),
  approvals: () => "org approvals",
  approve: (operand) => `org approve ${operand}`,
  deny: (operand) => `org deny ${operand}`,
};

/** Commands of the room that the shell does not have. */
const OF_ROOM: ReadonlySet<string> = new Set(["compact", "personas", "status", "stop", "help"]);

/** @param text what `explain` made of a failure, or a text that holds it. */
export function forShell(text: string): string {
  return text.replace(/^→ \/([a-z]+)(?: (.*))?$/gm, (line, name: string, operand = "") => {
    const said = IN_SHELL[name]?.(operand);
    if (said !== undefined) return `→ ${said}`;
    return OF_ROOM.has(name) ? `→ org --resume   # and there: ${line.slice(2)}` : line;
  });
}
