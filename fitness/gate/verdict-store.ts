/** What was requested, and how every candidate was judged; candidates can reach none of it. */
import type { Database } from "bun:sqlite";
import { openPrivateDatabase } from "#platform/private-database.ts";

/** Tools were requested: the only reason for which a candidate may change them. */
export interface Intent {
  readonly tool: string;
  readonly goal: string;
  /** Who makes it: a model's name, or "human". */
  readonly maker: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A verdict as it was given. */
export interface VerdictRow {
  readonly id: number;
  readonly candidate: string;
  /** The branch that it was called by. */
  readonly branch: string;
  readonly main: string;
  /** Names of the tools that it may change, joined by commas. */
  readonly intent: string;
  /** Which attempt at this intent it is, from 1. */
  readonly attempt: number;
  readonly verdict: "promote" | "reject" | "hold";
  readonly stage: string | null;
  readonly reason: string;
  /** Milliseconds that the gate took. */
  readonly ms: number;
  /** The whole record, as canonical JSON, and its signature. */
  readonly record: string;
  readonly signature: string;
  readonly at: number;
}

const SCHEMA = `
  create table if not exists intent (
    tool text not null,
    goal text not null,
    maker text not null,
    at integer not null
  ) strict;
  create table if not exists verdict (
    id integer primary key,
    candidate text not null,
    branch text not null,
    main text not null,
    intent text not null,
    attempt integer not null,
    verdict text not null,
    stage text,
    reason text not null,
    ms integer not null,
    record text not null,
    signature text not null,
    at integer not null
  ) strict;
  create index if not exists verdict_candidate on verdict (candidate);
`;

/** How often the gate gave the same verdict. */
export interface VerdictCount {
  readonly verdict: VerdictRow["verdict"];
  /** The stage that objected; null when none did. */
  readonly stage: string | null;
  readonly count: number;
}

export type NewVerdict = Omit<VerdictRow, "id">;

export class VerdictStore implements Disposable {
  readonly #database: Database;

  /** @param path of the database; a missing one is made. Several processes may have it open. */
  constructor(path: string) {
    this.#database = openPrivateDatabase(path, SCHEMA);
  }

  ask(intent: Intent): void {
    this.#database
      .query<null, Record<keyof Intent, string | number>>(
        "insert into intent values ($tool, $goal, $maker, $at)",
      )
      .run({ ...intent });
  }

  /** What was requested last under this name. */
  intentOf(tool: string): Intent | undefined {
    const query = "select * from intent where tool = ? order by rowid desc limit 1";
    return this.#database.query<Intent, [string]>(query).get(tool) ?? undefined;
  }

  /** Names of all tools that were ever requested. */
  intents(): readonly string[] {
    const rows = this.#database.query<{ tool: string }, []>(
      "select distinct tool from intent order by tool",
    );
    return rows.all().map(({ tool }) => tool);
  }

  /**
   * How many other candidates that change one of these tools were compared with main (S7): only looking at
   * results is an attempt. The candidate in question is not counted.
   */
  attemptsAt(tools: readonly string[], candidate: string): number {
    const query = `select count(distinct candidate) as n from verdict where candidate <> $candidate
      and exists (select 1 from json_each(record, '$.measured.S7'))
      and exists (select 1 from json_each(record, '$.tools') where key in (select value from json_each($tools)))`;
    const about = { candidate, tools: JSON.stringify(tools) };
    return this.#database.query<{ n: number }, typeof about>(query).get(about)?.n ?? 0;
  }

  add(verdict: NewVerdict): void {
    this.#database
      .query<null, Record<keyof NewVerdict, string | number | null>>(`
        insert into verdict (candidate, branch, main, intent, attempt, verdict, stage, reason, ms, record, signature, at)
        values ($candidate, $branch, $main, $intent, $attempt, $verdict, $stage, $reason, $ms, $record, $signature, $at)`)
      .run({ ...verdict });
  }

  /** The last verdict on a candidate. */
  lastOn(candidate: string): VerdictRow | undefined {
    const query = "select * from verdict where candidate = ? order by id desc limit 1";
    return this.#database.query<VerdictRow, [string]>(query).get(candidate) ?? undefined;
  }

  /** All of them, newest first. */
  all(): readonly VerdictRow[] {
    return this.#database.query<VerdictRow, []>("select * from verdict order by id desc").all();
  }

  counts(): readonly VerdictCount[] {
    const query = "select verdict, stage, count(*) as count from verdict group by verdict, stage";
    return this.#database.query<VerdictCount, []>(query).all();
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
