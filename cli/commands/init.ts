import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 900,
  name: "init",
  summary: "write the settings of a home, with comments",
  options: [json],
  details: ["Nothing that is there is changed: a file of the same name is kept."],
  examples: ["org init", "ORG_HOME=~/rooms org init"],
  run: later("init"),
};
