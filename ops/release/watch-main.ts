/** A node that serves, or works, hears that another one has moved main, and has it taken over. */
import { aborted } from "#core/aborted.ts";
import { announcedMain } from "#home/postgres/main-head.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";
import { mainOf } from "./transaction.ts";

export interface MainWatchOptions {
  /** ORG_HOME. */
  readonly home: string;
  readonly client: Pick<PgCalls, "query">;
  /** Takes main over, in a process of its own: it starts this one anew. */
  readonly pull: () => void;
  readonly report: (error: unknown) => void;
  readonly signal: AbortSignal;
  /** Pause between two looks at the database, in milliseconds. @default 5,000 */
  readonly everyMs?: number;
  /** After how long a main that could not be taken over is tried again, in milliseconds. @default 120,000 */
  readonly againMs?: number;
}

/** Until the signal is aborted. A look is one row of the database; Git is asked when the row has changed. */
export async function watchMain(options: MainWatchOptions): Promise<void> {
  const { home, client, pull, report, signal, everyMs = 5000, againMs = 120_000 } = options;
  let tried: { readonly head: string; readonly at: number } | undefined;
  while (!signal.aborted) {
    try {
      const head = await announcedMain(client);
      const at = performance.now();
      const isTried = head === tried?.head && at - (tried?.at ?? 0) < againMs;
      if (head !== undefined && !isTried) {
        tried = { head, at };
        if ((await mainOf(await openCheckout(home))) !== head) pull();
      }
    } catch (error) {
      report(error);
    }
    await Promise.race([aborted(signal), Bun.sleep(everyMs)]);
  }
}
