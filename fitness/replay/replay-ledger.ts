/** The results of replays: how much runs of one generation differ, and how well each generation did. */
import type { Database } from "bun:sqlite";
import { openPrivateDatabase } from "#platform/private-database.ts";
import type { SameRuns } from "../statistics/side-by-side.ts";
import type { ReplayHistory } from "./side-by-side.ts";

const SCHEMA = `
  create table if not exists same_run (
    pairs integer not null,
    differing integer not null,
    at integer not null
  ) strict;
  create table if not exists score (
    generation text not null,
    scenario text not null,
    score real not null,
    at integer not null,
    primary key (generation, scenario)
  ) strict;
  create table if not exists played (
    generation text not null,
    scenario text not null,
    pairs integer not null,
    total real not null,
    at integer not null,
    primary key (generation, scenario)
  ) strict;
  insert or ignore into played select generation, scenario, 1, score, at from score;
`;

export interface MainScores {
  /** Commit of main. */
  readonly generation: string;
  /** By scenario: the mean score of so many pairs. */
  readonly scores: ReadonlyMap<string, { readonly pairs: number; readonly mean: number }>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * A mean of few noisy pairs is drawn towards the mean of all generations, as if so many pairs had measured that. The best of
 * many noisy means is too good to be true: an anchor made of it holds back what is as good as the best.
 */
const PRIOR_PAIRS = 60;

export class ReplayLedger implements Disposable {
  readonly #database: Database;

  /** @param path of the database; a missing one is made. */
  constructor(path: string) {
    this.#database = openPrivateDatabase(path, SCHEMA);
  }

  addSameRuns({ pairs, differing }: SameRuns, at: number): void {
    this.#database.query("insert into same_run values (?, ?, ?)").run(pairs, differing, at);
  }

  /** Only of generations that were main: a candidate that was never promoted is not a measure. */
  addScores({ generation, scores, at }: MainScores): void {
    const insert = this.#database.query(`insert into played values (?, ?, ?, ?, ?)
      on conflict do update set pairs = pairs + excluded.pairs, total = total + excluded.total`);
    // One transaction waits for the disk once.
    this.#database.transaction(() => {
      for (const [scenario, { pairs, mean }] of scores) {
        insert.run(generation, scenario, pairs, pairs * mean, at);
      }
    })();
  }

  history(): ReplayHistory {
    const runs = this.#database.query<SameRuns, []>(
      "select coalesce(sum(pairs), 0) as pairs, coalesce(sum(differing), 0) as differing from same_run",
    );
    const same = runs.get() ?? { pairs: 0, differing: 0 };
    const best = this.#database.query<{ scenario: string; score: number }, { prior: number }>(`
      with every as (
        select scenario, sum(total) / sum(pairs) as mean from played group by scenario
      ), drawn as (
        select generation, scenario, at, (total + $prior * mean) / (pairs + $prior) as score
        from played join every using (scenario)
      )
      select scenario, score from drawn where generation = (
        select generation from drawn group by generation order by avg(score) desc, min(at) limit 1)`);
    // Where no two runs ever differed, a mean is what it is.
    const rows = best.all({ prior: same.differing === 0 ? 0 : PRIOR_PAIRS });
    return { same, anchor: new Map(rows.map(({ scenario, score }) => [scenario, score])) };
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
