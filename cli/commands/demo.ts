import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 940,
  name: "demo",
  summary: "watch a tool being asked for, built, judged, merged, used and reverted",
  options: [
    { name: "fast", summary: "without pauses" },
    { name: "plain", summary: "append-only output: no redraw, no colour" },
    { name: "keep", summary: "leave its home, a Git repository, to look at" },
    { ...json, summary: "print what was checked as JSON; the room goes to standard error" },
  ],
  details: [
    "The program, its sandbox, Git and the gate are real; only the models' words are recorded, written by hand.",
    "It plays in a home of its own, needs no model and no network, and takes about a minute and a half.",
    "The exit code is 0 when everything happened as it was recorded, else 1.",
  ],
  examples: ["org demo", "org demo --fast --plain", "org demo --fast --keep --json"],
  run: later("demo"),
};
