/** Asks Telegram who the bot is until it says so: a machine that starts has its network later than its services. */
import { OrgError } from "#core/errors.ts";
import type { BotIdentity } from "./access.ts";
import type { BotApi } from "./bot-api.ts";
import { identify } from "./bridge.ts";
import type { Clock } from "./clock.ts";

interface WaitOptions {
  readonly api: BotApi;
  readonly clock: Clock;
  /** Told once that it waits. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** @throws {OrgError} `TELEGRAM_REFUSED` for a wrong token; the reason of the signal. */
export async function waitForBot({ api, clock, say, signal }: WaitOptions): Promise<BotIdentity> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await identify(api, signal);
    } catch (error) {
      if (!(error instanceof OrgError && error.code === "NETWORK_FAILED")) throw error;
      const { message, why = "" } = error;
      if (failures === 0) say(`${message}: ${why}\nIt is asked again until it answers.\n`);
    }
    await clock.sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures), signal);
    signal.throwIfAborted();
  }
}
