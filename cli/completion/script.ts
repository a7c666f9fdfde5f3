import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { COMMANDS, GLOBAL_OPTIONS } from "../command-table.ts";
import { TOPIC_NAMES } from "../help-topics.ts";
import { bashCompletion } from "./bash.ts";
import type { CompletionTable } from "./completion-table.ts";
import { fishCompletion } from "./fish.ts";
import { zshCompletion } from "./zsh.ts";

const SCRIPTS: Readonly<Record<string, (table: CompletionTable) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/**
 * What a shell reads to complete command lines of org.
 *
 * @throws {OrgError} `USAGE` for a shell that we have no script for.
 */
export function completionScript(shell = ""): string {
  const script = SCRIPTS[shell];
  if (script !== undefined) {
    return script({ commands: COMMANDS, globals: GLOBAL_OPTIONS, topics: TOPIC_NAMES });
  }
  const shells = Object.keys(SCRIPTS);
  const near = nearestNames(shell, shells);
  throw new OrgError(
    shell === "" ? "Which shell?" : `There is no completion for ${echoed(shell)}`,
    {
      code: "USAGE",
      why: `there is one for ${shells.join(", ")}`,
      remedies: (near.length === 0 ? shells : near).map((name) => `org completion ${name}`),
      unchanged: "Nothing was done.",
    },
  );
}
