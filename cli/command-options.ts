/** Options that several commands take. */
import type { OptionSpec } from "./command-spec.ts";

export const json: OptionSpec = {
  name: "json",
  summary: "print JSON: one object, or one a line when streaming",
};
export const room: OptionSpec = {
  name: "room",
  value: "ID",
  summary: "use this room; `org log --list` shows them",
};
export const resume: OptionSpec = { name: "resume", summary: "continue the newest room" };
export const mode: OptionSpec = {
  name: "mode",
  value: "MODE",
  summary: "group, direct:<persona> or file:<path>",
};
export const project: OptionSpec = {
  name: "project",
  value: "DIR",
  summary: "the repository to work on; . is the one of the current folder",
};
export const dryRun: OptionSpec = {
  name: "dry-run",
  summary: "print what would be done, and do nothing",
};
