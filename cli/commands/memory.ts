import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 500,
  name: "memory",
  summary: "list, search, add, show, trust or forget what is kept beyond a room",
  operands:
    "[list | search QUERY | add TEXT | show ID | forget ID | trust ID | review | import FILE | export | reindex | verify]",
  maxOperands: 1000,
  actions: [
    ...["list", "search", "add", "show", "forget", "trust"],
    ...["review", "import", "export", "reindex", "verify"],
  ],
  options: [
    { name: "all", summary: "list, export: those that another note took the place of, too" },
    { name: "md", summary: "export: as a Markdown page, by kind, to keep as a file of your own" },
    { name: "most", value: "N", summary: "search: so many notes and so many episodes; default: 5" },
    {
      name: "kind",
      value: "KIND",
      choices: ["fact", "procedure", "insight"],
      summary: "add: what it is; default: fact",
    },
    { name: "replaces", value: "ID", summary: "add: in the place of this note" },
    { name: "for", value: "PERSONA", summary: "add: between you and this persona alone" },
    {
      name: "verify",
      summary:
        "reindex: say, too, how many episodes were not what the journal says; exit code 1 then",
    },
    { name: "room", value: "ID", summary: "add: the room that it comes from" },
    json,
  ],
  details: [
    "A note that you add or trust is your word: it may stand in prompts by itself ([memory] in org.config).",
    "What a model saves, and what comes from tools, files and pages, is only found by searching.",
    "forget overwrites the note; it is not learnt again. Backups that were made before keep it: docs/heartbeat.md.",
    "import takes the notes of a file, at most 100: lines of export --json, or rows that begin with -. Each waits for you.",
    "review shows what waits for you, for 30 days at most.",
  ],
  examples: [
    'org memory add "The shop is deployed on Fridays."',
    "org memory search deploy",
    "org memory show m12",
    "org memory review",
  ],
  run: later("memory"),
};
