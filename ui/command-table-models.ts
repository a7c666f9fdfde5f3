import type { CommandSpec } from "./command-spec.ts";

/** What a person does with the models of a server. */
export const MODELS_COMMAND: CommandSpec = {
  name: "models",
  summary: "list the models of a server, or fetch one",
  operands: "[list | pull NAME]",
  maxOperands: 2,
  actions: ["list", "pull"],
  options: [
    { name: "provider", value: "NAME", summary: "another server of org.config" },
    { name: "json", summary: "print JSON; of a pull: each step as a line" },
  ],
  details: [
    "A pull that was stopped goes on where it was. Only an Ollama fetches models.",
    "The exit code is 69 when the server does not answer, refuses, or there is no such model.",
  ],
  examples: ["org models", "org models pull qwen3:8b", "org models list --provider cloud --json"],
};
