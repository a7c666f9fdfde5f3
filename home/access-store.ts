/** Who may ask a home over HTTP: tokens by their hashes, keys of signatures, and which nonces were used. */
import type { Database } from "bun:sqlite";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Scope } from "#core/access.ts";
import { OrgError } from "#core/errors.ts";
import { overwriteFile, readTextFile } from "#platform/files.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";

export interface AccessPaths {
  /** Absolute path of the database; the secrets of keys lie beside it. */
  readonly access: string;
}

/** A token, or the key of a signature, without what is secret in it. */
export interface Credential {
  /** Twelve hexadecimal digits. */
  readonly id: string;
  readonly kind: "bearer" | "hmac";
  /** What a person calls it. */
  readonly name: string;
  readonly scope: Scope;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** All that another home needs to let in who has it: a secret to keep. */
export interface SharedCredential extends Credential {
  /** Of a token; "" for a key. */
  readonly hash: string;
  /** Of a key. */
  readonly secret: string | null;
}

/** `full`: no more nonces can be remembered. */
export type NonceUse = "new" | "used" | "full";

interface Row {
  readonly id: string;
  readonly kind: "bearer" | "hmac";
  readonly name: string;
  readonly scope: Scope;
  readonly hash: string;
  readonly created_at: number;
}

const SCHEMA = `
  create table if not exists credential (
    id text primary key,
    kind text not null,
    name text not null,
    scope text not null,
    hash text not null,
    created_at integer not null,
    shared integer not null default 0
  ) strict;
  create table if not exists nonce (
    key text not null,
    nonce text not null,
    until integer not null,
    primary key (key, nonce)
  ) strict, without rowid;
  create index if not exists nonce_until on nonce (until);
`;

/** For a home from before several shared their tokens. */
const ADD_SHARED = "alter table credential add column shared integer not null default 0";

/** Most nonces that are remembered at once, about 10 MB; more signed requests are refused until some are forgotten. */
const MAX_NONCES = 100_000;

/** Counting costs a walk over all of them: not for each request. */
const COUNT_EVERY = 256;

const TOKEN = /^org_([0-9a-f]{12})_[\w-]{43}$/;

/** The id within a token, or undefined for a text that is none. */
export function tokenId(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

/** A token has 256 random bits, so that a fast hash keeps it: there is nothing to guess. */
export function hashToken(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/** Several processes may have it open: what one makes or revokes holds for the others at once. */
export class AccessStore implements Disposable {
  readonly #database: Database;
  readonly #folder: string;
  readonly #now: () => number;
  #sinceCount = COUNT_EVERY;
  #isFull = false;

  /** @param now milliseconds since the epoch. */
  constructor({ access }: AccessPaths, now: () => number = Date.now) {
    this.#folder = join(dirname(access), "access-keys");
    this.#now = now;
    this.#database = openPrivateDatabase(access, SCHEMA);
    // A nonce that a power cut forgets belongs to a request that is too old when the power is back.
    this.#database.run("pragma synchronous = normal");
    const prepare = this.#database.transaction(() => {
      const sql = "select name from pragma_table_info('credential') where name = 'shared'";
      if (this.#database.query(sql).get() === null) this.#database.run(ADD_SHARED);
    });
    prepare.immediate();
  }

  /** @returns the token, which is kept nowhere. */
  createToken(name: string, scope: Scope): { readonly id: string; readonly token: string } {
    const id = newId();
    const token = `org_${id}_${randomBytes(32).toString("base64url")}`;
    const hash = Buffer.from(hashToken(token)).toString("hex");
    this.#insert({ id, kind: "bearer", name, scope, hash });
    return { id, token };
  }

  /** Makes the key of a signature. @returns the file that its secret was written to, for this user alone. */
  createKey(name: string, scope: Scope): { readonly id: string; readonly path: string } {
    const id = newId();
    const path = this.#secretOf(id);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
    this.#insert({ id, kind: "hmac", name, scope, hash: "" });
    return { id, path };
  }

  /** The newest first. */
  list(): readonly Credential[] {
    const sql = "select * from credential order by created_at desc, id";
    return this.#database.query<Row, []>(sql).all().map(credentialOf);
  }

  /** @throws {OrgError} `USAGE` when there is none of that id. */
  revoke(id: string): void {
    const { changes } = this.#database.query("delete from credential where id = ?").run(id);
    rmSync(this.#secretOf(/^[0-9a-f]{12}$/.test(id) ? id : "none"), { force: true });
    if (changes === 0) throw unknownCredential(id);
  }

  /** One that was made here, for other homes. */
  forOthers(id: string): SharedCredential | undefined {
    const row = this.#row(id, "bearer") ?? this.#row(id, "hmac");
    if (row === undefined) return undefined;
    const secret = row.kind === "hmac" ? readTextFile(this.#secretOf(id)).trim() : null;
    return { ...credentialOf(row), hash: row.hash, secret };
  }

  /** Takes all that homes share: what was shared before and is not among it was revoked. */
  mirror(all: readonly SharedCredential[]): void {
    const sharedIds = new Set(all.map(({ id }) => id));
    for (const { id, secret } of all) {
      if (secret === null || !/^[0-9a-f]{12}$/.test(id)) continue;
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      overwriteFile(this.#secretOf(id), `${secret}\n`);
    }
    const gone: string[] = [];
    const write = this.#database.transaction(() => {
      const sql = "select id from credential where shared = 1";
      const before = this.#database.query<{ id: string }, []>(sql).all();
      gone.push(...before.map(({ id }) => id).filter((id) => !sharedIds.has(id)));
      for (const id of gone) this.#database.run("delete from credential where id = ?", [id]);
      for (const { id, kind, name, scope, hash, createdAt } of all) {
        this.#database.run(
          `insert into credential (id, kind, name, scope, hash, created_at, shared)
           values (?, ?, ?, ?, ?, ?, 1) on conflict (id) do update set shared = 1`,
          [id, kind, name, scope, hash, createdAt],
        );
      }
    });
    write.immediate();
    for (const id of gone) rmSync(this.#secretOf(id), { force: true });
  }

  /** Whether anybody has to say who they are. */
  get isEmpty(): boolean {
    return this.#database.query("select 1 from credential limit 1").get() === null;
  }

  /** A token's hash and its description. */
  token(id: string): (Credential & { readonly hash: Uint8Array }) | undefined {
    const row = this.#row(id, "bearer");
    return row && { ...credentialOf(row), hash: Buffer.from(row.hash, "hex") };
  }

  /** A key's secret and its description. */
  key(id: string): (Credential & { readonly secret: string }) | undefined {
    const row = this.#row(id, "hmac");
    if (row === undefined) return undefined;
    try {
      return { ...credentialOf(row), secret: readTextFile(this.#secretOf(row.id)).trim() };
    } catch {
      // Revoked by another process in this very moment, or taken away by hand.
      return undefined;
    }
  }

  /**
   * Notes that a nonce was used, in one step: of two requests at the same time, one is the second.
   *
   * @param until milliseconds since the epoch, after which the request is too old anyway.
   * @returns "used" for one that was used before, "full" when no more can be remembered.
   */
  useNonce(key: string, nonce: string, until: number): NonceUse {
    if (this.#hasTooMany()) return "full";
    const sql = "insert into nonce (key, nonce, until) values (?, ?, ?) on conflict do nothing";
    return this.#database.query(sql).run(key, nonce, until).changes === 1 ? "new" : "used";
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /** Forgets nonces that are over, from time to time. @returns whether there are too many. */
  #hasTooMany(): boolean {
    this.#sinceCount += 1;
    if (this.#sinceCount < COUNT_EVERY && !this.#isFull) return false;
    this.#sinceCount = 0;
    this.#database.query("delete from nonce where until < ?").run(this.#now());
    const sql = "select count(*) as count from nonce";
    const count = this.#database.query<{ count: number }, []>(sql).get()?.count ?? 0;
    this.#isFull = count >= MAX_NONCES;
    return this.#isFull;
  }

  #insert({ id, kind, name, scope, hash }: Omit<Row, "created_at">): void {
    const sql =
      "insert into credential (id, kind, name, scope, hash, created_at) values (?, ?, ?, ?, ?, ?)";
    this.#database.query(sql).run(id, kind, name, scope, hash, this.#now());
  }

  #row(id: string, kind: Row["kind"]): Row | undefined {
    const sql = "select * from credential where id = ? and kind = ?";
    return this.#database.query<Row, [string, string]>(sql).get(id, kind) ?? undefined;
  }

  #secretOf(id: string): string {
    return join(this.#folder, `${id}.key`);
  }
}

function newId(): string {
  return randomBytes(6).toString("hex");
}

function credentialOf({ id, kind, name, scope, created_at }: Row): Credential {
  return { id, kind, name, scope, createdAt: created_at };
}

function unknownCredential(id: string): OrgError {
  return new OrgError(`There is no token "${id.slice(0, 40)}"`, {
    code: "USAGE",
    why: "it was revoked before, or never made in this home",
    remedies: ["org token list"],
    unchanged: "Nothing was revoked.",
  });
}
