/** What happens in a room as server-sent events, for the module in its page. */
import { AsyncQueue } from "#core/async-queue.ts";
import type { Entry } from "#core/journal.ts";
import { cleanEntry } from "#room/clean-event.ts";
import { eventStream, type ServerEvent } from "../../http/event-stream.ts";
import type { FollowRequest } from "../../socket/home-service.ts";
import type { Visit } from "../page.ts";
import { type PartName, roomParts } from "./room-parts.ts";
import { rowOf } from "./rows.ts";
import type { RoomNews, WatchedRoom, WatchedRooms } from "./watched-rooms.ts";

export interface StreamParts {
  readonly rooms: WatchedRooms;
  readonly follow: (request: FollowRequest, signal: AbortSignal) => AsyncIterable<Entry>;
}

/** Rows that a page keeps at most; a reader that was away for more begins anew. */
const MOST_ROWS = 300;
/** What a reader who does not read may leave waiting. */
const MOST_WAITING = 20_000;
/** How soon behind an event the parts of a page are looked at, in milliseconds. */
const PARTS_MS = 50;
/** How soon a session that was ended loses its streams, and what no event tells of is seen, in milliseconds. */
const LOOK_MS = 1000;

/**
 * Streams `row` (an entry, with its number as id), `text` and `turn` of what is being written, `part` (what changed
 * beside it), `anew` (what is shown is too old) and `end` (the session).
 *
 * @param last number of the last entry that the reader has.
 */
export function roomStream(
  parts: StreamParts,
  visit: Visit,
  { id, last }: { readonly id: string; readonly last: number },
): Response {
  const stop = new AbortController();
  const events = happenings(parts, { visit, id, last, signal: stop.signal });
  return eventStream(events, {
    ...{ stop, report: visit.report },
    failure: (error) => {
      visit.report(error);
      return {};
    },
  });
}

interface Following {
  readonly visit: Visit;
  readonly id: string;
  readonly last: number;
  readonly signal: AbortSignal;
}

async function* happenings(
  { rooms, follow }: StreamParts,
  { visit, id, last, signal }: Following,
): AsyncGenerator<ServerEvent, void> {
  using held = await rooms.hold(id, visit);
  const watched = held.watched;
  using inbox = new Inbox(watched, visit, signal);
  const head = await watched.head();
  let sent = last;
  if (head - last > MOST_ROWS) {
    sent = head - MOST_ROWS;
    yield { event: "anew", data: {} };
  }
  if (head > sent) {
    for await (const entry of follow({ room: { kind: "named", id }, from: sent + 1 }, signal)) {
      sent = entry.seq;
      yield* rowEvent(cleanEntry(entry, visit.cleaner));
      if (sent >= head) break;
    }
  }
  yield* inbox.begin();
  for await (const event of inbox.read()) {
    if (event.id !== undefined && Number(event.id) <= sent) continue;
    yield event;
  }
}

function rowEvent(entry: Pick<Entry, "seq" | "at" | "event">): readonly ServerEvent[] {
  const row = rowOf(entry);
  return row === undefined ? [] : [{ id: entry.seq, event: "row", data: { node: row } }];
}

/** Gathers what is told of a watched from its beginning on, and ends when the reader leaves or the session does. */
class Inbox implements Disposable {
  readonly #events = new AsyncQueue<ServerEvent>();
  readonly #watched: WatchedRoom;
  readonly #visit: Visit;
  readonly #parts = new DisposableStack();
  readonly #rendered = new Map<PartName, string>();
  #waiting = 0;
  #timer: Timer | undefined;

  constructor(watched: WatchedRoom, visit: Visit, signal: AbortSignal) {
    this.#watched = watched;
    this.#visit = visit;
    this.#parts.use(watched.listen((news) => this.#hear(news)));
    const watch = setInterval(() => this.#look(), LOOK_MS);
    this.#parts.defer(() => clearInterval(watch));
    const leave = (): void => this.#events.close();
    signal.addEventListener("abort", leave, { once: true });
    this.#parts.defer(() => signal.removeEventListener("abort", leave));
    if (signal.aborted) leave();
  }

  /** How the room stands now. */
  *begin(): Generator<ServerEvent, void> {
    for (const { name, node } of this.#changed()) {
      yield { event: "part", data: { name, node } };
    }
  }

  async *read(): AsyncGenerator<ServerEvent, void> {
    for await (const event of this.#events) {
      this.#waiting -= 1;
      yield event;
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#parts.dispose();
    this.#events.close();
  }

  #hear(news: RoomNews): void {
    this.#endWithSession();
    if (news.kind === "text") this.#push({ event: "text", data: news });
    if (news.kind === "entry") for (const event of rowEvent(news)) this.#push(event);
    // A place must be there before what is written into it.
    if (news.kind === "turn") this.#tellParts();
    else this.#timer ??= setTimeout(() => this.#tellParts(), PARTS_MS);
  }

  #tellParts(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const data of this.#changed()) this.#push({ event: "part", data });
  }

  #changed() {
    const parts = roomParts(this.#watched, this.#visit);
    return NAMES.flatMap((name) => {
      const node = parts[name];
      // Text that grows is sent by itself.
      const key = JSON.stringify(
        name === "turns" ? [...this.#watched.live].map(withoutText) : node,
      );
      if (this.#rendered.get(name) === key) return [];
      this.#rendered.set(name, key);
      return [{ name, node }];
    });
  }

  /** A turn has done its last work behind its last event, and other rooms speak through the same endpoint. */
  #look(): void {
    this.#endWithSession();
    if (this.#visit.isAlive()) this.#tellParts();
  }

  #endWithSession(): void {
    if (this.#visit.isAlive()) return;
    this.#push({ event: "end", data: {} });
    this.#events.close();
  }

  #push(event: ServerEvent): void {
    this.#waiting += 1;
    if (this.#waiting > MOST_WAITING) this.#events.close();
    else this.#events.push(event);
  }
}

const NAMES: readonly PartName[] = ["approvals", "state", "turns", "waiting"];

function withoutText([turn, { text: _text, ...live }]: [string, { readonly text: string }]) {
  return { turn, ...live };
}
