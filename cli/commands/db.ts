import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 650,
  name: "db",
  summary: "create, check or fill the database that several machines share",
  operands: "[check | init | copy (to|from)]",
  maxOperands: 2,
  actions: ["check", "init", "copy"],
  options: [json],
  details: [
    "The database is the one of ORG_DB; docs/scale.md.",
    "init makes its tables, or brings them to this version: once for all nodes, with none of an older version running.",
    "copy to brings rooms, jobs, spending, leases, tokens and keys of this home into it, copy from brings them into this",
    "home. The target must be empty, or hold the beginning of an interrupted copy. No other process may use the home or",
    "the database meanwhile. Both compare every row afterwards. An interrupted copy continues when you repeat the command;",
    "until it is complete, org does not open the target.",
  ],
  examples: ["org db init", "org db check --json", "org db copy to"],
  run: later("db"),
};
