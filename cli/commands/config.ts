import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 910,
  name: "config",
  summary: "check or show the configuration",
  operands: "[check | show | path | get KEY | approve-policy]",
  maxOperands: 2,
  actions: ["check", "show", "path", "get", "approve-policy"],
  options: [json],
  details: [
    "The file is ORG_HOME/org.config, in TOML. No tool can write it.",
    `Keep secrets in the environment; the file refers to them: api_key = "\${NAME}".`,
    "approve-policy records the checksum of [policy] program and of the files that its arguments name. If one of them",
    "differs later, every call that the program would be asked about is denied.",
  ],
  examples: ["org config check", "org config get permissions.mode"],
  run: later("config"),
};
