import type { Command } from "../command.ts";
import { later } from "../later.ts";

export const command: Command = {
  place: 620,
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
    "Accepts messages only from the chats and users that [telegram] in org.config lists; each chat has a room",
    "of its own. The token of the bot stands in ORG_TELEGRAM_TOKEN. A call that needs an approval comes with two buttons.",
    "Where org serve or another org has the home, the rooms are there; else they are in this process. docs/telegram.md says",
    "how a bot is made.",
  ],
  examples: ["org telegram --ids", "org telegram"],
  run: later("telegram"),
};
