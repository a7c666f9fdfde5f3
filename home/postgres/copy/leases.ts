/** The leases of a home and the secret that signs them, as rows that can be copied. */
import { readBytesFile, writeFileAtomically } from "#platform/files.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import type { LeaseRow } from "../../lease-lines.ts";
import { type LeasePaths, LeaseStore } from "../../lease-store.ts";
import type { RowSort, RowTarget } from "./kept-rows.ts";

export interface LeaseCopy extends LeaseRow {
  /** Of the secret, hexadecimal: leases that are signed by another one hold nowhere. */
  readonly secret: string;
}

export const LEASES: RowSort<LeaseCopy> = {
  noun: "leases",
  keyOf: ({ id }) => [numberOf(id)],
  isEarlier: (there, ours) =>
    signedOf(there) === signedOf(ours) &&
    there.uses <= ours.uses &&
    (ours.isRevoked || !there.isRevoked),
};

/** They are called "L1", "L2" and so on in both engines. */
function numberOf(id: string): number {
  return Number(id.slice(1));
}

function signedOf({ id, parent, caveats, signature, grantedAt, secret }: LeaseCopy): string {
  return JSON.stringify([id, parent, caveats, signature, grantedAt, secret]);
}

export function leasesOfDatabase(client: PgClient): RowTarget<LeaseCopy> {
  return {
    async *rows() {
      const [row] = await client.query<{ readonly state: string }>(
        "select lease_look(null)::text as state",
      );
      const state: { secret: string | null; rows: readonly LeaseRow[] } = JSON.parse(
        row?.state ?? "",
      );
      yield* state.rows.map((one) => ({ ...one, secret: state.secret ?? "" })).reverse();
    },
    put: async (rows) => {
      const leases = rows.map((row) => ({ ...row, number: numberOf(row.id) }));
      // A secret without leases is one that a look at them has made.
      await client.query(
        `with row as (
           select * from json_to_recordset($1::text::json) as row (number bigint, id text, parent text, caveats text,
             signature text, "grantedAt" bigint, uses bigint, "isRevoked" boolean, secret text)
         ), sealed as (
           insert into lease_secret (secret) select secret from row limit 1
             on conflict (only_one) do update set secret = excluded.secret
         ), moved as (
           select setval('lease_number', greatest(nextval('lease_number'), max(number) + 1), false) from row
         ), put as (
           insert into lease select number, id, parent, caveats, signature, "grantedAt", uses, "isRevoked" from row
             on conflict (number) do update set uses = excluded.uses, revoked = excluded.revoked
         )
         select * from moved`,
        [JSON.stringify(leases)],
      );
    },
  };
}

/** @throws {OrgError} as {@link LeaseStore} does. */
export function openLeaseFile(paths: LeasePaths): RowTarget<LeaseCopy> & Disposable {
  // Makes the secret and the tables where there are none yet.
  new LeaseStore(paths)[Symbol.dispose]();
  const database = openPrivateDatabase(paths.leases, "");
  const key = `${paths.leases}.key`;
  const all = database.query<Omit<LeaseRow, "isRevoked"> & { revoked: number }, []>(
    `select id, parent, caveats, signature, granted_at as "grantedAt", uses, revoked from lease
     order by cast(substr(id, 2) as integer)`,
  );
  const put = database.query<null, Record<string, string | number | null>>(
    `insert into lease (id, parent, caveats, signature, granted_at, uses, revoked)
     values ($id, $parent, $caveats, $signature, $grantedAt, $uses, $revoked)
     on conflict (id) do update set uses = excluded.uses, revoked = excluded.revoked`,
  );
  return {
    async *rows() {
      const secret = readBytesFile(key).toString("hex");
      yield* await Promise.resolve(
        all.all().map(({ revoked, ...row }) => ({ ...row, isRevoked: revoked !== 0, secret })),
      );
    },
    put: async (rows) => {
      const [first] = rows;
      if (first === undefined) return;
      // The rows come behind it: without its secret, a lease would hold for nothing.
      await writeFileAtomically(key, Buffer.from(first.secret, "hex"));
      const write = database.transaction(() => {
        for (const { secret: _, isRevoked, ...row } of rows) {
          put.run({ ...row, revoked: Number(isRevoked) });
        }
      });
      write.immediate();
    },
    [Symbol.dispose]: () => database.close(),
  };
}
