import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 150,
  name: "log",
  summary: "show the conversation of a room, or rotate the log files",
  operands: "[ROOM | rotate]",
  maxOperands: 1,
  actions: ["rotate"],
  options: [
    { name: "list", summary: "list the rooms instead, newest first" },
    { name: "raw", summary: "include the raw output of tools" },
    {
      name: "export",
      value: "FORMAT",
      choices: ["md", "json"],
      summary: "write the whole room as md or json",
    },
    {
      name: "keep",
      value: "N",
      summary: "rotate: how many older files of each log to keep; default: 5",
    },
    { name: "yes", summary: "rotate: do it; without it, show what would be done" },
    json,
  ],
  details: [
    "rotate handles the logs of org serve, the supervisor and the gate, in ORG_HOME/.org/logs. Conversations stay.",
  ],
  examples: ["org log", "org log --list", "org log --export md > room.md", "org log rotate"],
  run: later("log"),
};
