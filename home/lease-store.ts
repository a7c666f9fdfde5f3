/** The leases of a home: their secret in one file, what was granted and used in another, both private. */

import type { Database } from "bun:sqlite";
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import {
  attenuate,
  type Caveat,
  isAuthentic,
  type Lease,
  mintLease,
  permits,
} from "#core/policy/lease.ts";
import { argumentOf, type CallFacts } from "#core/policy/policy.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";

export interface GrantedLease {
  readonly id: string;
  readonly caveats: readonly unknown[];
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
  readonly uses: number;
  readonly revoked: boolean;
  /** Id of the lease that this one narrows. */
  readonly from?: string | undefined;
}

interface Row {
  readonly id: string;
  /** Of the lease that it narrows. */
  readonly parent: string | null;
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

/** For a home whose leases could not be narrowed yet. */
const ADD_PARENT = "alter table lease add column parent text references lease (id)";

const KEY_BYTES = 32;

/** Several processes may have it open: what one grants or revokes holds for the others at once. */
/** Kinds of caveats that hold or do not, whatever a call says. */
const KNOWN_BEFORE: readonly unknown[] = ["tool", "persona", "before", "uses"];

export class LeaseStore implements Disposable {
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

  grant(caveats: readonly Caveat[]): Lease {
    const write = this.#database.transaction(() => {
      const lease = mintLease(this.#key, this.#nextId(), caveats);
      this.#insert(lease.id, lease, null);
      return lease;
    });
    return write.immediate();
  }

  /**
   * Grants a lease that allows no more than another one: each of its uses is one of the other's too, and it
   * ends with it.
   *
   * @returns the id of the new lease; as it is signed it bears that of its root.
   * @throws {OrgError} `USAGE` when there is no such lease, or it was revoked.
   */
  narrow(from: string, caveats: readonly Caveat[]): string {
    const write = this.#database.transaction(() => {
      const rows = this.#rowsById();
      const parent = rows.get(from);
      if (parent === undefined) throw this.#unknown(from, "granted");
      const line = lineOf(from, rows);
      if (!isWhole(line)) throw isRevoked(from);
      const id = this.#nextId();
      // By its signature alone, as anybody could who holds it: the secret has no part in it.
      this.#insert(id, caveats.reduce<Lease>(attenuate, leaseOf(parent, line)), parent.id);
      return id;
    });
    return write.immediate();
  }

  /** The newest first. */
  list(): readonly GrantedLease[] {
    const rows = this.#rowsById();
    return [...rows.values()].map(({ id, caveats, granted_at, uses, parent }) => ({
      ...{ id, caveats: caveatsOf(caveats), grantedAt: granted_at, uses },
      revoked: !isWhole(lineOf(id, rows)),
      from: parent ?? undefined,
    }));
  }

  /**
   * Ends a lease, and with it every one that narrows it.
   *
   * @throws {OrgError} `USAGE` when there is no such lease.
   */
  revoke(id: string): void {
    const { changes } = this.#database.run("update lease set revoked = 1 where id = ?", [id]);
    if (changes === 0) throw this.#unknown(id, "revoked");
  }

  /** See `LeaseSpender`. The use is on disk when this returns. */
  async spend(call: CallFacts): Promise<string | undefined> {
    // Immediate: two calls at the same time must not both be the last one.
    const take = this.#database.transaction(() => {
      const rows = this.#rowsById();
      const lines = [...rows.keys()].map((id) => lineOf(id, rows)).filter(isWhole);
      const found = lines.find((line) => line.every((row) => this.#allows(row, line, call)));
      for (const { id } of found ?? []) {
        this.#database.run("update lease set uses = uses + 1 where id = ?", [id]);
      }
      return found?.[0]?.id;
    });
    return take.immediate();
  }

  /** See `LeaseSpender`. */
  mayAllow(tool: string, persona: string): boolean {
    const rows = this.#rowsById();
    const call = { tool, persona, arguments: {}, effect: "none", capabilities: [] } as const;
    const couldAllow = (row: Row, line: readonly Row[]): boolean => {
      const lease = leaseOf(row, line);
      // What depends on the arguments, only a call can say.
      const known = lease.caveats.filter((one) => KNOWN_BEFORE.includes(argumentOf(one, "kind")));
      const request = { call, now: this.#now(), uses: row.uses };
      const holds = known.length === 0 || permits({ ...lease, caveats: known }, request);
      return isAuthentic(this.#key, lease) && holds;
    };
    const lines = [...rows.keys()].map((id) => lineOf(id, rows)).filter(isWhole);
    return lines.some((line) => line.every((row) => couldAllow(row, line)));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #allows(row: Row, line: readonly Row[], call: CallFacts): boolean {
    const lease = leaseOf(row, line);
    const request = { call, now: this.#now(), uses: row.uses };
    return isAuthentic(this.#key, lease) && permits(lease, request);
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

  #rowsById(): ReadonlyMap<string, Row> {
    const sql = "select * from lease order by granted_at desc, cast(substr(id, 2) as integer) desc";
    const rows = this.#database.query<Row, []>(sql).all();
    return new Map(rows.map((row) => [row.id, row]));
  }

  #unknown(id: string, done: string): OrgError {
    const ids = [...this.#rowsById().keys()];
    return new OrgError(`There is no lease "${id.slice(0, 80)}"`, {
      code: "USAGE",
      why: ids.length === 0 ? "none was granted" : `there are ${ids.slice(0, 8).join(", ")}`,
      remedies: ["org lease list"],
      left: `Nothing was ${done}.`,
    });
  }
}

/** A lease, the one that it narrows, and so on to the root; empty when one of them is missing. */
function lineOf(id: string, rows: ReadonlyMap<string, Row>): readonly Row[] {
  const line: Row[] = [];
  for (let next: string | null = id; next !== null; ) {
    const row = rows.get(next);
    // In a circle, which only another program can have made, there is no root.
    if (row === undefined || line.includes(row)) return [];
    line.push(row);
    next = row.parent;
  }
  return line;
}

/** Whether a lease and all that it narrows are there and hold. */
function isWhole(line: readonly Row[]): boolean {
  return line.length > 0 && line.every(({ revoked }) => revoked === 0);
}

/** As it was signed: a narrowed lease bears the name of its root. */
function leaseOf({ id, caveats, signature }: Row, line: readonly Row[]): Lease {
  return { id: line.at(-1)?.id ?? id, caveats: caveatsOf(caveats), signature };
}

function isRevoked(id: string): OrgError {
  return new OrgError(`The lease "${id}" was revoked`, {
    code: "USAGE",
    why: "what narrows a lease ends with it",
    remedies: ["org lease list", "org lease grant --tool sh --minutes 30 --uses 3"],
    left: "Nothing was granted.",
  });
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
    remedies: [
      `rm ${shellWord(path)}   # and grant your leases anew: none of the old ones will hold`,
    ],
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
