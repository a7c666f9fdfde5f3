/** Who wrote without being listed: they get no answer, and one line a day in the log. */
import type { Log } from "#platform/log/log.ts";
import type { Clock } from "./clock.ts";
import type { PressedButton, SentMessage } from "./update.ts";

const DAY_MS = 86_400_000;
/** So many are told apart; who writes from ever new accounts fills no memory and no log. */
const MOST = 1000;

export class Strangers {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #lastSeen = new Map<string, number>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  note({ chat, from }: SentMessage | PressedButton): void {
    const now = this.#clock.now();
    const who = `${chat?.id} ${from?.id}`;
    const last = this.#lastSeen.get(who);
    if (last !== undefined && now - last < DAY_MS) return;
    if (this.#lastSeen.size >= MOST) {
      for (const [key, at] of this.#lastSeen) if (now - at >= DAY_MS) this.#lastSeen.delete(key);
      if (this.#lastSeen.size >= MOST) return;
    }
    this.#lastSeen.set(who, now);
    this.#log.warn("not on the list of chats and users", {
      event: "stranger",
      ...{ chat: chat?.id, user: from?.id, name: from?.name.slice(0, 80), type: chat?.type },
    });
  }
}
