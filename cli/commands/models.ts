import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 400,
  name: "models",
  summary: "list the models of a server, fetch one, show what is known of one",
  operands: "[list | table | pull NAME | show NAME | forget NAME]",
  maxOperands: 2,
  actions: ["list", "table", "pull", "show", "forget"],
  options: [
    { name: "provider", value: "NAME", summary: "use another server of org.config" },
    { name: "json", summary: "print JSON; of a pull: each step as a line" },
  ],
  details: [
    "A stopped pull continues where it stopped. Only an Ollama server can fetch models.",
    "show prints what is known of a model, where each fact comes from, and how org prompts it; forget deletes what org",
    "learnt about it. table prints the public facts about common local models, in Markdown. More: docs/models.md.",
    "The exit code is 69 when the server does not answer or refuses, or when it does not have the model.",
  ],
  examples: [
    "org models",
    "org models pull qwen3:8b",
    "org models show qwen3:8b",
    "org models list --provider cloud --json",
  ],
  run: later("models"),
};
