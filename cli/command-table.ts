/**
 * The command line, as data: parsing, help, completion and docs/commands.md are all made of the commands that lie in
 * `commands/`. None of them loads anything heavy before it runs, so that `org --help` answers at once.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "./command.ts";
import type { OptionSpec } from "./command-spec.ts";

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
    choices: ["bubblewrap", "landlock", "container"],
    summary:
      "the sandbox for programs; default: bubblewrap; landlock promises less; org never falls back by itself",
  },
  { name: "verbose", short: "v", summary: "show causes and stack traces of failures" },
  { name: "help", short: "h", summary: "show this" },
  { name: "version", summary: "print the version" },
];

const FOLDER = join(import.meta.dir, "commands");

/** Every command, in the order in which help lists them. A file that is added is a command. */
export const COMMANDS: readonly Command[] = (
  await Promise.all(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map(async (name): Promise<Command> => (await import(`./commands/${name}`)).command),
  )
).sort((a, b) => a.helpOrder - b.helpOrder);
