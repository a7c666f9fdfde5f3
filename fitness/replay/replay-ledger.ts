/** What replays have shown: how much runs of one generation differ, and how well each generation did. */
import type { Database } from "bun:sqlite";
import { openPrivateDatabase } from "#platform/private-database.ts";
import type { ReplayHistory, SameRuns } from "./side-by-side.ts";

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
`;

export interface MainScores {
  /** Commit of main. */
  readonly generation: string;
  readonly scores: ReadonlyMap<string, number>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class ReplayLedger implements Disposable {
  readonly #database: Database;

  /** @param path of the database; a missing one is made. */
  constructor(path: string) {
    this.#database = openPrivateDatabase(path, SCHEMA);
  }

  addSameRuns({ pairs, differing }: SameRuns, at: number): void {
    this.#database.query("insert into same_run values (?, ?, ?)").run(pairs, differing, at);
  }

  /** Only of generations that were main: a candidate that was never promoted is no measure. */
  addScores({ generation, scores, at }: MainScores): void {
    const insert = this.#database.query("insert or replace into score values (?, ?, ?, ?)");
    for (const [scenario, score] of scores) insert.run(generation, scenario, score, at);
  }

  history(): ReplayHistory {
    const runs = this.#database.query<SameRuns, []>(
      "select coalesce(sum(pairs), 0) as pairs, coalesce(sum(differing), 0) as differing from same_run",
    );
    const best = this.#database.query<{ scenario: string; score: number }, []>(`
      select scenario, score from score where generation = (
        select generation from score group by generation order by avg(score) desc, min(at) limit 1)`);
    return {
      same: runs.get() ?? { pairs: 0, differing: 0 },
      anchor: new Map(best.all().map(({ scenario, score }) => [scenario, score])),
    };
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
