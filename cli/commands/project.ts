import type { Command } from "../command.ts";
import { json, project } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 130,
  name: "project",
  summary: "look at, check, merge or revert what a room did to your repository",
  operands:
    "status | diff [FILE] | undo | checks | critic [TEXT] | cand [list|show CANDIDATE] | promote [CANDIDATE] | rollback [CANDIDATE] | rebase | try [N] [TASK]",
  maxOperands: 3,
  actions: [
    ...["status", "diff", "undo", "checks", "critic", "cand"],
    ...["promote", "rollback", "rebase", "try"],
  ],
  options: [
    project,
    {
      name: "room",
      value: "ID",
      summary: "the room whose changes to use; default: the project's own",
    },
    {
      name: "set",
      value: "COMMAND",
      repeatable: true,
      summary: "with checks: a command that must pass before a promotion; may be repeated",
    },
    {
      name: "time",
      value: "SECONDS",
      summary: "with checks: the longest a check may take, or default; default: 1800",
    },
    {
      name: "memory",
      value: "MIB",
      summary: "with checks: the most memory a check may use, or default; default: 4096",
    },
    {
      name: "only",
      value: "COMMAND",
      summary: "with --time and --memory: the one check they hold for; default: all",
    },
    {
      name: "measure",
      value: "COMMAND",
      summary: "with checks: a command that prints a number, compared before and after",
    },
    { name: "no-measure", summary: "with checks: remove the measure" },
    {
      name: "better",
      value: "DIRECTION",
      choices: ["smaller", "larger"],
      summary: "with checks: which number is better, smaller or larger; default: smaller",
    },
    {
      name: "critic",
      value: "WORD",
      choices: ["on", "off"],
      summary: "with checks: whether a model reviews each change and may hold it; default: off",
    },
    {
      name: "hooks",
      value: "WORD",
      choices: ["on", "off"],
      summary: "with checks: whether your hooks judge each change, in the sandbox; default: off",
    },
    { name: "title", value: "TEXT", summary: "with cand and promote: the message of the commit" },
    {
      name: "yes",
      summary: "with promote: also merge what the gate holds, once you were shown it",
    },
    { name: "count", value: "N", summary: "with try: how many attempts, 2 to 8; default: 3" },
    {
      name: "personas",
      value: "A,B",
      summary: "with try: the personas that make the attempts, in turn",
    },
    { name: "models", value: "A,B", summary: "with try: the language models to use, in turn" },
    { name: "take", value: "N", summary: "with try: add attempt N, or the best, to the room" },
    { name: "diff", value: "N", summary: "with try: print what attempt N changes" },
    { name: "drop", summary: "with try: remove the attempts that wait" },
    json,
  ],
  details: [
    "A room on a project works in a copy. Your files and your .git stay as they are until you promote.",
    "promote runs the checks on your version and on the room's, writes the branch cand/TIME and merges it",
    "into the branch that is checked out. rollback reverts the newest of these merges, or the one of CANDIDATE. Nothing",
    "is pushed. The exit code is 1 when a check fails, or when the gate refuses the change or holds it for you, and 66",
    "when the room changed nothing that could be checked or merged.",
    "critic asks a model to review the changes; after checks --critic on, the gate asks it each time. A critic can hold",
    "a change and can never approve one. After checks --hooks on, your hooks pre-commit, pre-merge-commit and",
    "commit-msg run in the sandbox and may refuse the change.",
    "cand list shows the candidates of the room, the newest first; cand show prints what a candidate changes.",
    "try lets models make several attempts at TASK, each in its own copy, runs the checks on each and prints a",
    "table; without TASK it shows the attempts that wait. To take an attempt changes the room, not your files.",
  ],
  examples: [
    "org project diff",
    'org project checks --set "bun test" --set "bun run lint"',
    'org project checks --only "bun test" --time 600 --memory 8192',
    'org project checks --measure "bun bench/speed.ts" --better smaller',
    "org project promote",
    "org project rollback",
    'org project try 3 "Make the failing test pass."',
    "org project try --take best",
  ],
  run: later("project"),
};
