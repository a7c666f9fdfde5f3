import type { Command } from "../command.ts";
import { dryRun, json } from "../command-options.ts";
import { later } from "../later.ts";

const ROLES = ["current", "candidate", "room", "engine", "embeddings", "promotion"];

export const command: Command = {
  place: 820,
  name: "stop",
  summary: "end what runs for this home",
  operands: "[current | candidate | room | engine | embeddings | promotion]",
  maxOperands: 1,
  actions: ROLES,
  options: [
    dryRun,
    { name: "grace", value: "S", summary: "seconds to leave by itself; default: 10" },
    json,
  ],
  details: [
    "Without a name: all of it. Each is asked to leave, which lets it finish and save; then it is killed.",
    "A process is known by its id and the time of its start: one that has only got the same id is left alone.",
    "The exit code is 1 when something is left, and 0 also when nothing ran.",
  ],
  examples: ["org stop --dry-run", "org stop", "org stop candidate --grace 60"],
  run: later("processes", "stop"),
};
