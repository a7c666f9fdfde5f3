import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { COMMANDS } from "./command-table.ts";
import { commandHelp, exitCodes } from "./help.ts";

interface Topic {
  readonly name: string;
  readonly summary: string;
  /** Loads what only this page needs. */
  readonly page: () => Promise<string>;
}

const TOPICS: readonly Topic[] = [
  { name: "exit-codes", summary: "what the exit codes mean", page: async () => exitCodes() },
  {
    name: "environment",
    summary: "the variables that org reads",
    page: async () => (await import("./environment-page.ts")).environmentPage(),
  },
  {
    name: "room",
    summary: "what can be typed in a room",
    page: async () => `${(await import("#ui/slash.ts")).slashHelp()}\n`,
  },
  {
    name: "reference",
    summary: "all of this as Markdown",
    page: async () => (await import("./reference-page.ts")).referencePage(),
  },
];

/** What `org help` explains beside the commands. */
export const TOPIC_NAMES: readonly string[] = TOPICS.map(({ name }) => name);

/**
 * The page of `org help NAME`, of a command or a topic.
 *
 * @throws {OrgError} `USAGE` with the nearest names.
 */
export async function helpPage(name: string): Promise<string> {
  const command = COMMANDS.find((one) => one.name === name);
  if (command !== undefined) return commandHelp(command);
  const topic = TOPICS.find((one) => one.name === name);
  if (topic !== undefined) return await topic.page();
  const names = [...COMMANDS.map((one) => one.name), ...TOPIC_NAMES];
  throw new OrgError(`There is no help on ${echoed(name)}`, {
    code: "USAGE",
    why: `there is help on the commands, and on ${TOPICS.map((one) => `${one.name} (${one.summary})`).join(", ")}`,
    remedies: [...nearestNames(name, names).map((one) => `org help ${one}`), "org --help"],
    unchanged: "Nothing was done.",
  });
}
