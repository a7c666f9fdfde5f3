import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 530,
  name: "backup",
  summary: "back up this home, list and verify backups, or restore one",
  operands: "[list | now | verify [NAME] | restore [NAME]]",
  maxOperands: 2,
  actions: ["list", "now", "verify", "restore"],
  options: [
    {
      name: "damaged",
      summary: "restore only databases that cannot be read, of the newest backup that is whole",
    },
    { ...json, summary: "print one line of JSON for each backup" },
  ],
  details: [
    "A backup has every database of the home, a bundle of its checkout and of the gate's repository, org.config, personas and workflows; no keys.",
    "It is restored once into a folder of its own before it counts. org serve makes one each day: docs/heartbeat.md.",
    "restore refuses while the home runs, backs up what is there first, and keeps it aside besides.",
    "Notes that are forgotten stay in the backups that were made before.",
  ],
  examples: ["org backup now", "org backup verify", "org backup restore 2026-11-23T033012Z"],
  run: later("backup"),
};
