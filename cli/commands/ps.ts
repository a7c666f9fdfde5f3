import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 810,
  name: "ps",
  summary: "show what runs for this home",
  options: [json],
  details: [
    "The room that owns the home, the generations that serve it, what works for them, and what each has started.",
  ],
  examples: ["org ps", "org ps --json"],
  run: later("processes", "ps"),
};
