import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 530,
  name: "backup",
  summary: "back up this home, list and verify backups, or restore one",
  operands: "[list | now | verify [NAME] | restore [NAME]]",
  maxOperands: 2,
  actions: ["list", "now", "verify", "restore"],
  options: [
    {
      name: "damaged",
      summary: "restore only damaged databases, from the newest intact backup",
    },
    { ...json, summary: "print one line of JSON for each backup" },
  ],
  details: [
    "A backup holds every database of the home, Git bundles of its checkout and of the gate's repository, org.config,",
    "personas and workflows; it holds no keys. Each is verified by a restore into a temporary folder. org serve makes one",
    "each day: docs/heartbeat.md. restore refuses while the home runs; it first backs up the present state, and also",
    "moves it aside. Notes that you forget stay in older backups.",
  ],
  examples: ["org backup now", "org backup verify", "org backup restore 2026-11-23T033012Z"],
  run: later("backup"),
};
