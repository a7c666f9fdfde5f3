import type { Command } from "../command.ts";

export const command: Command = {
  helpOrder: 960,
  name: "completion",
  summary: "print the completion script for a shell",
  operands: "bash | zsh | fish",
  maxOperands: 1,
  actions: ["bash", "zsh", "fish"],
  options: [],
  details: ["The first lines of the script say where to install it."],
  examples: ["org completion bash"],
  page: async ({ operands: [shell] }) =>
    (await import("../completion/script.ts")).completionScript(shell),
};
