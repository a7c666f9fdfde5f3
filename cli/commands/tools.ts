import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 60,
  name: "tools",
  summary: "list, find, show, switch or retire tools",
  operands: "[list | search QUERY | show NAME | disable NAME | enable NAME | retire [NAME]]",
  maxOperands: 2,
  actions: ["list", "search", "show", "disable", "enable", "retire"],
  options: [json],
  details: [
    "A generated tool can be called by every persona once the gate has promoted it, and as long as its files",
    "are those that were judged. One that is disabled stays so until it is enabled, whatever version comes.",
    "Retire without a name lists the tools of main that were not used for 60 days, or that break down; with a name it",
    "makes a candidate without the tool. The gate holds it: main loses the tool when you promote the candidate with",
    "--approve, and org rollback brings it back.",
    "The exit code of a search that finds nothing is 1, as that of a retirement that the gate rejects.",
  ],
  examples: [
    "org tools",
    'org tools search "rename many files"',
    "org tools disable slugify",
    "org tools retire",
  ],
  run: later("tools"),
};
