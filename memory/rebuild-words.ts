/** Makes the indexes anew that other words were taken out of texts for, by an older release. */
import type { Database } from "bun:sqlite";
import { isAscii } from "#language/text.ts";
import { windowOf } from "./episode-index.ts";
import { StemIndex } from "./stem-index.ts";
import type { WordEmbedder } from "./word-embedder.ts";

/** Of what `language/text.ts` takes for words. 2: words of every script; those of ASCII stayed as they were. */
const WORDS_VERSION = 2;

interface Indexed {
  readonly id: number;
  readonly text: string;
  /** The text before it. */
  readonly before: string | null;
}

/** Does nothing where it was done before. Call it before anything is read of the indexes. */
export function rebuildWords(database: Database, wordEmbedder: WordEmbedder): void {
  const made = database
    .query<{ version: number }, []>("select version from made_by where what = 'words'")
    .get();
  if (made?.version === WORDS_VERSION) return;
  database.transaction(() => {
    rebuildNotes(database, wordEmbedder);
    rebuildEpisodes(database, wordEmbedder);
    database.run("insert or replace into made_by (what, version) values ('words', ?)", [
      WORDS_VERSION,
    ]);
  })();
}

/** Vectors of another embedder stay as they are. */
function rebuildNotes(database: Database, wordEmbedder: WordEmbedder): void {
  const stems = new StemIndex(database, "note_fts");
  const update = database.query<unknown, [Int8Array, number, string]>(
    "update vector set v = ? where note = ? and embedder = ?",
  );
  const live = database
    .query<Indexed, []>(
      "select id, text, null as before from note where state in ('staged', 'active')",
    )
    .all();
  for (const { id, text } of live.filter(mayDiffer)) {
    stems.remove(id);
    stems.insert(id, text);
    update.run(wordEmbedder.bytesOf(text), id, wordEmbedder.id);
  }
}

function rebuildEpisodes(database: Database, wordEmbedder: WordEmbedder): void {
  const stems = new StemIndex(database, "episode_fts");
  const update = database.query<unknown, [Int8Array, number]>(
    "update episode set v = ? where id = ?",
  );
  const rows = database
    .query<Indexed, []>(
      `select id, text, (select text from episode as other where other.room = episode.room
         and other.first_seq = episode.before_seq and other.scope in ('room', episode.scope)
         order by other.scope <> 'room' limit 1) as before
       from episode where text <> ''`,
    )
    .all();
  for (const row of rows.filter(mayDiffer)) {
    const window = windowOf(row.before ?? "", row.text);
    stems.remove(row.id);
    stems.insert(row.id, window);
    update.run(wordEmbedder.bytesOf(window), row.id);
  }
}

function mayDiffer({ text, before }: Indexed): boolean {
  return !(isAscii(text) && isAscii(before ?? ""));
}
