import { jsonLine } from "#core/text/json-line.ts";
import { version } from "../../package.json";
import type { Command } from "../command.ts";
import { json } from "../command-options.ts";

export const command: Command = {
  helpOrder: 970,
  name: "version",
  summary: "print the version",
  options: [{ ...json, summary: "print it as JSON" }],
  examples: ["org version", "org version --json"],
  page: ({ options }) => (options.has("json") ? jsonLine({ version }) : `org ${version}\n`),
};
