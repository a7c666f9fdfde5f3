import type { Command } from "../command.ts";

export const command: Command = {
  place: 960,
  name: "completion",
  summary: "print what a shell needs to complete org",
  operands: "bash | zsh | fish",
  maxOperands: 1,
  actions: ["bash", "zsh", "fish"],
  options: [],
  details: ["The first lines of what it prints say where it belongs."],
  examples: ["org completion bash"],
  page: async ({ operands: [shell] }) =>
    (await import("../completion/script.ts")).completionScript(shell),
};
