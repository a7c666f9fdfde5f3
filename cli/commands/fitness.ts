import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 310,
  name: "fitness",
  summary: "judge a candidate",
  operands: "CANDIDATE | PORT | drill | add-case TOOL",
  maxOperands: 2,
  actions: ["drill", "add-case"],
  options: [
    { name: "repo", value: "DIR", summary: "the checkout that holds it; default: the home" },
    {
      name: "intent",
      value: "NAME,…",
      summary: "tools that it may change; default: those that were asked for in this home",
    },
    { name: "stages", value: "S0-Sn", summary: "how far to go; default: S0-S6" },
    { name: "input", value: "JSON", summary: "with add-case: the arguments" },
    { name: "output", value: "JSON", summary: "with add-case: the result" },
    { name: "error", value: "CODE", summary: "with add-case: the failure, instead of a result" },
    { ...json, summary: "print the verdict with its evidence as one JSON object" },
  ],
  details: [
    "CANDIDATE is a branch or a commit, or the PORT that one of this home serves on. Nothing of it is run outside of the sandbox, and main is not changed.",
    "The exit code is 0 when it may be promoted, 1 when it is rejected or held for a human.",
    "drill tests the gate itself: main's own tools pass, and with a fault in them they do not.",
    "add-case keeps a case that no candidate can see; of such cases only pass or fail is told.",
  ],
  examples: [
    "org fitness cand/20261121T0830",
    "org fitness cand/median --intent median --json",
    `org fitness add-case median --input '{"list":[1,3]}' --output 2`,
  ],
  run: later("fitness"),
};
