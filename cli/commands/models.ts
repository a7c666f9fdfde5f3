import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 400,
  name: "models",
  summary: "list the models of a server, fetch one, say how one is asked",
  operands: "[list | table | pull NAME | show NAME | forget NAME]",
  maxOperands: 2,
  actions: ["list", "table", "pull", "show", "forget"],
  options: [
    { name: "provider", value: "NAME", summary: "another server of org.config" },
    { name: "json", summary: "print JSON; of a pull: each step as a line" },
  ],
  details: [
    "A pull that was stopped goes on where it was. Only an Ollama fetches models.",
    "show says what is known of a model, where each fact comes from, and how it is asked; forget drops what was learnt.",
    "table is what is publicly known of the usual local models, in Markdown. docs/models.md says more.",
    "The exit code is 69 when the server does not answer, refuses, or there is no such model.",
  ],
  examples: [
    "org models",
    "org models pull qwen3:8b",
    "org models show qwen3:8b",
    "org models list --provider cloud --json",
  ],
  run: later("models"),
};
