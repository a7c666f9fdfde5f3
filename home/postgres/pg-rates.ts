/** How often all machines may call tools together. */
import { globMatches } from "#core/policy/glob.ts";
import type { Rates } from "#core/policy/rate-limit.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";

export class PgRates implements Rates {
  readonly #client: PgClient;
  readonly #perMinute: readonly (readonly [pattern: string, rate: number])[];
  readonly #now: (() => number) | undefined;

  /**
   * @param client stays open.
   * @param perMinute calls a minute by glob; every pattern that fits a tool counts its calls. At least 1 each.
   * @param now the clock, in milliseconds since the epoch; for tests. @default the server's
   */
  constructor(client: PgClient, perMinute: Readonly<Record<string, number>>, now?: () => number) {
    this.#client = client;
    this.#now = now;
    this.#perMinute = Object.entries(perMinute).sort(([one], [other]) => (one < other ? -1 : 1));
  }

  async take(tool: string): Promise<number> {
    const matching = this.#perMinute.filter(([pattern]) => globMatches(pattern, tool));
    if (matching.length === 0) return 0;
    const now = this.#now?.();
    const [row] = await this.#client.query<{ readonly wait: string }>(
      "select rate_take($1::text::uuid, $2::text::json, $3::text::bigint)::text as wait",
      [crypto.randomUUID(), JSON.stringify(matching), now === undefined ? null : String(now)],
    );
    return Number(row?.wait);
  }
}
