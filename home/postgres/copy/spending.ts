/** What was spent, as rows that can be copied. */
import type { Amount, Spender } from "#core/budget.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import { openSpendStore } from "../../spend-store.ts";
import { requireStorable } from "../storable.ts";
import type { RowSort, RowTarget } from "./kept-rows.ts";

export type SpentRow = Spender & Amount;

/** Between two processes of a home an amount only grows: what was reserved is given back by the one that reserved it. */
export const SPENDING: RowSort<SpentRow> = {
  noun: "amounts spent",
  keyOf: ({ day, session, persona }) => [day, session, persona],
  isEarlier: (there, ours) => there.tokens <= ours.tokens && there.micros <= ours.micros,
};

const PAGE = 512;
const FIRST = { day: "", session: "", persona: "" } as const;

export function spendingOfDatabase(client: PgClient): RowTarget<SpentRow> {
  return {
    async *rows() {
      for (let after: Spender = FIRST; ; ) {
        const [found] = await client.query<{ readonly rows: string | null }>(
          `select json_agg(found)::text as rows from (
             select * from spend where (day collate "C", session, persona) > ($1::text, $2::text, $3::text)
             order by day collate "C", session, persona limit ${PAGE}
           ) as found`,
          [after.day, after.session, after.persona],
        );
        const page: readonly SpentRow[] = JSON.parse(found?.rows ?? "[]");
        yield* page;
        after = page.at(-1) ?? after;
        if (page.length < PAGE) return;
      }
    },
    put: async (rows) => {
      for (const { session, persona } of rows) {
        requireStorable("room", session);
        requireStorable("persona", persona);
      }
      await client.query(
        `insert into spend select * from json_populate_recordset(null::spend, $1::text::json)
         on conflict (day, session, persona) do update set tokens = excluded.tokens, micros = excluded.micros`,
        [JSON.stringify(rows)],
      );
    },
  };
}

/** @throws {OrgError} as {@link openSpendStore} does. */
export function openSpendingFile(path: string): RowTarget<SpentRow> & Disposable {
  // Makes the tables where there is no file yet.
  openSpendStore(path)[Symbol.dispose]();
  const database = openPrivateDatabase(path, "");
  const page = database.query<SpentRow, Record<keyof Spender, string>>(
    `select day, session, persona, tokens, micros from spend
     where (day, session, persona) > ($day, $session, $persona) order by day, session, persona limit ${PAGE}`,
  );
  const put = database.query<null, Record<string, string | number>>(
    `insert into spend (day, session, persona, tokens, micros) values ($day, $session, $persona, $tokens, $micros)
     on conflict do update set tokens = excluded.tokens, micros = excluded.micros`,
  );
  return {
    async *rows() {
      for (let after: Spender = FIRST; ; ) {
        const { day, session, persona } = after;
        const rows = page.all({ day, session, persona });
        yield* rows;
        after = rows.at(-1) ?? after;
        if (rows.length < PAGE) return;
      }
    },
    put: async (rows) => {
      const write = database.transaction(() => {
        for (const row of rows) put.run({ ...row });
      });
      write.immediate();
    },
    [Symbol.dispose]: () => database.close(),
  };
}
