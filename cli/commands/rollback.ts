import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 340,
  name: "rollback",
  summary: "revert the newest promotion, or another",
  operands: "[TAG]",
  maxOperands: 1,
  options: [json],
  details: [
    "Needs no model and no network. A rollback can itself be rolled back.",
    "Without TAG it reverts the newest change, which may be a rollback: two in a row undo and redo. To go back two, name",
    "the TAG of the older promotion; org scoreboard lists them.",
  ],
  examples: ["org rollback", "org rollback promotion/20261121T083000Z-1a2b3c4d"],
  run: later("promote", "rollback"),
};
