/** Work that is sent to the node that has a room: a job of a queue of that node, which can be withdrawn. */
import { newId } from "#core/ids.ts";
import type { Queue } from "#core/queue.ts";
import { outcomeOf } from "./relay-outcome.ts";
import type { RelayedWork } from "./relayed-work.ts";

export interface SentWorkOptions {
  /** Shared by all nodes. */
  readonly queue: Queue;
  /** This one. */
  readonly node: string;
  /** The node that has a room, while it is heard of. */
  readonly holderOf: (room: string) => Promise<string | undefined>;
  /** Told of what no caller hears. */
  readonly report: (error: unknown) => void;
  /** How often to look whether the other node still has the room, in milliseconds. @default 1,000 */
  readonly lookMs?: number | undefined;
}

export interface Sent {
  readonly room: string;
  readonly holder: string;
  readonly queue: string;
  readonly job: string;
}

export class SentWork {
  readonly #options: SentWorkOptions;

  constructor(options: SentWorkOptions) {
    this.#options = options;
  }

  /** @returns nothing where no other node has the room. */
  async send(room: string, work: RelayedWork): Promise<Sent | undefined> {
    const { queue, holderOf, node } = this.#options;
    const holder = await holderOf(room);
    if (holder === undefined || holder === node) return undefined;
    const job = newId("relay");
    const name = work.kind === "call" ? callsOf(holder) : queueOf(holder);
    // Once: a node that was killed over it must not begin it again.
    await queue.enqueue(name, JSON.stringify(work), { id: job, kind: work.kind, maxAttempts: 1 });
    return { room, holder, queue: name, job };
  }

  /** @returns nothing once it was done; `free` where it was withdrawn; else why it failed. */
  async settled(sent: Sent, signal: AbortSignal): Promise<ReturnType<typeof outcomeOf>> {
    const { queue } = this.#options;
    using _ = this.#watch(sent);
    await Array.fromAsync(queue.events(sent.queue, sent.job, { from: 1, signal }));
    if (signal.aborted) await this.withdraw(sent);
    return outcomeOf(await queue.get(sent.queue, sent.job));
  }

  async withdraw({ queue, job }: Sent): Promise<void> {
    await this.#options.queue.cancel(queue, job);
  }

  /** Withdraws it once its node has the room no more. */
  #watch(sent: Sent): Disposable {
    const { holderOf, lookMs = 1000, report } = this.#options;
    const look = async (): Promise<void> => {
      if ((await holderOf(sent.room)) !== sent.holder) await this.withdraw(sent);
    };
    // One after the other: a server that is away is asked once at a time.
    let isLooking = false;
    const timer = setInterval(() => {
      if (isLooking) return;
      isLooking = true;
      void look()
        .catch(report)
        .finally(() => {
          isLooking = false;
        });
    }, lookMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}

/** Where a node finds what others send to it. */
export function queueOf(node: string): string {
  return `room:${node}`;
}

/** Where it finds calls of screens: they go on for as long as a screen is open, and lines must not wait for that. */
export function callsOf(node: string): string {
  return `screen:${node}`;
}
