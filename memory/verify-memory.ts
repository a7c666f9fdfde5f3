import type { Database } from "bun:sqlite";
import type { MemoryReport } from "#core/memory.ts";
import type { EpisodeIndex } from "./episode-index.ts";
import type { ErasedTexts } from "./erased-texts.ts";
import type { NoteTable } from "./note-table.ts";

interface VerifiedParts {
  readonly table: NoteTable;
  readonly episodes: EpisodeIndex;
  readonly erased: ErasedTexts;
}

/** How much a memory holds, and what is wrong with it. */
export function reportOf(
  database: Database,
  { table, episodes, erased }: VerifiedParts,
): MemoryReport {
  return {
    notes: table.countIn(["active"]),
    staged: table.countIn(["staged"]),
    episodes: episodes.size,
    problems: problemsOf(database, episodes.countWhere(erased.holds())),
  };
}

/** Each counts rows that should not be there. */
const RULES: readonly (readonly [string, string])[] = [
  [
    "live notes cannot be found by their words",
    "select count(*) as count from note where state in ('staged', 'active') and id not in (select rowid from note_fts)",
  ],
  [
    "notes are found that are not live",
    "select count(*) as count from note_fts where rowid not in (select id from note where state in ('staged', 'active'))",
  ],
  [
    "vectors are those of notes that are not live",
    "select count(*) as count from vector where note not in (select id from note where state in ('staged', 'active'))",
  ],
  [
    "superseded notes do not say by which",
    "select count(*) as count from note where state = 'superseded' and superseded_by is null and valid_to is null",
  ],
  [
    "forgotten notes still say something",
    "select count(*) as count from note where state = 'forgotten' and (text <> '[forgotten]' or quote is not null)",
  ],
  [
    "episodes cannot be found by their words",
    "select count(*) as count from episode where text <> '' and id not in (select rowid from episode_fts)",
  ],
  [
    "episodes are found that are not there",
    "select count(*) as count from episode_fts where rowid not in (select id from episode where text <> '')",
  ],
  [
    "forgotten texts may still stand in unused pages",
    "select count(*) as count from erased where swept = 0",
  ],
];

/** What is wrong with a memory, a sentence each. @param holding so many episodes hold a forgotten text. */
function problemsOf(database: Database, holding: number): readonly string[] {
  const damage = database
    .query<{ integrity_check: string }, []>("pragma integrity_check(10)")
    .all()
    .map(({ integrity_check: message }) => message)
    .filter((message) => message !== "ok")
    .map((message) => `SQLite says: ${message}.`);
  const broken = RULES.flatMap(([what, sql]) => {
    const count = database.query<{ count: number }, []>(sql).get()?.count ?? 0;
    return count === 0 ? [] : [`${count} ${what}.`];
  });
  const unerased = holding === 0 ? [] : [`${holding} episodes hold a text that was forgotten.`];
  return [...damage, ...broken, ...unerased];
}
