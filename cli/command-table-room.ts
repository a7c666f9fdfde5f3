/** What is said in rooms, and read of them. A part of the command table. */
import { json, mode, resume, room } from "./command-options.ts";
import type { CommandSpec } from "./command-spec.ts";

export const ROOM_COMMANDS: readonly CommandSpec[] = [
  {
    name: "chat",
    summary: "open the room (what plain `org` does)",
    options: [
      resume,
      room,
      mode,
      { name: "plain", summary: "append-only output: no redraw, no colour" },
      { name: "yes", summary: "where no model server answers: install the built-in engine" },
    ],
    details: ["Inside the room, /help lists the commands."],
    examples: ["org", "org --resume", "org chat --plain --mode direct:python"],
  },
  {
    name: "ask",
    summary: "ask once and print the answer",
    operands: "[MESSAGE] [-]",
    maxOperands: 2,
    options: [
      { ...resume, summary: "ask in the newest room instead of a new one" },
      room,
      mode,
      json,
      { name: "raw", summary: "with --json: include the raw output of tools" },
      { name: "yes", summary: "say yes to whatever the policy asks about in this one question" },
    ],
    details: [
      "Without MESSAGE the message is read from standard input; with MESSAGE and -, the input follows it.",
      "While a room is open in this home, the question is asked in that room.",
    ],
    examples: [
      'org ask "What is in this folder?"',
      'git diff | org ask "Review this." -',
      "org ask --json hi",
    ],
  },
  {
    name: "log",
    summary: "show what was said in a room, or make room in the logs",
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
        summary: "rotate: how many older files of each stay; default: 5",
      },
      { name: "yes", summary: "rotate: do it; without it, what would be done is shown" },
      json,
    ],
    details: [
      "rotate is about the logs of what serves and of the gate, in ORG_HOME/.org/logs; what was said in rooms stays.",
    ],
    examples: ["org log", "org log --list", "org log --export md > room.md", "org log rotate"],
  },
];
