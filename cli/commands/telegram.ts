import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  helpOrder: 620,
  name: "telegram",
  summary: "run the Telegram bot, by which you write to rooms",
  maxOperands: 0,
  options: [
    {
      name: "ids",
      summary: "show the numbers of the chats and users that write to the bot, for org.config",
    },
  ],
  details: [
    "Accepts messages only from the chats and users that [telegram] in org.config lists; each chat has a room of its own.",
    "The token of the bot is read from ORG_TELEGRAM_TOKEN. A call that needs an approval comes with two buttons.",
    "If org serve or another org runs for this home, it holds the rooms; otherwise this process does.",
    "docs/telegram.md says how to create a bot.",
  ],
  examples: ["org telegram --ids", "org telegram"],
  run: later("telegram"),
};
