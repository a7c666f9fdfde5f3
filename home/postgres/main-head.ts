/** Which node may move main, and what main is: one lock and one row that all nodes share. */
import { setTimeout as sleep } from "node:timers/promises";
import { OrgError } from "#core/errors.ts";
import type { LockStore } from "#core/journal.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";

/** What a node announces. */
export interface MainHead {
  readonly commit: string;
  /** Of the newest signed tag. */
  readonly tag: string;
}

export interface HeadWait {
  /** Longest wait for the lock in milliseconds. @default ten minutes */
  readonly waitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onWait?: ((text: string) => void) | undefined;
}

interface Locks extends LockStore {
  holderOf(name: string): Promise<string | undefined>;
}

export interface MainHeadsOptions {
  readonly client: PgCalls;
  readonly locks: Locks;
  readonly node: string;
  /** How long the lock stays with a node that no longer renews it, in milliseconds. @default 30,000 */
  readonly ttlMs?: number;
}

const LOCK = "promoter";
const LONGEST_WAIT_MS = 600_000;
const LOOK_MS = 250;

export class MainHeads {
  readonly #options: MainHeadsOptions & { readonly ttlMs: number };
  #token: number | undefined;

  constructor(options: MainHeadsOptions) {
    this.#options = { ttlMs: 30_000, ...options };
  }

  /**
   * Waits until no other node moves main. The lock of a node that was killed ends by itself.
   *
   * @throws {OrgError} `LOCK_HELD` when it took too long; as the client does.
   */
  async lock({
    waitMs = LONGEST_WAIT_MS,
    signal,
    onWait,
  }: HeadWait = {}): Promise<AsyncDisposable> {
    const { locks, node, ttlMs } = this.#options;
    const start = performance.now();
    for (let look = 0; ; look += 1) {
      signal?.throwIfAborted();
      const lock = await locks.acquire(LOCK, node, ttlMs);
      if (lock !== null) return this.#keep(lock.token);
      const holder = (await locks.holderOf(LOCK)) ?? "another node";
      if (performance.now() - start >= waitMs) throw held(holder);
      if (look === 0) onWait?.(`waits for node ${holder}, which promotes or rolls back`);
      await sleep(LOOK_MS, undefined, signal === undefined ? {} : { signal });
    }
  }

  /** @throws {OrgError} `LOCK_HELD` unless the lock is ours, at this moment. */
  async confirm(): Promise<void> {
    const { locks, ttlMs } = this.#options;
    const isOurs = this.#token !== undefined && (await locks.renew(LOCK, this.#token, ttlMs));
    if (!isOurs) throw lost((await locks.holderOf(LOCK)) ?? "none");
  }

  /** In one statement with the look at the lock. @throws {OrgError} `LOCK_HELD` unless it is ours. */
  async announce({ commit, tag }: MainHead): Promise<void> {
    const { client, locks, node } = this.#options;
    const rows = await client.query<{ commit: string }>(
      `insert into main_head (commit, tag, node, at)
       select $1::text, $2::text, $3::text, clock_ms() from lock
         where name = '${LOCK}' and token = $4::text::bigint and owner is not null
           and expires_at > clock_ms() for share
       on conflict (one) do update set
         (commit, tag, node, at) = (excluded.commit, excluded.tag, excluded.node, excluded.at)
       returning commit`,
      [commit, tag, node, String(this.#token ?? -1)],
    );
    if (rows.length === 0) throw lost((await locks.holderOf(LOCK)) ?? "none");
  }

  async head(): Promise<string | undefined> {
    return await announcedMain(this.#options.client);
  }

  #keep(token: number): AsyncDisposable {
    const { locks, ttlMs } = this.#options;
    this.#token = token;
    // What was lost is found out by the next confirmation.
    const renew = (): void => void locks.renew(LOCK, token, ttlMs).catch(() => undefined);
    const renewing = setInterval(renew, ttlMs / 3);
    return {
      [Symbol.asyncDispose]: async () => {
        clearInterval(renewing);
        this.#token = undefined;
        // Where the server is away, the lock ends by itself.
        await locks.release(LOCK, token).catch(() => false);
      },
    };
  }
}

/** The commit that was announced last, by any node. @throws {OrgError} as the client does. */
export async function announcedMain(client: Pick<PgCalls, "query">): Promise<string | undefined> {
  const [row] = await client.query<{ commit: string }>("select commit from main_head");
  return row?.commit;
}

function held(holder: string): OrgError {
  return new OrgError("Another promotion or rollback is in progress", {
    code: "LOCK_HELD",
    why: `Node ${holder} holds the lock "${LOCK}" of the database.`,
    remedies: ["wait for it to end, then run the same command again"],
    unchanged: "Nothing was changed.",
  });
}

function lost(holder: string): OrgError {
  return new OrgError("This node may not move main any more", {
    code: "LOCK_HELD",
    why: `It did not respond for too long; the lock "${LOCK}" is now with: ${holder}.`,
    remedies: ["run the same command again"],
    unchanged: "Nothing was pushed.",
  });
}
