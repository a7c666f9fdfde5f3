import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 210,
  name: "tools",
  summary: "list, find, show, switch or retire tools",
  operands:
    "[list | search QUERY | show NAME | disable NAME | enable NAME | retire [NAME] | proposals | pull | push]",
  maxOperands: 2,
  actions: ["list", "search", "show", "disable", "enable", "retire", "proposals", "pull", "push"],
  options: [
    json,
    { name: "tell", summary: "proposals: tell open rooms what they were not told of yet" },
  ],
  details: [
    "A generated tool can be called by every persona once the gate has promoted it, and as long as its files",
    "are those that were judged. One that is disabled stays so until it is enabled, whatever version comes.",
    "Retire without a name lists the tools of main that were not used for 60 days, or that break down; with a name it",
    "makes a candidate without the tool. The gate holds it: main loses the tool when you promote the candidate with",
    "--approve, and org rollback brings it back.",
    "Proposals are programs that personas wrote by hand for three lines or more, the same but for their values, each with",
    "the command that has the forge make a tool of it; and tools that may go. org serve looks each day at 05:00.",
    "Pull takes over what other nodes promoted, rolled back or pushed, where [database] names a remote; org serve and org",
    "worker do so by themselves. Push signs the main of this home, as persons made it, and brings it to the other nodes.",
    "The exit code of a search that finds nothing is 1, as that of a retirement that the gate rejects.",
  ],
  examples: [
    "org tools",
    'org tools search "rename many files"',
    "org tools disable slugify",
    "org tools retire",
    "org tools proposals",
  ],
  run: later("tools"),
};
