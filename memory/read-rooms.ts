/** Makes episodes of what rooms said since they were read last. */
import type { Journal } from "#core/journal.ts";
import type { EpisodeIndex } from "./episode-index.ts";
import { type Exchange, ExchangeReader } from "./exchanges.ts";

/** So many exchanges are written at once. */
const BATCH = 200;
/** An exchange with so many behind it is over, whether it was answered or not. */
const MAY_BE_OPEN = 8;

export interface RoomReading {
  readonly journal: Journal;
  /** Ends it between two entries. */
  readonly signal: AbortSignal;
  /** Takes control characters and secrets out. */
  readonly clean: (text: string) => string;
  /** Runs work in a transaction; resolves once it is on disk. */
  readonly write: <T>(work: (episodes: EpisodeIndex) => T) => Promise<T>;
}

/** @returns how many episodes were written. @throws the reason of the signal; the room is read again the next time. */
export async function readRoom(room: string, reading: RoomReading): Promise<number> {
  const { journal, signal, clean, write } = reading;
  signal.throwIfAborted();
  const head = await journal.head(room);
  const progress = await write((episodes) => episodes.progressOf(room));
  if (progress.head === head) return 0;
  const reader = new ExchangeReader();
  let written = 0;
  for await (const entry of journal.read(room, progress.nextSeq)) {
    signal.throwIfAborted();
    reader.apply(entry);
    if (reader.size < BATCH + MAY_BE_OPEN) continue;
    const over = reader.take(MAY_BE_OPEN, clean);
    written += await write((episodes) => putAll(episodes, room, over));
  }
  const newest = reader.take(0, clean);
  const nextSeq = nextSeqOf(newest) ?? progress.nextSeq;
  written += await write((episodes) => {
    const count = putAll(episodes, room, newest);
    episodes.setProgress(room, { head, nextSeq });
    episodes.trim();
    return count;
  });
  return written;
}

function putAll(episodes: EpisodeIndex, room: string, exchanges: readonly Exchange[]): number {
  return exchanges.reduce((sum, exchange) => sum + episodes.put(room, exchange), 0);
}

/** Where the oldest exchange begins that may still go on. */
function nextSeqOf(exchanges: readonly Exchange[]): number | undefined {
  const recent = exchanges.slice(-MAY_BE_OPEN);
  return (recent.find(({ isOpen }) => isOpen) ?? recent.at(-1))?.firstSeq;
}
