import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 940,
  name: "demo",
  summary: "watch a recorded demo: a tool is built, judged, merged, used and reverted",
  options: [
    { name: "fast", summary: "without pauses" },
    { name: "plain", summary: "append-only output: no redraw, no colour" },
    { name: "keep", summary: "keep its home, a Git repository, so that you can look at it" },
    { ...json, summary: "print the checks as JSON; the room goes to standard error" },
  ],
  details: [
    "The program, the sandbox, Git and the gate are real; only the models' replies are recorded, and written by hand.",
    "It runs in a temporary home, needs no model and no network, and takes about a minute and a half.",
    "The exit code is 0 when everything happened as recorded, else 1.",
  ],
  examples: ["org demo", "org demo --fast --plain", "org demo --fast --keep --json"],
  run: later("demo"),
};
