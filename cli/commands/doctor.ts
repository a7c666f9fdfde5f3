import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 870,
  name: "doctor",
  summary: "check everything org needs and say what to do",
  options: [json],
  details: [
    "The exit code is 1 when something does not work; what only works less well is marked with !.",
  ],
  examples: ["org doctor", "org doctor --json"],
  run: later("doctor"),
};
