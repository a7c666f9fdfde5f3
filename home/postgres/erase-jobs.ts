/** Removes a text from the jobs of a shared database. Logs and copies of its server are its administrator's. */
import { changeStored } from "#core/text/change-stored.ts";
import type { PgCalls } from "#platform/postgres/pg-client.ts";

type ChangeText = (text: string) => string;

/** Rows that are read at once. */
const PAGE = 256;

/** One column of a table that holds texts: as JSON literals, or in JSON. */
interface TextColumn {
  readonly table: string;
  /** The primary key: names, types, and what lies before all of them. */
  readonly key: readonly (readonly [name: string, type: string, before: string])[];
  readonly column: string;
  readonly type: "text" | "json";
}

const JOB = { table: "job", key: [["number", "bigint", "-1"]], type: "text" } as const;
const EVENT_KEY = [
  ["job", "bigint", "-1"],
  ["seq", "int", "-1"],
] as const;
const BATCH_KEY = [["batch", "uuid", "00000000-0000-0000-0000-000000000000"]] as const;

const TEXT_COLUMNS: readonly TextColumn[] = [
  ...["body", "result", "error"].map((column) => ({ ...JOB, column })),
  { table: "job_event", key: EVENT_KEY, column: "about", type: "text" },
  // A batch is answered again where a node asks again, with what it wrote down of jobs.
  { table: "applied", key: BATCH_KEY, column: "answer", type: "json" },
];

/**
 * @param change the same text where there is nothing to erase.
 * @throws {OrgError} as `PgClient.query` does.
 */
export async function eraseJobs(client: PgCalls, change: ChangeText): Promise<void> {
  const changed = new Set<string>();
  for (const target of TEXT_COLUMNS) {
    if ((await eraseColumn(client, target, change)) > 0) changed.add(target.table);
  }
  // Rows that were changed leave their old ones behind until then.
  for (const table of changed) await client.query(`vacuum ${table}`);
}

async function eraseColumn(
  client: PgCalls,
  target: TextColumn,
  change: ChangeText,
): Promise<number> {
  const { table, key, column, type } = target;
  const names = key.map(([name]) => name);
  const at = key.map(([, keyType], index) => `$${index + 1}::text::${keyType}`).join(", ");
  const page = `select json_build_array(${names.map((name) => `${name}::text`).join(", ")})::text as key, ${column}::text as value
    from ${table} where (${names.join(", ")}) > (${at}) and ${column} is not null
    order by ${names.join(", ")} limit ${PAGE}`;
  // Only as it was read: what another node has changed meanwhile is looked at again.
  const update = `update ${table} set ${column} = $${key.length + 1}::text::${type}
    where (${names.join(", ")}) = (${at}) and ${column}::text = $${key.length + 2}::text returning 1 as one`;
  let changed = 0;
  for (let after = key.map(([, , before]) => before); ; ) {
    const rows = await client.query<{ key: string; value: string }>(page, after);
    for (const { key: found, value } of rows) {
      const rest = changeStored(value, change);
      if (rest === value) continue;
      const done = await client.query(update, [...JSON.parse(found), rest, value]);
      if (done.length === 0) return changed + (await eraseColumn(client, target, change));
      changed += 1;
    }
    const last = rows.at(-1);
    if (last === undefined) return changed;
    after = JSON.parse(last.key);
  }
}
