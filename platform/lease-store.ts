/** The leases of a home: their secret in one file, what was granted and used in another, both private. */
import { Database } from "bun:sqlite";
import { chmodSync, existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import { type Caveat, isAuthentic, type Lease, mintLease, permits } from "#core/lease.ts";
import type { CallFacts } from "#core/policy/policy.ts";

export interface GrantedLease {
  readonly id: string;
  readonly caveats: readonly unknown[];
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
  readonly uses: number;
  readonly revoked: boolean;
}

interface Row {
  readonly id: string;
  readonly caveats: string;
  readonly signature: string;
  readonly granted_at: number;
  readonly uses: number;
  readonly revoked: number;
}

export interface LeasePaths {
  /** Absolute path of the database; the secret lies beside it. */
  readonly leases: string;
}

const SCHEMA = `
  create table if not exists lease (
    id text primary key,
    caveats text not null,
    signature text not null,
    granted_at integer not null,
    uses integer not null default 0,
    revoked integer not null default 0
  ) strict;
`;

const KEY_BYTES = 32;

/** Several processes may have it open: what one grants or revokes holds for the others at once. */
export class LeaseStore implements Disposable {
  readonly #database: Database;
  readonly #key: Uint8Array;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch. */
  constructor({ leases }: LeasePaths, now: () => number = Date.now) {
    this.#key = secretAt(`${leases}.key`);
    this.#now = now;
    this.#database = new Database(leases, { create: true, strict: true });
    chmodSync(leases, 0o600);
    this.#database.run("pragma busy_timeout = 5000");
    // A use that a power cut took back could be used again.
    this.#database.run("pragma synchronous = full");
    this.#database.run(SCHEMA);
  }

  grant(caveats: readonly Caveat[]): Lease {
    const write = this.#database.transaction(() => {
      const sql = "select coalesce(max(cast(substr(id, 2) as integer)), 0) as last from lease";
      const { last } = this.#database.query<{ last: number }, []>(sql).get() ?? { last: 0 };
      const lease = mintLease(this.#key, `L${last + 1}`, caveats);
      const { id, signature } = lease;
      this.#database.run(
        "insert into lease (id, caveats, signature, granted_at) values (?, ?, ?, ?)",
        [id, JSON.stringify(caveats), signature, this.#now()],
      );
      return lease;
    });
    return write.immediate();
  }

  /** The newest first. */
  list(): readonly GrantedLease[] {
    return this.#rows().map(({ id, caveats, granted_at, uses, revoked }) => ({
      ...{ id, caveats: caveatsOf(caveats), grantedAt: granted_at },
      ...{ uses, revoked: revoked !== 0 },
    }));
  }

  /** @throws {OrgError} `USAGE` when there is no such lease. */
  revoke(id: string): void {
    const { changes } = this.#database.run("update lease set revoked = 1 where id = ?", [id]);
    if (changes > 0) return;
    const ids = this.list().map((lease) => lease.id);
    throw new OrgError(`There is no lease "${id.slice(0, 80)}"`, {
      code: "USAGE",
      why: ids.length === 0 ? "none was granted" : `there are ${ids.slice(0, 8).join(", ")}`,
      remedies: ["org lease list"],
      left: "Nothing was revoked.",
    });
  }

  /** See `LeaseSpender`. The use is on disk when this returns. */
  spend(call: CallFacts): string | undefined {
    // Immediate: two calls at the same time must not both be the last one.
    const take = this.#database.transaction(() => {
      const found = this.#rows().find((row) => row.revoked === 0 && this.#allows(row, call));
      if (found === undefined) return undefined;
      this.#database.run("update lease set uses = uses + 1 where id = ?", [found.id]);
      return found.id;
    });
    return take.immediate();
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #allows({ id, caveats, signature, uses }: Row, call: CallFacts): boolean {
    const lease: Lease = { id, caveats: caveatsOf(caveats), signature };
    return isAuthentic(this.#key, lease) && permits(lease, { call, now: this.#now(), uses });
  }

  #rows(): readonly Row[] {
    return this.#database.query<Row, []>("select * from lease order by granted_at desc, id").all();
  }
}

/** What cannot be read allows nothing: see `permits`. */
function caveatsOf(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

/** The secret of the home, made the first time. */
function secretAt(path: string): Uint8Array {
  if (!existsSync(path)) createSecret(path);
  const key = readFileSync(path);
  if (key.length === KEY_BYTES) return key;
  throw new OrgError(`The secret "${path}" is damaged`, {
    code: "FILE_FAILED",
    why: `it has ${key.length} bytes instead of ${KEY_BYTES}`,
    remedies: [`rm "${path}"   # and grant your leases anew: none of the old ones will hold`],
    left: "No lease was used.",
  });
}

/** Whole or not at all, and the first of two processes wins: a second secret would void all leases. */
function createSecret(path: string): void {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  writeFileSync(temporary, crypto.getRandomValues(new Uint8Array(KEY_BYTES)), { mode: 0o600 });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    unlinkSync(temporary);
  }
}
