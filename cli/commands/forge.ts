import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 200,
  name: "forge",
  summary: "let a model build a tool, and validate it",
  options: [
    {
      name: "goal",
      value: "TEXT",
      summary: "what the tool should do; with it, you are asked nothing",
    },
    { name: "name", value: "NAME", summary: "name of the tool; default: the model chooses" },
    {
      name: "lang",
      value: "LANGUAGE",
      choices: ["ts", "python"],
      summary: "ts or python; default: python for a small model, else ts",
    },
    { name: "rounds", value: "N", summary: "how often each phase may try again; default: 3" },
    { name: "promote", summary: "merge the tool once it is delivered" },
    { name: "from", value: "DIR", summary: "validate this folder instead; no model is asked" },
    { ...json, summary: "print each step as a line of JSON; with --from: the report" },
  ],
  details: [
    "The phases: contract, cases, tests, program, validation in the sandbox. A phase that fails is tried again.",
    "Without --goal it asks you for one, shows each result, and continues only with your approval; Esc ends it.",
    'An example in the goal, such as slug("A b!") is "a-b" or 100 -> 212, is a case that the tool must get right.',
    "Prints the folder of the tool. The exit code is 0 when the tool was delivered, else 1.",
  ],
  examples: [
    "org forge",
    'org forge --goal "the median of a list of numbers" --json',
    "org forge --from tools/generated/median",
  ],
  run: later("forge"),
};
