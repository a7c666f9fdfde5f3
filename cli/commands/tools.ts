import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 210,
  name: "tools",
  summary: "list, find, show, enable, disable or retire tools",
  operands:
    "[list | search QUERY | show NAME | disable NAME | enable NAME | retire [NAME] | proposals | pull | push]",
  maxOperands: 2,
  actions: ["list", "search", "show", "disable", "enable", "retire", "proposals", "pull", "push"],
  options: [
    json,
    { name: "tell", summary: "proposals: also announce new proposals in open rooms" },
  ],
  details: [
    "Every persona can call a generated tool once the gate has promoted it, as long as its files are those that the",
    "gate verified. A disabled tool stays disabled, in later versions too, until you enable it.",
    "retire without a name lists the tools of main that were not used for 60 days, or that fail often; with a name it",
    "makes a candidate without the tool. The gate holds it: main loses the tool when you promote the candidate with",
    "--approve, and org rollback restores it.",
    "proposals lists programs that personas wrote for three or more of your messages and that differ in values only,",
    "each with the org forge command that makes a tool of it; and tools to retire. org serve looks each day at 05:00.",
    "pull takes over what other nodes promoted, rolled back or pushed, where [database] names a remote; org serve and org",
    "worker do so by themselves. push signs the main of this home with the commits people made, and sends it there.",
    "The exit code is 1 for a search that finds nothing and for a retirement that the gate rejects.",
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
