import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 910,
  name: "config",
  summary: "check or show what is configured",
  operands: "[check | show | path | get KEY | approve-policy]",
  maxOperands: 2,
  actions: ["check", "show", "path", "get", "approve-policy"],
  options: [json],
  details: [
    "The file is ORG_HOME/org.config, in TOML. It is yours: no tool can write it.",
    `Secrets stand in the environment; the file refers to them: api_key = "\${NAME}".`,
    "approve-policy writes down which bytes of [policy] program you approve, and of the files that its arguments name;",
    "while they are not those that lie there, every call that the program would be asked about is denied.",
  ],
  examples: ["org config check", "org config get permissions.mode"],
  run: later("config"),
};
