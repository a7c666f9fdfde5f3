import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 320,
  name: "promote",
  summary: "merge a candidate that the gate lets pass",
  operands: "[CANDIDATE]",
  maxOperands: 1,
  options: [
    {
      name: "approve",
      summary: "approve one that is held for a human; read its difference first",
    },
    json,
  ],
  details: [
    "Judges it when it was not judged yet, or when main has moved since.",
    "Main, the tag and the live release move together or not at all; what does not run well is reverted at once.",
  ],
  examples: ["org promote cand/20261121T0830", "org promote cand/20261121T0830 --approve"],
  run: later("promote"),
};
