/** How fast Telegram lets a bot send, so that it need not be told by it. */
import type { Clock } from "./clock.ts";

interface Bucket {
  tokens: number;
  /** When they were counted last, in milliseconds. */
  at: number;
}

interface Rate {
  /** So many at once. */
  readonly burst: number;
  /** One more after so many milliseconds. */
  readonly everyMs: number;
}

/** @see https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const ALL: Rate = { burst: 30, everyMs: 1000 / 30 };
const CHAT: Rate = { burst: 3, everyMs: 1000 };
/** Twenty a minute: a burst of three is among them. */
const GROUP: Rate = { burst: 3, everyMs: 60_000 / 17 };

/** Keeps a bot within Telegram's limits: over all chats, and in each. */
export class SendRate {
  readonly #clock: Clock;
  readonly #all: Bucket;
  readonly #chats = new Map<number, Bucket>();
  /** Until when Telegram wants nothing for a chat. */
  readonly #pausedUntil = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = { tokens: ALL.burst, at: clock.now() };
  }

  /** Waits until a chat may be sent something, and counts it. Ends early when the signal aborts. */
  async wait(chat: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const ms = this.#waitMs(chat);
      if (ms <= 0 || signal.aborted) break;
      await this.#clock.sleep(ms, signal);
    }
    this.#all.tokens -= 1;
    this.#bucketOf(chat).tokens -= 1;
  }

  /** Whether a chat could be sent something now that may as well be left out. */
  hasRoom(chat: number): boolean {
    return this.#waitMs(chat) <= 0;
  }

  /** Holds a chat back, and no other one. @param ms as Telegram wants it. */
  pause(chat: number, ms: number): void {
    // Those who were refused together do not come back together.
    const jitter = Math.random() * 250;
    this.#pausedUntil.set(chat, this.#clock.now() + ms + jitter);
  }

  #waitMs(chat: number): number {
    const now = this.#clock.now();
    const paused = (this.#pausedUntil.get(chat) ?? 0) - now;
    const own = missingMs(this.#bucketOf(chat), rateOf(chat), now);
    return Math.max(paused, own, missingMs(this.#all, ALL, now));
  }

  #bucketOf(chat: number): Bucket {
    const found = this.#chats.get(chat);
    if (found !== undefined) return found;
    const made = { tokens: rateOf(chat).burst, at: this.#clock.now() };
    this.#chats.set(chat, made);
    return made;
  }
}

/** Fills a bucket up. @returns how long it takes until a token is in it. */
function missingMs(bucket: Bucket, { burst, everyMs }: Rate, now: number): number {
  bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / everyMs);
  bucket.at = now;
  return bucket.tokens >= 1 ? 0 : Math.ceil((1 - bucket.tokens) * everyMs);
}

/** Groups have negative ids. */
function rateOf(chat: number): Rate {
  return chat < 0 ? GROUP : CHAT;
}
