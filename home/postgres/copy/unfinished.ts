/** Marks that a home is being copied into the database, so that a half of it is not taken for the whole. */
import { OrgError } from "#core/errors.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";

/** @throws {OrgError} `COPY_UNFINISHED` where a copy into the database was cut off. */
export async function demandWholeDatabase(client: PgCalls): Promise<void> {
  const [copying] = await client.query<{ readonly node: string; readonly at: string }>(
    `select node, to_char(to_timestamp(at / 1000) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as at from copying`,
  );
  if (copying === undefined) return;
  throw new OrgError(`The database at ${await client.serverName()} holds only a part of a home`, {
    code: "COPY_UNFINISHED",
    why: `"${copying.node}" began to copy its home into it at ${copying.at} UTC, and did not finish`,
    remedies: [`org db copy to   # on "${copying.node}": goes on where it was`],
    unchanged: "Nothing was opened.",
  });
}

export async function beginDatabase(client: PgCalls, node: string): Promise<void> {
  await client.query(
    "insert into copying (node, at) values ($1::text, clock_ms()) on conflict do nothing",
    [node],
  );
}

export async function finishDatabase(client: PgCalls): Promise<void> {
  await client.query("delete from copying");
}
