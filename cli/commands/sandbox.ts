import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 930,
  name: "sandbox",
  summary: "run a command in the sandbox, exactly as tools run",
  operands: "run -- COMMAND…",
  maxOperands: Number.POSITIVE_INFINITY,
  actions: ["run"],
  options: [
    {
      name: "ro",
      value: "FILE=DEST",
      repeatable: true,
      summary: "show a file or folder, read-only, at DEST; may be repeated",
    },
    { name: "cpu", value: "S", summary: "seconds of CPU time of all processes; default: 60" },
    { name: "memory", value: "BYTES", summary: "memory of all processes; default: 1073741824" },
    { name: "wall", value: "S", summary: "seconds on the clock; default: 30" },
    {
      name: "net",
      value: "HOST",
      repeatable: true,
      summary: "let it reach this domain by HTTPS; may be repeated; default: none",
    },
    { ...json, summary: "print one object at the end instead of what the command prints" },
  ],
  details: [
    "The command starts in /work, which is empty, writable and gone afterwards. Standard input is",
    "passed on, except from a terminal. Control characters of its output are left out; --json has them.",
    "The exit code is the command's; 124: out of time; 137: stopped for memory, processes or output;",
    "77: there is no sandbox, and nothing was run.",
  ],
  examples: [
    "org sandbox run -- python3 -c 'print(6*7)'",
    "org sandbox run --ro data.csv=/work/data.csv --wall 5 --json -- wc -l /work/data.csv",
  ],
  run: later("sandbox"),
};
