/** Who may use which sequence of a context. */
import { ChannelLock } from "#core/channel-lock.ts";

/** A place in which a conversation lies; asking it again costs only what is new. */
interface Slot<Place> {
  readonly place: Place;
  /** Rises with every use. */
  usedAt: number;
  isBusy: boolean;
}

/** Below this, two prompts merely begin with the same words of the chat template, in tokens. */
const SAME_CONVERSATION = 32;

/**
 * Gives every conversation the place that holds most of its beginning: the prompt of a persona begins like no
 * other's, so each persona comes back to its own. Where none fits, the one that was not used for longest.
 */
export class Slots<Place> {
  readonly #slots: readonly Slot<Place>[];
  readonly #lock: ChannelLock;
  #clock = 0;

  constructor(places: readonly Place[]) {
    this.#slots = places.map((place) => ({ place, usedAt: 0, isBusy: false }));
    this.#lock = new ChannelLock(places.length);
  }

  /**
   * Waits until a place is free, and holds it while something is done there.
   *
   * @param sharedTokens how much of the beginning a place holds already, in tokens.
   * @throws the reason of `signal` while it waits, and what `work` throws.
   */
  async use<Result>(
    sharedTokens: (place: Place) => number,
    work: (place: Place) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<Result> {
    using _turn = await this.#lock.waitForLock(Number.POSITIVE_INFINITY, { signal });
    const slot = this.#choose(sharedTokens);
    this.#clock += 1;
    slot.usedAt = this.#clock;
    slot.isBusy = true;
    try {
      return await work(slot.place);
    } finally {
      slot.isBusy = false;
    }
  }

  #choose(sharedTokens: (place: Place) => number): Slot<Place> {
    const free = this.#slots.filter(({ isBusy }) => !isBusy);
    const known = free.map((slot) => {
      const shared = sharedTokens(slot.place);
      return { slot, shared: shared < SAME_CONVERSATION ? 0 : shared };
    });
    const [best] = known.toSorted((a, b) => b.shared - a.shared || a.slot.usedAt - b.slot.usedAt);
    if (best === undefined) throw new Error("More hold a place than there are places");
    return best.slot;
  }
}
