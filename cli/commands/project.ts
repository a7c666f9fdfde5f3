import type { Command } from "../command.ts";
import { json, project } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 25,
  name: "project",
  summary: "look at, check, merge or revert what a room did to your repository",
  operands:
    "status | diff [FILE] | undo | checks | cand | promote [CANDIDATE] | rollback [CANDIDATE] | rebase",
  maxOperands: 2,
  actions: ["status", "diff", "undo", "checks", "cand", "promote", "rollback", "rebase"],
  options: [
    project,
    {
      name: "room",
      value: "ID",
      summary: "the room whose changes are meant; default: the project's own",
    },
    {
      name: "set",
      value: "COMMAND",
      repeatable: true,
      summary: "with checks: a command that must pass before a promotion; may be repeated",
    },
    { name: "title", value: "TEXT", summary: "with cand and promote: the message of the commit" },
    { name: "yes", summary: "with promote: also what the gate holds, once it was shown" },
    json,
  ],
  details: [
    "A room on a project works in a copy. Your files and your .git stay as they are until you promote.",
    "promote runs the checks on your version and on the room's, writes the branch cand/TIME and merges it",
    "into the branch that is checked out. rollback reverts the newest of these merges, or that of a candidate. Nothing",
    "is pushed. The exit code is 1 when a check fails, when the gate refuses, or when it holds what was to be merged.",
  ],
  examples: [
    "org project diff",
    'org project checks --set "bun test" --set "bun run lint"',
    "org project promote",
    "org project rollback",
  ],
  run: later("project"),
};
