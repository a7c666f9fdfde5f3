import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 870,
  name: "doctor",
  summary: "check everything that org needs, and print what to do",
  options: [json],
  details: ["The exit code is 1 when a check fails; a ! marks what works with limits."],
  examples: ["org doctor", "org doctor --json"],
  run: later("doctor"),
};
