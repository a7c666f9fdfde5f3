/** Sends to one chat what waits for it, in order, and shows what is being written meanwhile. */
import type { Log } from "#platform/log/log.ts";
import type { QueuedRow } from "./bridge-store.ts";
import type { Clock } from "./clock.ts";
import type { LiveKey } from "./outgoing.ts";
import { piecesOf } from "./pieces.ts";
import { whatToDo } from "./refusal.ts";
import { type RowParts, RowSender } from "./row-sender.ts";
import type { SendRate } from "./send-rate.ts";

/** How often the message of an answer that is being written is edited, in milliseconds. */
const EDIT_MS = 3000;
/** So long an answer is written before it is shown: a short one comes whole. */
const FIRST_LIVE_MS = 1000;
/** Waits between tries while Telegram cannot be reached, in milliseconds. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** How long what is on its way may take when the bridge is told to leave, in milliseconds. */
const GRACE_MS = 3000;

export interface SenderParts extends RowParts {
  readonly rate: SendRate;
  readonly clock: Clock;
  readonly log: Log;
  /** Told that the chat takes nothing any more. Must not throw. */
  readonly onShut: (why: string) => void;
}

/** What is written at the moment. */
export interface LiveText extends LiveKey {
  readonly text: string;
}

export class ChatSender {
  readonly #chat: number;
  readonly #parts: SenderParts;
  readonly #rows: RowSender;
  #wake: () => void = () => undefined;
  #live: LiveText | undefined;
  /** What the user sees of it. */
  #displayed = "";
  #displayedHtml = "";
  #nextEditAt = 0;
  #onItsWay: AbortSignal = new AbortController().signal;
  /** The chat takes nothing: a user has blocked the bot, or the chat is gone. */
  #isShut = false as boolean;

  constructor(chat: number, parts: SenderParts) {
    this.#chat = chat;
    this.#parts = parts;
    this.#rows = new RowSender(chat, parts);
  }

  /** Looks whether something waits. */
  wake(): void {
    this.#wake();
  }

  /** The chat was heard of again: what waits for it is sent. */
  reopen(): void {
    this.#isShut = false;
    this.#wake();
  }

  /** Shows what is being written, some time soon; the finished text comes as a row. */
  show(live: LiveText | undefined): void {
    const isNew = this.#live === undefined || live === undefined || !isSame(this.#live, live);
    if (isNew)
      this.#nextEditAt = Math.max(this.#nextEditAt, this.#parts.clock.now() + FIRST_LIVE_MS);
    this.#live = live;
    this.#wake();
  }

  /**
   * Sends until the signal aborts.
   *
   * @throws {OrgError} `TELEGRAM_REFUSED` when the token does not hold any more.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    // What is on its way when we are told to leave may arrive: else it would be sent again.
    signal.addEventListener("abort", () => void setTimeout(() => stop.abort(), GRACE_MS).unref(), {
      once: true,
    });
    this.#onItsWay = stop.signal;
    while (!signal.aborted) {
      // Made before it is looked: what comes in between is not slept over.
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      const next = this.#isShut ? undefined : this.#parts.store.nextRow(this.#chat);
      if (next !== undefined) await this.#deliver(next, signal);
      else if (this.#canShow()) await this.#showLive(signal);
      else await this.#idle(woken.promise, signal);
    }
  }

  async #idle(woken: Promise<void>, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const ends = AbortSignal.any([signal, stop.signal]);
    const { clock } = this.#parts;
    const untilEdit = Math.max(50, this.#nextEditAt - clock.now());
    const sleeps = clock.sleep(this.#isStale() ? untilEdit : 3_600_000, ends);
    await Promise.race([woken, sleeps]);
    stop.abort();
  }

  /** Sends one row, however often that has to be tried, unless it can never be sent. */
  async #deliver(queued: QueuedRow, signal: AbortSignal): Promise<void> {
    const { store, rate, log } = this.#parts;
    let asPlain = false;
    for (let tries = 0; !signal.aborted; tries += 1) {
      await rate.wait(this.#chat, signal);
      if (signal.aborted) return;
      const outcome = await this.#rows.send(queued.row, asPlain, this.#onItsWay);
      if (outcome.ok) {
        store.sent(queued.id, { chat: this.#chat, ...outcome.sent });
        return;
      }
      const next = whatToDo(outcome);
      if (next.kind === "plain" && !asPlain) asPlain = true;
      else if (next.kind === "shut") {
        this.#shut(outcome.description);
        return;
      } else if (next.kind === "wait") await this.#wait(next.ms, tries, signal);
      else {
        log.error("message could not be sent", { chat: this.#chat, why: outcome.description });
        store.sent(queued.id, { chat: this.#chat });
        return;
      }
    }
  }

  #shut(why: string): void {
    const { log, onShut } = this.#parts;
    if (!this.#isShut) {
      log.warn("chat takes no messages", { chat: this.#chat, why });
      onShut(why);
    }
    this.#isShut = true;
  }

  async #wait(ms: number | undefined, tries: number, signal: AbortSignal): Promise<void> {
    const { rate, clock } = this.#parts;
    if (ms !== undefined) return rate.pause(this.#chat, ms);
    await clock.sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 10)), signal);
  }

  /** Whether something was written that the user does not see yet. */
  #isStale(): boolean {
    const live = this.#live;
    return live !== undefined && live.text.trim() !== "" && live.text !== this.#displayed;
  }

  #canShow(): boolean {
    const { clock, rate, store } = this.#parts;
    if (this.#isShut || !this.#isStale() || clock.now() < this.#nextEditAt) return false;
    const sent = store.live(this.#chat);
    // What was shown before waits for its finished text.
    const isFree = sent === undefined || (this.#live !== undefined && isSame(sent, this.#live));
    return isFree && rate.hasRoom(this.#chat);
  }

  /** Left out where it fails: the next edit says more. */
  async #showLive(signal: AbortSignal): Promise<void> {
    const { store, rate, clock } = this.#parts;
    const live = this.#live;
    this.#nextEditAt = clock.now() + EDIT_MS;
    const [piece] = live === undefined ? [] : piecesOf(live.text, 4000);
    if (live === undefined || piece === undefined) return;
    const unfinished = { html: `${piece.html.trimEnd()} …`, plain: `${piece.plain.trimEnd()} …` };
    const sent = store.live(this.#chat);
    if (sent !== undefined && unfinished.html === this.#displayedHtml) {
      // What is shown of it is its first piece, and that is full.
      this.#displayed = live.text;
      return;
    }
    await rate.wait(this.#chat, signal);
    const outcome = await this.#rows.showUnfinished(unfinished, sent?.message, this.#onItsWay);
    if (outcome.ok) {
      this.#displayed = live.text;
      this.#displayedHtml = unfinished.html;
      const message = outcome.sent.message ?? sent?.message;
      if (message !== undefined)
        store.setLive(this.#chat, { turn: live.turn, hop: live.hop, message });
      return;
    }
    const next = whatToDo(outcome);
    if (next.kind === "wait") await this.#wait(next.ms, 0, signal);
    else if (next.kind === "shut") this.#shut(outcome.description);
    else this.#displayed = live.text;
  }
}

function isSame(one: LiveKey, other: LiveKey): boolean {
  return one.turn === other.turn && one.hop === other.hop;
}
