import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 300,
  name: "cand",
  summary: "list, show, make or remove candidates",
  operands: "list | show NAME | start | rm NAME",
  maxOperands: 2,
  actions: ["list", "show", "start", "rm"],
  options: [
    { name: "diff", summary: "with show: print what the candidate changes (default)" },
    { name: "tests", summary: "with show: print only its cases and tests" },
    { name: "evidence", summary: "with show: print the last verdict, stage by stage" },
    {
      name: "patch",
      value: "FILE",
      summary:
        "with start: apply this diff, or the output of org exec, to main; - is standard input",
    },
    {
      name: "branch",
      value: "REF",
      summary: "with start: make it of this branch or commit; default: main",
    },
    { name: "serve", summary: "with start: also serve it" },
    { name: "port", value: "N", summary: "with --serve: the port; default: 7002" },
    { name: "title", value: "TEXT", summary: "with start: the commit message" },
    json,
  ],
  details: ["A candidate is a branch in its own work tree; your checkout does not change."],
  examples: [
    "org cand",
    "org cand start --patch change.patch",
    "org exec tasks/rename.md | org cand start --patch -",
    "org cand show cand/20261121T083000Z --evidence",
  ],
  run: later("cand", "candidate"),
};
