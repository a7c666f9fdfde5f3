/** The jobs of a home in the process that owns it: one file, opened by who works on them, or for a moment. */
import { existsSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import { describeOwner } from "#platform/owner.ts";
import type { HomePaths } from "../home-paths.ts";
import type { SqliteQueue, SqliteQueueOptions } from "./sqlite-queue.ts";

/** How long a look of another process at the queue may take, in milliseconds. */
const LOOK_MS = 3000;

type Opening = Pick<SqliteQueueOptions, "observe" | "keeping">;

export class HomeQueue {
  readonly #paths: Pick<HomePaths, "queue" | "ownerRecord">;
  #opened: SqliteQueue | undefined;

  constructor(paths: Pick<HomePaths, "queue" | "ownerRecord">) {
    this.#paths = paths;
  }

  /**
   * Tries again for a moment: the home is ours, so that only a look of `org jobs` can hold the queue. Who opens it disposes
   * of it.
   *
   * @throws {OrgError} as `openSqliteQueue`.
   */
  async open(options: Opening = {}): Promise<SqliteQueue> {
    const { openSqliteQueue } = await import("./sqlite-queue.ts");
    const { queue, ownerRecord } = this.#paths;
    const deadline = performance.now() + LOOK_MS;
    for (;;) {
      try {
        const owner = () => describeOwner(ownerRecord);
        this.#opened = await openSqliteQueue(queue, { ...options, owner });
        return this.#opened;
      } catch (error) {
        const isBusy = error instanceof OrgError && error.code === "HOME_BUSY";
        if (!isBusy || performance.now() > deadline) throw error;
      }
    }
  }

  /**
   * Takes words out of all jobs.
   *
   * @param change the same text where nothing is to be taken out.
   * @throws {OrgError} as `openSqliteQueue`, and `JOURNAL_FAILED` when the system refuses.
   */
  async erase(change: (text: string) => string): Promise<void> {
    if (this.#opened?.isClosed === false) {
      await this.#opened.erase(change);
      return;
    }
    if (!existsSync(this.#paths.queue)) return;
    const queue = await this.open();
    try {
      await queue.erase(change);
    } finally {
      await queue[Symbol.asyncDispose]();
    }
  }
}
