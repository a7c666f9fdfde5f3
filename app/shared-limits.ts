/** What all machines of a database count together: how often tools are called, and what models cost. */
import type { SpendStore } from "#core/budget-ledger.ts";
import type { Rates } from "#core/policy/rate-limit.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";

/** Opens the database of this home, which has one. */
type OpenDatabase = () => Promise<PgClient | undefined>;

/** @param perMinute calls a minute by glob. */
export function sharedRates(
  database: OpenDatabase,
  perMinute: Readonly<Record<string, number>>,
): Rates {
  return {
    take: async (tool) => {
      const [{ PgRates }, client] = await Promise.all([
        import("#home/postgres/pg-rates.ts"),
        demanded(database),
      ]);
      // Its state is in the database: one more of these costs nothing.
      return await new PgRates(client, perMinute).take(tool);
    },
  };
}

export async function sharedSpending(database: OpenDatabase): Promise<SpendStore> {
  const [{ PgSpendStore }, client] = await Promise.all([
    import("#home/postgres/pg-spend-store.ts"),
    demanded(database),
  ]);
  return new PgSpendStore(client);
}

async function demanded(database: OpenDatabase): Promise<PgClient> {
  // biome-ignore lint/nursery/useDisposables: the app disposes of it
  const client = await database();
  if (client === undefined) throw new Error("Only a home with a database shares");
  return client;
}
