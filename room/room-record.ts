import type { JournaledEvent, RoomEvent } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { cleanEventInSlices } from "./clean-event.ts";
import { isLive, keyOf, visibleEvent } from "./entries.ts";

/** @param seq of its entry in the journal; absent for live events, and for those that only its caller gets. */
export type Listener = (event: RoomEvent, seq?: number) => void;

export interface RoomRecordOptions {
  /** The room's id. */
  readonly id: string;
  readonly journal: Journal;
  readonly cleaner: TextCleaner;
  /** Takes an event that is on disk into the room's state, before a listener gets it. */
  readonly apply: (event: JournaledEvent, seq: number) => void;
}

/** Every event of a room goes through here: on disk first where it is one to keep, then to the listeners. */
export class RoomRecord {
  readonly #options: RoomRecordOptions;
  readonly #listeners = new Set<Listener>();

  constructor(options: RoomRecordOptions) {
    this.#options = options;
  }

  /** Sees every event from now on, until the returned handle is disposed. */
  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** @param own sees the event as well, with what only the caller may see. */
  async emit(raw: RoomEvent, own?: Listener): Promise<void> {
    // The reader of the answer has cleaned what is streamed, as a whole.
    const event = isLive(raw) ? raw : await cleanEventInSlices(raw, this.#options.cleaner);
    if (isLive(event)) this.#show(event);
    else await this.keep(event);
    own?.(event.type === "attached" ? visibleEvent(event) : event);
  }

  /** Writes an event of ours, which needs no cleaning. */
  async keep(event: JournaledEvent): Promise<void> {
    const { id, journal, apply } = this.#options;
    const { seq } = await journal.append(id, { key: keyOf(event), event });
    apply(event, seq);
    this.#show(event, seq);
  }

  #show(event: RoomEvent, seq?: number): void {
    const visible = visibleEvent(event);
    for (const listener of this.#listeners) listener(visible, seq);
  }
}
