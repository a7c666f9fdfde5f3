/** Who may use which sequence of a context. */
import { ChannelLock } from "#core/channel-lock.ts";

/** A sequence that holds a conversation; to continue it costs only what is new. */
interface Slot<Sequence> {
  readonly sequence: Sequence;
  /** Rises with every use. */
  usedAt: number;
  isBusy: boolean;
}

/** Below this, two prompts merely begin with the same words of the chat template, in tokens. */
const SAME_CONVERSATION = 32;

/**
 * Gives every conversation the sequence that holds most of its beginning: the prompt of a persona begins like no
 * other's, so each persona comes back to its own. Where none fits, the one that was not used for longest.
 */
export class Slots<Sequence> {
  readonly #slots: readonly Slot<Sequence>[];
  readonly #lock: ChannelLock;
  #clock = 0;

  constructor(sequences: readonly Sequence[]) {
    this.#slots = sequences.map((sequence) => ({ sequence, usedAt: 0, isBusy: false }));
    this.#lock = new ChannelLock(sequences.length);
  }

  /**
   * Waits until a sequence is free, and holds it while `work` runs.
   *
   * @param sharedTokens how much of the beginning a sequence holds already, in tokens.
   * @throws the reason of `signal` while it waits, and what `work` throws.
   */
  async use<Result>(
    sharedTokens: (sequence: Sequence) => number,
    work: (sequence: Sequence) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    using _turn = await this.#lock.waitForLock(Number.POSITIVE_INFINITY, { signal });
    const slot = this.#choose(sharedTokens);
    this.#clock += 1;
    slot.usedAt = this.#clock;
    slot.isBusy = true;
    try {
      return await work(slot.sequence);
    } finally {
      slot.isBusy = false;
    }
  }

  #choose(sharedTokens: (sequence: Sequence) => number): Slot<Sequence> {
    const free = this.#slots.filter(({ isBusy }) => !isBusy);
    const ranked = free.map((slot) => {
      const shared = sharedTokens(slot.sequence);
      return { slot, shared: shared < SAME_CONVERSATION ? 0 : shared };
    });
    const [best] = ranked.toSorted((a, b) => b.shared - a.shared || a.slot.usedAt - b.slot.usedAt);
    if (best === undefined) throw new Error("More hold a sequence than there are sequences");
    return best.slot;
  }
}
