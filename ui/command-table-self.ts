/** org itself: its settings, its health and its help. A part of the command table. */
import { json } from "./command-options.ts";
import type { CommandSpec } from "./command-spec.ts";

export const OWN_COMMANDS: readonly CommandSpec[] = [
  {
    name: "doctor",
    summary: "check everything org needs and say what to do",
    options: [json],
    examples: ["org doctor"],
  },
  {
    name: "config",
    summary: "check or show what is configured",
    operands: "[check | show | path | get KEY]",
    maxOperands: 2,
    options: [json],
    details: [
      "The file is ORG_HOME/org.config, in TOML. It is yours: no tool can write it.",
      `Secrets stand in the environment; the file refers to them: api_key = "\${NAME}".`,
    ],
    examples: ["org config check", "org config get permissions.mode"],
  },
  {
    name: "help",
    summary: "show help for a command, or a topic: exit-codes",
    operands: "[COMMAND]",
    maxOperands: 1,
    options: [],
    examples: ["org help ask", "org help exit-codes"],
  },
];
