import type { EpisodeIndex } from "./episode-index.ts";
import type { ErasedTexts } from "./erased-texts.ts";
import { unknownNote } from "./failures.ts";
import type { NoteIndex } from "./note-index.ts";
import type { NoteTable } from "./note-table.ts";
import type { NoteWriter } from "./note-writer.ts";
import { erasedHash } from "./same-note.ts";

/** Fewer words than these stand in too many exchanges to say which of them is meant. */
const TELLING_WORDS = 3;

export interface ForgetParts {
  readonly table: NoteTable;
  readonly erased: ErasedTexts;
  readonly writer: NoteWriter;
  readonly notes: NoteIndex;
  readonly episodes: EpisodeIndex;
  readonly now: number;
}

/**
 * Overwrites a note, every other row that says the same, quotes of notes in which it or its own quote stands, the exchange
 * that it came from and those in which its text stands. Runs inside a transaction; what pages still hold goes by a sweep.
 *
 * @throws {OrgError} `MEMORY_UNKNOWN`, before anything is changed.
 */
export function forgetNote(id: number, parts: ForgetParts): void {
  const { table, erased, writer, notes, episodes, now } = parts;
  const row = table.find(id);
  if (row === undefined || row.state === "forgotten") throw unknownNote(id);
  const hash = erasedHash(row.text);
  const isInText = standsIn([row.text]);
  const isInQuote = standsIn([row.text, row.quote ?? ""]);
  for (const other of table.all()) {
    if (other.id === id || erasedHash(other.text) === hash) {
      writer.takeOut(other.id, notes);
      table.forget(other.id);
    } else if (other.quote !== null && isInQuote(other.quote)) {
      table.forgetQuote(other.id);
    }
  }
  // Not by the quote: a line such as "What do you think?" stands in exchanges about everything.
  episodes.forget(episodes.having(row.text), isInText);
  if (row.room === null || row.seq === null) {
    erased.add(row.text, now);
    return;
  }
  // The exchange may go on, or wait to be read: it stays away then, too.
  erased.add(row.text, now, { room: row.room, seq: row.seq });
  episodes.forget(episodes.from(row.room, row.seq), () => true);
}

/** Whether one of some texts stands in another one, word by word. */
function standsIn(texts: readonly string[]): (text: string) => boolean {
  const telling = texts.map(wordsOf).filter((words) => words.split(" ").length >= TELLING_WORDS);
  return (text) => telling.some((words) => ` ${wordsOf(text)} `.includes(` ${words} `));
}

/** The words of a text in small letters, one blank between two. */
function wordsOf(text: string): string {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return (words ?? []).join(" ");
}
