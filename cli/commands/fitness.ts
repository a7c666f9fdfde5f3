import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 310,
  name: "fitness",
  summary: "judge a candidate by the gate, or test the gate itself",
  operands: "CANDIDATE | PORT | drill | add-case TOOL",
  maxOperands: 2,
  actions: ["drill", "add-case"],
  options: [
    { name: "repo", value: "DIR", summary: "the repository of the candidate; default: the home" },
    {
      name: "intent",
      value: "NAME,…",
      summary:
        "tools that the candidate may change; default: those that you asked for in this home",
    },
    { name: "stages", value: "S0-Sn", summary: "stages of the gate to run; default: S0-S6" },
    { name: "input", value: "JSON", summary: "with add-case: the arguments" },
    { name: "output", value: "JSON", summary: "with add-case: the result" },
    {
      name: "error",
      value: "CODE",
      summary: "with add-case: the expected error code, instead of a result",
    },
    { ...json, summary: "print the verdict with its evidence as one JSON object" },
  ],
  details: [
    "CANDIDATE is a branch or a commit, or the PORT on which a candidate of this home serves. Its code runs only in the",
    "sandbox, and main does not change.",
    "The exit code is 0 when the candidate may be promoted, 1 when it is rejected or held for your approval.",
    "drill tests the gate itself: main's own tools must pass, and copies with a fault put into them must not.",
    "add-case stores a case that no candidate can see; a verdict says of such a case only whether it passed.",
  ],
  examples: [
    "org fitness cand/20261121T0830",
    "org fitness cand/median --intent median --json",
    `org fitness add-case median --input '{"list":[1,3]}' --output 2`,
  ],
  run: later("fitness"),
};
