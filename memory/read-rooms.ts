/** Makes episodes of what rooms said since they were read last. */
import type { Journal } from "#core/journal.ts";
import { differing, type EpisodeTexts } from "./compare-episodes.ts";
import type { EpisodeIndex } from "./episode-index.ts";
import { type Exchange, ExchangeReader } from "./exchanges.ts";

/** So many exchanges are written at once. */
const BATCH = 200;
/** An exchange with so many behind it is over, whether it was answered or not. */
const MAY_BE_OPEN = 8;

export interface RoomReaderParts {
  /** Takes control characters and secrets out. */
  readonly clean: (text: string) => string;
  /** Runs work in a transaction; resolves once it is on disk. */
  readonly write: <T>(work: (episodes: EpisodeIndex) => T) => Promise<T>;
  /** What all episodes say. */
  readonly texts: () => EpisodeTexts;
}

/** Reads rooms one after the other: an older reading must not write over a newer one. */
export class RoomReader {
  readonly #parts: RoomReaderParts;
  readonly #stop = new AbortController();
  #reading: Promise<unknown> = Promise.resolve();

  constructor(parts: RoomReaderParts) {
    this.#parts = parts;
  }

  /**
   * @param room absent: every one of the journal.
   * @returns how many episodes were written.
   * @throws what the reader was stopped with; the room is read again the next time.
   */
  index(journal: Journal, room?: string): Promise<number> {
    return this.#next(async () => {
      const rooms = room === undefined ? await journal.rooms() : [{ room }];
      return await this.#readAll(journal, rooms);
    });
  }

  /** Makes all episodes anew. @returns how many are others than before. @throws as {@link RoomReader.index}. */
  reindex(journal: Journal): Promise<number> {
    const { texts, write } = this.#parts;
    return this.#next(async () => {
      const before = texts();
      await write((episodes) => episodes.clear());
      await this.#readAll(journal, await journal.rooms());
      return differing(before, texts());
    });
  }

  /** Ends a reading between two entries. */
  async stop(reason: Error): Promise<void> {
    this.#stop.abort(reason);
    await this.#reading;
  }

  #next(read: () => Promise<number>): Promise<number> {
    const reading = this.#reading.then(() => {
      this.#stop.signal.throwIfAborted();
      return read();
    });
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async #readAll(journal: Journal, rooms: readonly { readonly room: string }[]): Promise<number> {
    let written = 0;
    for (const { room } of rooms.toReversed()) {
      written += await readRoom(room, { ...this.#parts, journal, signal: this.#stop.signal });
    }
    return written;
  }
}

interface RoomReading extends Pick<RoomReaderParts, "clean" | "write"> {
  readonly journal: Journal;
  readonly signal: AbortSignal;
}

/** @returns how many episodes were written. @throws the reason of the signal. */
async function readRoom(room: string, reading: RoomReading): Promise<number> {
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
