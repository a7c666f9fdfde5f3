/** The leases of all machines: what one grants or revokes holds for the others at once, and a use is one for all. */
import {
  type Caveat,
  type GrantedLease,
  type Lease,
  type Leases,
  mintLease,
} from "#core/policy/lease.ts";
import type { CallFacts } from "#core/policy/policy.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { LeaseLines, type LeaseRow } from "../lease-lines.ts";

const KEY_BYTES = 32;
/** What a turn is offered is decided of leases that are at most so old, in milliseconds. */
const CACHE_MS = 2000;

/** All of them at one moment. */
interface Look {
  /** Milliseconds since the epoch, by the clock of the server. */
  readonly now: number;
  readonly lines: LeaseLines;
}

/** Answer of `lease_look`. */
interface LeaseState {
  readonly now: number;
  readonly secret: string | null;
  readonly rows: readonly LeaseRow[];
}

export class PgLeaseStore implements Leases {
  readonly #client: PgClient;
  readonly #now: (() => number) | undefined;
  #cached: (Look & { readonly at: number }) | undefined;
  #seeing: Promise<unknown> | undefined;

  /**
   * @param client stays open.
   * @param now the clock, in milliseconds since the epoch; for tests. @default the server's
   */
  constructor(client: PgClient, now?: () => number) {
    this.#client = client;
    this.#now = now;
  }

  async grant(caveats: readonly Caveat[]): Promise<Lease> {
    const { secret } = await this.#tell();
    const id = await this.#nextId();
    const lease = mintLease(keyOf(secret), id, caveats);
    await this.#insert(id, lease, null);
    return lease;
  }

  async narrow(from: string, caveats: readonly Caveat[]): Promise<string> {
    const { lines } = await this.#look();
    const lease = lines.narrowed(from, caveats);
    const id = await this.#nextId();
    // Where it is revoked in this moment, the new one ends with it all the same.
    await this.#insert(id, lease, from);
    return id;
  }

  async list(): Promise<readonly GrantedLease[]> {
    return (await this.#look()).lines.list();
  }

  async revoke(id: string): Promise<void> {
    const found = await this.#client.query(
      "update lease set revoked = true where id = $1::text returning id",
      [id.isWellFormed() ? id.replaceAll("\0", "") : ""],
    );
    const { lines } = await this.#look();
    if (found.length === 0) throw lines.unknown(id, "revoked");
  }

  async spend(call: CallFacts): Promise<string | undefined> {
    for (;;) {
      const { lines, now } = await this.#look();
      const line = lines.allowing(call, now);
      if (line === undefined) return undefined;
      // Another machine may have used or revoked one of them since: then it is decided anew.
      if (await this.#use(line)) return line[0]?.id;
    }
  }

  mayAllow(tool: string, persona: string): boolean {
    const cached = this.#cached;
    if (cached === undefined || performance.now() - cached.at > CACHE_MS) void this.refresh();
    return cached?.lines.mayAllow(tool, persona, cached.now) === true;
  }

  /** Reads what {@link mayAllow} says; a caller that waits for it reports a server that is away. */
  async refresh(): Promise<void> {
    this.#seeing ??= this.#look().catch(() => undefined);
    await this.#seeing;
    this.#seeing = undefined;
  }

  async #use(line: readonly LeaseRow[]): Promise<boolean> {
    const ordered = line.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const [row] = await this.#client.query<{ readonly answer: string }>(
      "select lease_use($1::text::uuid, $2::text::json)::text as answer",
      [crypto.randomUUID(), JSON.stringify(ordered.map(({ id, uses }) => [id, uses]))],
    );
    return row?.answer === "true";
  }

  async #nextId(): Promise<string> {
    const [row] = await this.#client.query<{ readonly next: string }>(
      "select nextval('lease_number')::text as next",
    );
    return `L${row?.next}`;
  }

  async #insert(id: string, { caveats, signature }: Lease, parent: string | null): Promise<void> {
    // Asked a second time after a cut, it is there already.
    await this.#client.query(
      `insert into lease (number, id, parent, caveats, signature, granted_at)
       values ($1::text::bigint, $2::text, $3::text, $4::text, $5::text,
         coalesce($6::text::bigint, clock_ms())) on conflict do nothing`,
      [id.slice(1), id, parent, JSON.stringify(caveats), signature, this.#clock],
    );
    await this.#look();
  }

  async #look(): Promise<Look> {
    const { now, secret, rows } = await this.#tell();
    const look = { now, lines: new LeaseLines(rows, keyOf(secret)), at: performance.now() };
    this.#cached = look;
    return look;
  }

  async #tell(): Promise<LeaseState & { readonly secret: string }> {
    for (;;) {
      const [row] = await this.#client.query<{ readonly state: string }>(
        "select lease_look($1::text::bigint)::text as state",
        [this.#clock],
      );
      const state: LeaseState = JSON.parse(row?.state ?? "");
      if (state.secret !== null) return { ...state, secret: state.secret };
      // The first of two machines wins: a second secret would void all leases.
      const fresh = Buffer.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES))).toString("hex");
      await this.#client.query(
        "insert into lease_secret (secret) values ($1::text) on conflict do nothing",
        [fresh],
      );
    }
  }

  get #clock(): string | null {
    const now = this.#now?.();
    return now === undefined ? null : String(now);
  }
}

function keyOf(secret: string): Uint8Array {
  return Buffer.from(secret, "hex");
}
