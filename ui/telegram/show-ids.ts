/** Shows who writes to the bot, so that a person can list them; none is answered, and nothing is taken. */
import { OrgError } from "#core/errors.ts";
import type { BotApi } from "./bot-api.ts";
import type { Clock } from "./clock.ts";
import { tokenRefused } from "./refusal.ts";
import { updatesSchema, WANTED_UPDATES } from "./update.ts";

interface ShowIdsOptions {
  readonly api: BotApi;
  readonly clock: Clock;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

const LOOK_MS = 2000;

/**
 * Until the signal aborts. What was written is still there for `org telegram`.
 *
 * @throws {OrgError} `TELEGRAM_REFUSED`, `TELEGRAM_TAKEN`, `NETWORK_FAILED`.
 */
export async function showIds({ api, clock, write, signal }: ShowIdsOptions): Promise<void> {
  const written = new Set<string>();
  while (!signal.aborted) {
    // Without an offset nothing counts as taken.
    const body = { timeout: 0, allowed_updates: WANTED_UPDATES };
    const answer = await api.call("getUpdates", body, { signal, result: updatesSchema });
    if (!answer.ok) throw refused(answer.code, answer.description);
    for (const update of answer.result) {
      if (update.kind === "unknown") continue;
      const { chat, from } = update;
      const line = `chat ${chat?.id} (${chat?.type}), user ${from?.id} ${from?.name.slice(0, 80)}\n`;
      if (!written.has(line)) write(line);
      written.add(line);
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

function refused(code: number, description: string): OrgError {
  if (code === 401 || code === 404) return tokenRefused(description);
  return new OrgError("Telegram does not deliver the messages of this bot", {
    code: code === 409 ? "TELEGRAM_TAKEN" : "NETWORK_FAILED",
    why: description,
    remedies: ["end the other program that asks for them", "try again later"],
    unchanged: "Nothing was taken.",
  });
}
