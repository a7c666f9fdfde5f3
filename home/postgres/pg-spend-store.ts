/** What all machines have spent together. */
import type { Amount, Spender, Totals } from "#core/budget.ts";
import type { SpendStore } from "#core/budget-ledger.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";

/** What adding an amount answers with. */
type Added =
  | { readonly isAdded: true; readonly before: Totals; readonly after: Totals }
  | { readonly isAdded: false; readonly before: Totals };

const NOTHING: Amount = { tokens: 0, micros: 0 };
/** Most spenders whose totals are cached for screens; beyond, the oldest is forgotten. */
const MAX_CACHED = 1000;

export class PgSpendStore implements SpendStore {
  readonly #client: PgClient;
  /** The last totals that were read, by spender. */
  readonly #cached = new Map<string, Totals>();

  /** @param client stays open. */
  constructor(client: PgClient) {
    this.#client = client;
  }

  async reserve(
    spender: Spender,
    amount: Amount,
    objection: (totals: Totals) => string | undefined,
  ): Promise<string | undefined> {
    for (let totals = await this.totals(spender); ; ) {
      const why = objection(totals);
      if (why !== undefined) return why;
      const added = await this.#add(spender, amount, totals);
      if (added.isAdded) return undefined;
      // Another one has spent meanwhile: with what there is now, it is decided anew.
      totals = this.#see(spender, added.before);
    }
  }

  async adjust(spender: Spender, amount: Amount): Promise<Totals> {
    const added = await this.#add(spender, amount, undefined);
    if (!added.isAdded) throw new Error("What expects nothing is always added");
    return added.after;
  }

  async totals(spender: Spender): Promise<Totals> {
    const { day, session, persona } = spender;
    const [row] = await this.#client.query<{ readonly answer: string }>(
      "select spend_totals($1::text, $2::text, $3::text)::text as answer",
      [day, session, persona],
    );
    return this.#see(spender, JSON.parse(row?.answer ?? ""));
  }

  lastTotals(spender: Spender): Totals {
    const cached = this.#cached.get(keyOf(spender));
    if (cached !== undefined) return cached;
    // The next look at the screen finds it; a caller that spends reports a server that is away.
    void this.totals(spender).catch(() => undefined);
    return { session: NOTHING, day: NOTHING, persona: NOTHING };
  }

  async #add(
    spender: Spender,
    { tokens, micros }: Amount,
    expect: Totals | undefined,
  ): Promise<Added> {
    const { day, session, persona } = spender;
    const [row] = await this.#client.query<{ readonly answer: string }>(
      `select spend_add($1::text::uuid, $2::text, $3::text, $4::text, $5::text::bigint,
         $6::text::bigint, $7::text::json)::text as answer`,
      [
        ...[crypto.randomUUID(), day, session, persona, String(tokens), String(micros)],
        expect === undefined ? null : JSON.stringify(expect),
      ],
    );
    const added: Added = JSON.parse(row?.answer ?? "");
    if (added.isAdded) this.#see(spender, added.after);
    return added;
  }

  #see(spender: Spender, totals: Totals): Totals {
    const key = keyOf(spender);
    // Moved to the end: the one that was quiet for longest is forgotten first.
    this.#cached.delete(key);
    this.#cached.set(key, totals);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > MAX_CACHED && oldest !== undefined) this.#cached.delete(oldest);
    return totals;
  }
}

function keyOf({ day, session, persona }: Spender): string {
  return JSON.stringify([day, session, persona]);
}
