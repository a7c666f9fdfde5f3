import type { Command } from "../command.ts";
import { mode, project, resume, room } from "../command-options.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 100,
  name: "chat",
  summary: "open the room (what plain `org` does)",
  options: [
    resume,
    room,
    mode,
    project,
    { name: "no-project", summary: "work on no repository, even in a folder that belongs to one" },
    { name: "plain", summary: "append-only output: no redraw, no colour" },
    { name: "yes", summary: "if no model server answers, install the built-in engine" },
  ],
  details: ["Inside the room, /help lists the commands."],
  examples: [
    "org",
    "org --resume",
    "org --project ../shop",
    "org chat --plain --mode direct:python",
  ],
  run: later("chat"),
};
