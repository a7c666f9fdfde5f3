/** The steps from an empty schema to the tables of a home. A step that was released is never changed. */
import { readFile } from "node:fs/promises";
import type { Migration } from "#platform/postgres/migrations.ts";

export const MIGRATIONS: readonly Migration[] = [
  migration("0001-journal"),
  migration("0002-queue"),
  migration("0003-limits"),
  migration("0004-leases"),
  migration("0005-access"),
  migration("0006-main"),
  migration("0007-copy"),
  migration("0008-node-lines"),
  migration("0009-queue-sets"),
];

function migration(name: string): Migration {
  return {
    name,
    sql: () => readFile(new URL(`migrations/${name}.sql`, import.meta.url), "utf8"),
  };
}
