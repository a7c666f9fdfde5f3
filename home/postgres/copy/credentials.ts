/** Tokens and keys of a home, and which nonces were used, as rows that can be copied. */
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import { type AccessPaths, AccessStore, type SharedCredential } from "../../access-store.ts";
import { PgAccess } from "../pg-access.ts";
import type { RowSort, RowTarget } from "./kept-rows.ts";

export const CREDENTIALS: RowSort<SharedCredential> = {
  noun: "tokens and keys",
  keyOf: ({ id }) => [id],
  // They are made and revoked, and never changed.
  isEarlier: () => false,
};

export function credentialsOfDatabase(client: PgClient): RowTarget<SharedCredential> {
  const access = new PgAccess(client);
  return {
    rows: () => inOrder(access.all()),
    put: async (rows) => {
      for (const row of rows) await access.add(row);
    },
  };
}

/** Those of a home; those that it had of the database are gone once the database has them no more. */
export interface CredentialFile extends RowTarget<SharedCredential>, Disposable {
  /** From now on they are those of all machines, revoked where one of these revokes them. */
  readonly share: () => Promise<void>;
  readonly forgotten: (rows: readonly SharedCredential[]) => Promise<readonly SharedCredential[]>;
}

/** @throws {OrgError} as {@link AccessStore} does. */
export function openCredentialFile(paths: AccessPaths): CredentialFile {
  // biome-ignore lint/nursery/useDisposables: what is returned disposes of it
  const store = new AccessStore(paths);
  const database = openPrivateDatabase(paths.access, "");
  const shared = database.query<{ readonly id: string }, []>(
    "select id from credential where shared = 1",
  );
  const all = async (): Promise<readonly SharedCredential[]> =>
    // A key whose secret was taken away by hand lets no caller in.
    store
      .list()
      .filter(({ id, kind }) => kind === "bearer" || store.key(id) !== undefined)
      .flatMap(({ id }) => store.forOthers(id) ?? []);
  return {
    rows: () => inOrder(all()),
    put: async (rows) => store.mirror([...(await all()), ...rows]),
    remove: async (rows) => {
      for (const { id } of rows) store.revoke(id);
    },
    share: async () => store.mirror(await all()),
    forgotten: async (rows) => {
      const sharedIds = new Set(shared.all().map(({ id }) => id));
      return await Promise.resolve(rows.filter(({ id }) => sharedIds.has(id)));
    },
    [Symbol.dispose]: () => {
      database.close();
      store[Symbol.dispose]();
    },
  };
}

async function* inOrder(
  credentials: Promise<readonly SharedCredential[]>,
): AsyncGenerator<SharedCredential> {
  // Hexadecimal digits: any order of characters is that of their bytes.
  yield* (await credentials).toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

interface Nonce {
  readonly key: string;
  readonly nonce: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** A request that was signed once counts once, also on the other side; what is over is forgotten on the way. */
export async function copyNoncesTo(client: PgClient, { access }: AccessPaths): Promise<void> {
  using database = openPrivateDatabase(access, "");
  const nonces = database.query<Nonce, []>("select key, nonce, until from nonce").all();
  await client.query(
    `insert into nonce select * from json_populate_recordset(null::nonce, $1::text::json)
     on conflict do nothing`,
    [JSON.stringify(nonces)],
  );
}

/** The way back. */
export async function copyNoncesFrom(client: PgClient, { access }: AccessPaths): Promise<void> {
  const [found] = await client.query<{ readonly rows: string | null }>(
    `select json_agg(used)::text as rows
     from (select key, nonce, until from nonce where until > clock_ms()) as used`,
  );
  const nonces: readonly Nonce[] = JSON.parse(found?.rows ?? "[]");
  using database = openPrivateDatabase(access, "");
  const put = database.query<null, Record<string, string | number>>(
    "insert into nonce (key, nonce, until) values ($key, $nonce, $until) on conflict do nothing",
  );
  const write = database.transaction(() => {
    for (const nonce of nonces) put.run({ ...nonce });
  });
  write.immediate();
}
