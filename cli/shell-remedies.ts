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

/** Commands about the repository that a room works on, called the same in both. */
const OF_PROJECT: ReadonlySet<string> = new Set(["checks", "critic", "diff", "rebase", "undo"]);

/** @param text what `explain` made of a failure, or a text that holds it. */
export function forShell(text: string): string {
  const shellText = text.replace(/ · \/diff$/gm, " · org project diff");
  return shellText.replace(/^→ \/([a-z]+)(?: (.*))?$/gm, (line, name: string, operand = "") => {
    const [, other, why] = /# or: (org [^;]*)(?:; (.*))?$/.exec(line) ?? [];
    if (other !== undefined) return `→ ${other}${why === undefined ? "" : `   # ${why}`}`;
    if (OF_PROJECT.has(name)) return `→ org project ${line.slice("→ /".length)}`;
    const command = IN_SHELL[name]?.(operand);
    if (command !== undefined) return `→ ${command}`;
    return OF_ROOM.has(name) ? `→ org --resume   # and there: ${line.slice(2)}` : line;
  });
}
