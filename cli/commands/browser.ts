import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 920,
  name: "browser",
  summary: "install Chromium for the browser tool, and release downloaded files",
  operands: "[install | status | files | release ID | drop ID]",
  actions: ["install", "status", "files", "release", "drop"],
  maxOperands: 2,
  options: [
    {
      name: "path",
      value: "FILE",
      summary: "the Chromium to use; default: where the system puts it",
    },
    { name: "json", summary: "files: as JSON" },
    { name: "yes", summary: "install: install Debian's package if it is missing; needs root" },
  ],
  details: [
    "install looks for Chromium, installs Debian's package if it is missing (250 MB on the disk), starts it in the",
    "sandbox and says which lines org.config needs. status, the default, does the same and installs nothing.",
    "files lists the files that pages offered, if [browser] has files = true: they are in quarantine, and no tool reads",
    "them. release moves one to downloads/ of the workspace, drop deletes it.",
    "The exit code of status is 0 when it works and org.config has the lines, else 1.",
  ],
  examples: [
    "org browser install --yes",
    "org browser status --path /opt/chrome/chrome",
    "org browser files",
  ],
  run: later("browser"),
};
