/** Who works on the files of a room: one turn, undo or rebase at a time, whichever process it is in. */
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import { type LockMessages, lockPromoter, waitForPromoter } from "../release/promoter-lock.ts";
import { finishMove } from "./room-folder.ts";

export interface TakeOptions {
  /** Who wants it, for those who wait behind. */
  readonly owner: string;
  /** Longest wait in milliseconds. @default 1 s: enough for a turn that is being kept, not for one that is answered */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const WAIT_MS = 1000;

const LOCK_MESSAGES: LockMessages = {
  message: "A turn of the room is in progress",
  doing: "works on the files of the room",
  remedies: ["wait for its answer, then run the same command again", "/stop ends the answer"],
};

/**
 * Held from a turn's first look at the files until what it changed is kept. The system takes it back from a process that
 * dies. Not re-entrant.
 */
export class RoomLock {
  // In this process the first to come is the first to be served; between processes there is no order.
  readonly #callers = new ChannelLock();
  readonly #path: string;
  readonly #folder: string;
  /** What this process does to the files since it opened the room; it never fails. */
  #task: Promise<void> = Promise.resolve();

  /**
   * @param path of the file that is locked.
   * @param folder of the room, which need not exist yet.
   */
  constructor(path: string, folder: string) {
    this.#path = path;
    this.#folder = folder;
  }

  /**
   * The process that had it before may have died in the middle of a move: that is brought to its end first.
   *
   * @throws {OrgError} `LOCK_HELD` when the wait runs out; what the end of a move meets.
   * @throws the reason of the signal once it aborts.
   */
  async take({ owner, waitMs = WAIT_MS, signal }: TakeOptions): Promise<Disposable> {
    using parts = new DisposableStack();
    await endOf(this.#task, signal);
    parts.use(await this.#turn({ owner, waitMs, signal }));
    parts.use(await waitForPromoter(this.#path, { waitMs, signal }, LOCK_MESSAGES));
    await finishMove(this.#folder);
    return parts.move();
  }

  /**
   * Keeps the lock until a task has ended; who takes it meanwhile in this process waits, however long that is.
   *
   * @param held the lock, which is given back.
   * @param task what it leaves undone is done by who takes the lock next, who meets its error then.
   */
  keepDuring(held: Disposable, task: Promise<void>): void {
    this.#task = task.catch(() => undefined).finally(() => held[Symbol.dispose]());
  }

  /**
   * Does something with the lock once what it is kept for has ended; who takes it meanwhile in this process waits. Where
   * another process has it then, nothing is done.
   *
   * @param task what it leaves undone is done by who needs it.
   */
  keepBehind(task: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      using held = this.takeNow();
      if (held !== undefined) await task();
    };
    this.#task = this.#task.then(run).catch(() => undefined);
  }

  /** Touches nothing in the room. @returns undefined when another caller holds it. */
  takeNow(): Disposable | undefined {
    try {
      return lockPromoter(this.#path, LOCK_MESSAGES);
    } catch (error) {
      if (error instanceof OrgError && error.code === "LOCK_HELD") return undefined;
      throw error;
    }
  }

  async #turn({ owner, waitMs = WAIT_MS, signal }: TakeOptions): Promise<Disposable> {
    try {
      return await this.#callers.waitForLock(waitMs, { owner, ...(signal && { signal }) });
    } catch (cause) {
      if (!(cause instanceof OrgError && cause.code === "LOCK_HELD")) throw cause;
      const { message, doing, remedies } = LOCK_MESSAGES;
      const why = `${this.#callers.owners.join(", ")} ${doing}.`;
      const unchanged = "Nothing was changed.";
      throw new OrgError(message, { code: "LOCK_HELD", why, remedies, unchanged, cause });
    }
  }
}

/** @throws the reason of the signal once it aborts. */
async function endOf(task: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await task;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([task, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
