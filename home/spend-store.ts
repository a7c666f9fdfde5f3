/** What has been spent, in a small database of its own: totals outlive the process. */
import type { Amount, Spender, Totals } from "#core/budget.ts";
import type { SpendStore } from "#core/budget-ledger.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";

const SCHEMA = `
  create table if not exists spend (
    day text not null,
    session text not null,
    persona text not null,
    tokens integer not null,
    micros integer not null,
    primary key (day, session, persona)
  ) strict, without rowid;
  create index if not exists spend_session on spend (session);
`;

const ADD = `
  insert into spend (day, session, persona, tokens, micros) values ($day, $session, $persona, $tokens, $micros)
  on conflict do update set tokens = tokens + excluded.tokens, micros = micros + excluded.micros`;

const SUM =
  "select coalesce(sum(tokens), 0) as tokens, coalesce(sum(micros), 0) as micros from spend";

const BY_PERSONA = `
  select day, persona, sum(tokens) as tokens, sum(micros) as micros from spend
  where day between $first and $last group by day, persona order by day desc, tokens desc, persona`;

/** Its keys are the parameters of {@link ADD}. */
type Row = Record<keyof Spender, string> & Record<keyof Amount, number>;

interface SpentDays {
  /** What was spent on these days, both included; written as "2026-11-23". */
  between(first: string, last: string): Amount;
  /** What each persona spent on each of these days: the newest day first, and there who spent most. */
  byPersona(first: string, last: string): readonly SpentByPersona[];
}

export interface SpentByPersona extends Amount {
  /** In UTC: "2026-11-23". */
  readonly day: string;
  readonly persona: string;
}

/**
 * A missing file is created. Several processes may have it open.
 *
 * @throws {OrgError} `JOURNAL_CORRUPT` for a damaged file, `FILE_FAILED` when the system refuses.
 */
export function openSpendStore(path: string): SpendStore & SpentDays & Disposable {
  const database = openPrivateDatabase(path, SCHEMA);
  const statement = database.query<null, Row>(ADD);
  const add = (spender: Spender, amount: Amount) => statement.run({ ...spender, ...amount });
  const sums = {
    session: database.query<Amount, { session: string }>(`${SUM} where session = $session`),
    day: database.query<Amount, { day: string }>(`${SUM} where day = $day`),
    persona: database.query<Amount, { day: string; persona: string }>(
      `${SUM} where day = $day and persona = $persona`,
    ),
  };
  const nothing: Amount = { tokens: 0, micros: 0 };
  const totals = ({ day, session, persona }: Spender): Totals => ({
    session: sums.session.get({ session }) ?? nothing,
    day: sums.day.get({ day }) ?? nothing,
    persona: sums.persona.get({ day, persona }) ?? nothing,
  });

  const reserve = (
    spender: Spender,
    amount: Amount,
    objection: (totals: Totals) => string | undefined,
  ): string | undefined => {
    const why = objection(totals(spender));
    if (why === undefined) add(spender, amount);
    return why;
  };
  const adjust = (spender: Spender, amount: Amount): Totals => {
    add(spender, amount);
    return totals(spender);
  };
  // Immediate: between the look at the totals and the addition no other process may spend.
  const [reserving, adjusting] = [database.transaction(reserve), database.transaction(adjust)];
  return {
    reserve: async (...args) => reserving.immediate(...args),
    adjust: async (...args) => adjusting.immediate(...args),
    totals: async (spender) => totals(spender),
    // A look at the file of this machine costs less than remembering it.
    lastTotals: totals,
    between: (first, last) =>
      database
        .query<Amount, { first: string; last: string }>(`${SUM} where day between $first and $last`)
        .get({ first, last }) ?? nothing,
    byPersona: (first, last) =>
      database
        .query<SpentByPersona, { first: string; last: string }>(BY_PERSONA)
        .all({ first, last }),
    [Symbol.dispose]: () => database.close(),
  };
}
