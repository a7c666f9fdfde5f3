import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 300,
  name: "cand",
  summary: "list, show, make or remove candidates",
  operands: "list | show NAME | start | rm NAME",
  maxOperands: 2,
  actions: ["list", "show", "start", "rm"],
  options: [
    { name: "diff", summary: "with show: what it changes (default)" },
    { name: "tests", summary: "with show: its cases and tests alone" },
    { name: "evidence", summary: "with show: the last verdict, stage by stage" },
    {
      name: "patch",
      value: "FILE",
      summary:
        "with start: apply this to main, a diff or what org exec prints; - is standard input",
    },
    {
      name: "branch",
      value: "REF",
      summary: "with start: take this branch or commit; default: main",
    },
    { name: "serve", summary: "with start: serve it, too" },
    { name: "port", value: "N", summary: "with --serve: default: 7002" },
    { name: "title", value: "TEXT", summary: "with start: the message of its commit" },
    json,
  ],
  details: ["A candidate is a branch in a work tree of its own; your checkout is left alone."],
  examples: [
    "org cand",
    "org cand start --patch change.patch",
    "org exec tasks/rename.md | org cand start --patch -",
    "org cand show cand/20261121T083000Z --evidence",
  ],
  run: later("cand", "candidate"),
};
