import type { Command } from "../command.ts";

export const command: Command = {
  helpOrder: 980,
  name: "help",
  summary: "show help for a command, or a topic: exit-codes, environment, room, reference",
  operands: "[COMMAND | TOPIC]",
  maxOperands: 1,
  options: [],
  examples: ["org help ask", "org help exit-codes"],
  page: async ({ operands: [name] }) => {
    if (name === undefined) return (await import("../help.ts")).overview();
    return await (await import("../help-topics.ts")).helpPage(name);
  },
};
