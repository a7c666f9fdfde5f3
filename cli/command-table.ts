/**
 * The command line, as data: parsing, help, completion and docs/commands.md are all made from this
 * table. It imports nothing heavy, so that `org --help` answers at once.
 */
import type { CommandSpec, OptionSpec } from "./command-spec.ts";
import { ENGINE_COMMAND } from "./command-table-engine.ts";
import { EXEC_COMMAND } from "./command-table-exec.ts";
import { GATE_COMMANDS } from "./command-table-gate.ts";
import { JOBS_COMMAND } from "./command-table-jobs.ts";
import { MODELS_COMMAND } from "./command-table-models.ts";
import { POLICY_COMMANDS } from "./command-table-policy.ts";
import { PROCESS_COMMANDS } from "./command-table-processes.ts";
import { ROOM_COMMANDS } from "./command-table-room.ts";
import { OWN_COMMANDS } from "./command-table-self.ts";
import { TOOL_COMMANDS } from "./command-table-tools.ts";

/** Options that every command takes. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { name: "base", value: "URL", summary: "the model server; default: OLLAMA_BASE, OLLAMA_HOST" },
  {
    name: "wire",
    value: "WIRE",
    choices: ["openai", "ollama", "anthropic"],
    summary: "what the server speaks; default: ORG_WIRE, else openai",
  },
  { name: "model", value: "NAME", summary: "the model; default: OLLAMA_MODEL" },
  {
    name: "cassette",
    value: "FILE",
    summary: "answer from a recorded session instead of a server",
  },
  { name: "record", value: "FILE", summary: "record the session with the server into a cassette" },
  { name: "strict", summary: "with --cassette: fail unless all of it was played, exactly once" },
  {
    name: "sandbox",
    value: "TIER",
    choices: ["bubblewrap", "landlock"],
    summary: "what programs are kept in; landlock promises less, and is never chosen by itself",
  },
  { name: "verbose", short: "v", summary: "show causes and stack traces of failures" },
  { name: "help", short: "h", summary: "show this" },
  { name: "version", summary: "print the version" },
];

export const COMMANDS: readonly CommandSpec[] = [
  ...ROOM_COMMANDS,
  EXEC_COMMAND,
  ...TOOL_COMMANDS,
  ...GATE_COMMANDS,
  JOBS_COMMAND,
  ...PROCESS_COMMANDS,
  ...POLICY_COMMANDS,
  MODELS_COMMAND,
  ENGINE_COMMAND,
  ...OWN_COMMANDS,
];
