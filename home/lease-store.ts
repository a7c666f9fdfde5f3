/** The leases of a home: their secret in one file, what was granted and used in another, both private. */

import type { Database } from "bun:sqlite";
import { existsSync, linkSync, unlinkSync, writeFileSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import {
  type Caveat,
  type GrantedLease,
  type Lease,
  type Leases,
  mintLease,
} from "#core/policy/lease.ts";
import type { CallFacts } from "#core/policy/policy.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { readBytesFile } from "#platform/files.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import { LeaseLines, type LeaseRow } from "./lease-lines.ts";

/** A row of {@link SCHEMA}. */
type Stored = Omit<LeaseRow, "isRevoked"> & { readonly revoked: number };

const COLUMNS = 'id, parent, caveats, signature, granted_at as "grantedAt", uses, revoked';

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

/** For a home whose leases could not be narrowed yet. */
const ADD_PARENT = "alter table lease add column parent text references lease (id)";

const KEY_BYTES = 32;

/** Several processes may have it open: what one grants or revokes holds for the others at once. */
export class LeaseStore implements Leases, Disposable {
  readonly #database: Database;
  readonly #key: Uint8Array;
  readonly #now: () => number;

  /**
   * @param now milliseconds since the epoch.
   * @throws {OrgError} `JOURNAL_CORRUPT` for a damaged database, `FILE_FAILED` for a damaged secret or a system that refuses.
   */
  constructor({ leases }: LeasePaths, now: () => number = Date.now) {
    this.#key = secretAt(`${leases}.key`);
    this.#now = now;
    // Durable at once: a use that a power cut took back could be used again.
    this.#database = openPrivateDatabase(leases, SCHEMA);
    const prepare = this.#database.transaction(() => {
      const sql = "select name from pragma_table_info('lease')";
      const columns = this.#database.query<{ name: string }, []>(sql).all();
      if (!columns.some(({ name }) => name === "parent")) this.#database.run(ADD_PARENT);
    });
    prepare.immediate();
  }

  async grant(caveats: readonly Caveat[]): Promise<Lease> {
    const write = this.#database.transaction(() => {
      const lease = mintLease(this.#key, this.#nextId(), caveats);
      this.#insert(lease.id, lease, null);
      return lease;
    });
    return write.immediate();
  }

  async narrow(from: string, caveats: readonly Caveat[]): Promise<string> {
    const write = this.#database.transaction(() => {
      const lease = this.#lines().narrowed(from, caveats);
      const id = this.#nextId();
      this.#insert(id, lease, from);
      return id;
    });
    return write.immediate();
  }

  async list(): Promise<readonly GrantedLease[]> {
    return this.#lines().list();
  }

  async revoke(id: string): Promise<void> {
    const { changes } = this.#database.run("update lease set revoked = 1 where id = ?", [id]);
    if (changes === 0) throw this.#lines().unknown(id, "revoked");
  }

  /** The use is on disk when it resolves. */
  async spend(call: CallFacts): Promise<string | undefined> {
    // Immediate: two calls at the same time must not both be the last one.
    const take = this.#database.transaction(() => {
      const found = this.#lines().allowing(call, this.#now());
      for (const { id } of found ?? []) {
        this.#database.run("update lease set uses = uses + 1 where id = ?", [id]);
      }
      return found?.[0]?.id;
    });
    return take.immediate();
  }

  mayAllow(tool: string, persona: string): boolean {
    return this.#lines().mayAllow(tool, persona, this.#now());
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #lines(): LeaseLines {
    const sql = `select ${COLUMNS} from lease
      order by granted_at desc, cast(substr(id, 2) as integer) desc`;
    const rows = this.#database.query<Stored, []>(sql).all();
    return new LeaseLines(
      rows.map((row) => ({ ...row, isRevoked: row.revoked !== 0 })),
      this.#key,
    );
  }

  #nextId(): string {
    const sql = "select coalesce(max(cast(substr(id, 2) as integer)), 0) as last from lease";
    const { last } = this.#database.query<{ last: number }, []>(sql).get() ?? { last: 0 };
    return `L${last + 1}`;
  }

  #insert(id: string, { caveats, signature }: Lease, parent: string | null): void {
    this.#database.run(
      "insert into lease (id, caveats, signature, granted_at, parent) values (?, ?, ?, ?, ?)",
      [id, JSON.stringify(caveats), signature, this.#now(), parent],
    );
  }
}

/** The secret of the home, made the first time. */
function secretAt(path: string): Uint8Array {
  if (!existsSync(path)) createSecret(path);
  const key = readBytesFile(path);
  if (key.length === KEY_BYTES) return key;
  throw new OrgError(`The secret "${path}" is damaged`, {
    code: "FILE_FAILED",
    why: `it has ${key.length} bytes instead of ${KEY_BYTES}`,
    remedies: [
      `rm ${shellWord(path)}   # and grant your leases anew: the old ones are no longer valid`,
    ],
    unchanged: "No lease was used.",
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
