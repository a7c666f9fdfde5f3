/** The updates of the double of Telegram, as `getUpdates` gives them out. */
import type { Clock } from "#ui/telegram/clock.ts";
import { type Params, Refusal } from "./telegram-params.ts";

interface QueuedUpdate {
  readonly update_id: number;
  readonly [field: string]: unknown;
}

export class UpdateQueue {
  readonly #clock: Clock;
  #updates: QueuedUpdate[] = [];
  #next = 1000;
  #polls = 0;
  #wake: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Numbers of what was not confirmed. */
  get pending(): readonly number[] {
    return this.#updates.map((update) => update.update_id);
  }

  push(update: Params, id: number = this.#next): number {
    this.#updates.push({ update_id: id, ...update });
    this.#next = Math.max(this.#next, id + 1);
    this.#wakeAll();
    return id;
  }

  /** Only the newest question is answered: an older one is ended with 409. */
  async answer(params: Params, signal: AbortSignal): Promise<readonly QueuedUpdate[]> {
    this.#polls += 1;
    const mine = this.#polls;
    this.#wakeAll();
    const offset = Number(params["offset"] ?? 0);
    if (offset > 0) this.#updates = this.#updates.filter((one) => one.update_id >= offset);
    const until = this.#clock.now() + Number(params["timeout"] ?? 0) * 1000;
    while (this.#updates.length === 0 && this.#clock.now() < until && !signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
      await Promise.race([woken, this.#clock.sleep(until - this.#clock.now(), signal)]);
      if (this.#polls !== mine) {
        const said =
          "terminated by other getUpdates request; make sure that only one bot instance is running";
        throw new Refusal(`Conflict: ${said}`, { code: 409 });
      }
    }
    return this.#updates.slice(0, Number(params["limit"] ?? 100));
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
