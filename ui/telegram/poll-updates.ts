/** Asks Telegram for updates, one long question after the other, and has each taken once. */
import { OrgError } from "#core/errors.ts";
import type { Log } from "#platform/log/log.ts";
import type { ApiAnswer, BotApi } from "./bot-api.ts";
import type { BridgeStore } from "./bridge-store.ts";
import type { Clock } from "./clock.ts";
import { tokenRefused } from "./refusal.ts";
import { type Update, updatesSchema, WANTED_UPDATES } from "./update.ts";

export interface PollOptions {
  readonly api: BotApi;
  readonly store: BridgeStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly say: (text: string) => void;
  /** Handles an update, which is then in the store. */
  readonly take: (update: Update) => Promise<void>;
  readonly signal: AbortSignal;
}

/** How long Telegram may wait for an update, in seconds. */
const POLL_SECONDS = 50;
/** Waits while another process asks for the same updates, and while Telegram cannot be reached, in milliseconds. */
const CONFLICT_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** After a week without updates their numbers begin anew: those before are not asked for by then. */
const OLD_MS = 6 * 86_400_000;

/** @throws {OrgError} `TELEGRAM_REFUSED`, `TELEGRAM_TAKEN`, and what `take` throws; the reason of the signal. */
export async function pollUpdates(options: PollOptions): Promise<void> {
  const { store, clock, signal } = options;
  let failures = 0;
  // At first all that Telegram still has: some of it may have been handled before a kill, and is known.
  let isFirst = true;
  let isConflict = false;
  while (!signal.aborted) {
    const answer = await ask(options, isFirst ? undefined : nextUpdate(store, clock.now()));
    if (answer.ok) {
      isFirst = false;
      isConflict = false;
      failures = 0;
      await takeNew(answer.result, options);
      continue;
    }
    failures += 1;
    if (answer.code === 409 && !isConflict) reportConflict(options, answer.description);
    isConflict ||= answer.code === 409;
    await clock.sleep(waitMs(answer, failures), signal);
  }
  signal.throwIfAborted();
}

async function takeNew(
  updates: readonly Update[],
  { store, take, signal }: PollOptions,
): Promise<void> {
  for (const update of updates) {
    signal.throwIfAborted();
    if (!store.wasHandled(update.update)) await take(update);
  }
}

function nextUpdate(store: BridgeStore, now: number): number | undefined {
  const last = store.lastHandled;
  return last === undefined || now - last.at > OLD_MS ? undefined : last.update + 1;
}

async function ask(
  { api, signal, log }: PollOptions,
  offset: number | undefined,
): Promise<ApiAnswer<readonly Update[]>> {
  const body = { timeout: POLL_SECONDS, limit: 100, allowed_updates: WANTED_UPDATES, offset };
  const timeoutMs = (POLL_SECONDS + 15) * 1000;
  try {
    return await api.call("getUpdates", body, { signal, timeoutMs, result: updatesSchema });
  } catch (error) {
    if (!(error instanceof OrgError) || error.code !== "NETWORK_FAILED") throw error;
    log.warn("no updates from Telegram", { why: error.why });
    return { ok: false, code: 0, description: "no answer" };
  }
}

/** @throws {OrgError} for what no waiting helps against. */
function waitMs(
  { code, description, retryAfterMs }: Extract<ApiAnswer<unknown>, { ok: false }>,
  failures: number,
): number {
  if (code === 401 || code === 404) throw tokenRefused(description);
  if (code === 409 && /webhook/i.test(description)) throw hasWebhook();
  if (code === 409) return CONFLICT_WAIT_MS;
  return retryAfterMs ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
}

function reportConflict({ log, say }: PollOptions, description: string): void {
  const text =
    "Another program asks Telegram for the messages of this bot [TELEGRAM_TAKEN]; it is tried again every 30 s.";
  log.warn(text, { code: "TELEGRAM_TAKEN", why: description });
  say(`${text}\n`);
}

function hasWebhook(): OrgError {
  return new OrgError("The messages of this bot go to a webhook", {
    code: "TELEGRAM_TAKEN",
    why: "Telegram gives them to one program only, and another one has asked for them",
    remedies: [
      "use another bot for org",
      "or end the other program, and call the method deleteWebhook of the Bot API",
    ],
    unchanged: "Nothing was sent, and no message was taken.",
  });
}
