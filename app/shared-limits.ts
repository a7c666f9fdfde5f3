/** What all machines of a database count together: how often tools are called, what models cost, leases. */
import type { SpendStore } from "#core/budget-ledger.ts";
import type { LeaseSpender } from "#core/policy/lease.ts";
import type { Rates } from "#core/policy/rate-limit.ts";
import type { PgLeaseStore } from "#home/postgres/pg-lease-store.ts";
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

/** Leases of all machines; what a turn is offered by them is known a moment after the first look. */
export function sharedLeases(database: OpenDatabase): LeaseSpender {
  let opened: PgLeaseStore | undefined;
  const open = async (): Promise<PgLeaseStore> => {
    const { PgLeaseStore: Store } = await import("#home/postgres/pg-lease-store.ts");
    opened ??= new Store(await demanded(database));
    return opened;
  };
  const begin = (): void => {
    // A database that is away is told of by what waits for it.
    void open()
      .then((store) => store.refresh())
      .catch(() => undefined);
  };
  return {
    spend: async (call) => await (await open()).spend(call),
    mayAllow: (tool, persona) => {
      if (opened === undefined) begin();
      return opened?.mayAllow(tool, persona) === true;
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
  const client = await database();
  if (client === undefined) throw new Error("Only a home with a database shares");
  return client;
}
