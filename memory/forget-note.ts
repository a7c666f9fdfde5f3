import type { EpisodeIndex } from "./episode-index.ts";
import { type ErasedTexts, endsWithin, holdsText } from "./erased-texts.ts";
import { CUT } from "./exchanges.ts";
import { unknownNote } from "./failures.ts";
import { normalWords } from "./normal-words.ts";
import type { NoteIndex } from "./note-index.ts";
import type { NoteRow, NoteTable } from "./note-table.ts";
import type { NoteWriter } from "./note-writer.ts";
import { erasedHash } from "./same-note.ts";

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
 * @returns numbers of the notes in whose longer text it stands: what else they say is for the human to decide about.
 * @throws {OrgError} `MEMORY_UNKNOWN`, before anything is changed.
 */
export function forgetNote(id: number, parts: ForgetParts): readonly number[] {
  const { table, erased, writer, notes, episodes, now } = parts;
  const row = table.find(id);
  if (row === undefined || row.state === "forgotten") throw unknownNote(id);
  const hash = erasedHash(row.text);
  // The exchange may go on, or wait to be read: it stays away then, too.
  erased.add(row.text, now);
  const holds = holdsText(row.text);
  const holding: number[] = [];
  const ownQuote = row.quote === null ? undefined : plain(row.quote);
  for (const other of table.all()) {
    if (other.id === id || erasedHash(other.text) === hash) {
      writer.takeOut(other.id, notes);
      table.forget(other.id);
      forgetExchange(other, parts);
      continue;
    }
    if (holds(other.text)) holding.push(other.id);
    if (other.quote !== null && (holds(other.quote) || plain(other.quote) === ownQuote)) {
      table.forgetQuote(other.id);
    }
  }
  // Not by the quote: a line such as "What do you think?" stands in exchanges about everything.
  episodes.forgetWhere((text) => holds(text) || endsWithin(text, row.text, CUT));
  return holding;
}

/** The same for everything that is written down as forgotten, in a file to which that came from another one. */
export function forgetErased(parts: ForgetParts): void {
  const { table, erased, episodes } = parts;
  for (const { id, text } of table.all()) {
    // It may have gone with one before that says the same.
    const isThere = table.find(id)?.state !== "forgotten";
    if (isThere && erased.has(text)) forgetNote(id, parts);
  }
  const holds = erased.holds();
  for (const { id, quote } of table.all()) {
    if (quote !== null && holds(quote)) table.forgetQuote(id);
  }
  episodes.forgetErased();
}

function forgetExchange(
  { room, seq }: Pick<NoteRow, "room" | "seq">,
  { erased, episodes, now }: ForgetParts,
): void {
  if (room === null || seq === null) return;
  erased.addEvent(room, seq, now);
  episodes.forget(room, seq);
}

function plain(text: string): string {
  return normalWords(text).join(" ");
}
