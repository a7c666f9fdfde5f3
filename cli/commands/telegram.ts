import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 620,
  name: "telegram",
  summary: "talk with rooms from Telegram, until it is stopped",
  maxOperands: 0,
  options: [
    {
      name: "ids",
      summary: "show the numbers of who writes to the bot, for chats and users of org.config",
    },
  ],
  details: [
    "Takes the messages of the chats and users that [telegram] of org.config lists, and no others; each chat has a room",
    "of its own. The token of the bot stands in ORG_TELEGRAM_TOKEN. A call that needs an approval comes with two buttons.",
    "Where org serve or another org has the home, the rooms are there; else they are in this process. docs/telegram.md says",
    "how a bot is made.",
  ],
  examples: ["org telegram --ids", "org telegram"],
  run: later("telegram"),
};
