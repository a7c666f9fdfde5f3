/** What the episodes say, to compare them with what the journal makes of them anew. */
import type { Database } from "bun:sqlite";

/** A hash of each, by its room, line and scope; those that were forgotten say nothing. */
export type EpisodeTexts = ReadonlyMap<string, string>;

export function episodeTexts(database: Database): EpisodeTexts {
  const rows = database
    .query<{ room: string; first_seq: number; scope: string; trust: string; text: string }, []>(
      "select room, first_seq, scope, trust, text from episode where text <> ''",
    )
    .iterate();
  const texts = new Map<string, string>();
  for (const { room, first_seq, scope, trust, text } of rows) {
    const hash = Bun.hash(JSON.stringify([trust, text])).toString(36);
    texts.set(JSON.stringify([room, first_seq, scope]), hash);
  }
  return texts;
}

/** How many are in one alone, or say something else in the other. */
export function differing(one: EpisodeTexts, other: EpisodeTexts): number {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].filter((key) => one.get(key) !== other.get(key)).length;
}
