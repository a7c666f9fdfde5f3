import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 900,
  name: "init",
  summary: "write a commented org.config for a home",
  options: [json],
  details: [
    "It also creates the folders personas and workflows. Files that exist stay as they are.",
  ],
  examples: ["org init", "ORG_HOME=~/rooms org init"],
  run: later("init"),
};
