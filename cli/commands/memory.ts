import type { Command } from "../command.ts";
import { json } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 500,
  name: "memory",
  summary: "list, search, add, show, trust or forget notes that outlive a room",
  operands:
    "[list | search QUERY | add TEXT | show ID | forget ID | trust ID | review | import FILE | export | reindex | verify]",
  maxOperands: 1000,
  actions: [
    ...["list", "search", "add", "show", "forget", "trust"],
    ...["review", "import", "export", "reindex", "verify"],
  ],
  options: [
    { name: "all", summary: "list, export: also notes that another note has replaced" },
    { name: "md", summary: "export: as a Markdown page, sorted by kind" },
    {
      name: "most",
      value: "N",
      summary: "search: the most notes, and the most episodes, to print; default: 5",
    },
    {
      name: "kind",
      value: "KIND",
      choices: ["fact", "procedure", "insight"],
      summary: "add: the kind of note; default: fact",
    },
    { name: "replaces", value: "ID", summary: "add: replace this note" },
    { name: "for", value: "PERSONA", summary: "add: only this persona may see it" },
    {
      name: "verify",
      summary: "reindex: also count the episodes that differ from the journal; if any, exit code 1",
    },
    { name: "room", value: "ID", summary: "add: the room that it comes from" },
    json,
  ],
  details: [
    "A note that you add or trust counts as yours: org may put it into prompts by itself ([memory] in org.config).",
    "Notes that a model saves, or that come from tools, files and pages, are only found by searching.",
    "forget overwrites the note, and org does not learn it again. Older backups keep it: docs/heartbeat.md.",
    "import reads up to 100 notes of a file: lines of export --json, or rows that begin with -. Each waits for your",
    "review. review shows the notes that wait for it, each for 30 days at most.",
  ],
  examples: [
    'org memory add "The shop is deployed on Fridays."',
    "org memory search deploy",
    "org memory show m12",
    "org memory review",
  ],
  run: later("memory"),
};
