/** The rooms that users look at in a browser: what is being written in each of them at the moment. */
import { includesScope } from "#core/access.ts";
import type { ContextUse, Phase, RoomEvent } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import { isLive } from "#room/entries.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { RoomChoice } from "../../socket/home-service.ts";
import type { Visit } from "../page.ts";

/** What a persona is at, before its answer stands in the journal. */
export interface LiveTurn {
  readonly persona: string;
  readonly phase: Phase;
  readonly detail: string | undefined;
  readonly text: string;
}

/** What those who look are told. */
export type RoomNews =
  /** An entry of the journal; at the same time for all who look. */
  | ({ readonly kind: "entry" } & Pick<Entry, "event" | "seq" | "at">)
  /** More of what a persona writes. @property at so many characters stand there before it; 0 begins anew */
  | { readonly kind: "text"; readonly turn: string; readonly at: number; readonly text: string }
  /** What a persona is doing; undefined: its turn is over. */
  | { readonly kind: "turn"; readonly turn: string; readonly live: LiveTurn | undefined };

/** What a page needs of the owner of the home; `RoomHost` is one. */
export interface WatchedHome {
  readonly openClient: (choice: RoomChoice) => Promise<{
    readonly room: RoomClient;
    readonly head: () => Promise<number>;
    readonly [Symbol.dispose]: () => void;
  }>;
}

/** How long a room stays open, and its questions wait, behind the last page that was asked for, in milliseconds. */
const LINGER_MS = 2 * 60 * 1000;
/** Most of an unfinished answer that is kept for those who come later, in characters. */
const LONGEST_LIVE = 200_000;

export class WatchedRooms {
  readonly #home: WatchedHome;
  readonly #lingerMs: number;
  readonly #watched = new Map<string, { watched: Promise<WatchedRoom>; holders: number }>();

  /** @param lingerMs see {@link WatchedRooms.look}. */
  constructor(home: WatchedHome, lingerMs: number = LINGER_MS) {
    this.#home = home;
    this.#lingerMs = lingerMs;
  }

  /**
   * Keeps a room open until what is returned is disposed of. The room asks its user as long as one is there who may
   * answer.
   *
   * @param kind "own": it is made.
   * @throws {OrgError} `ROOM_UNKNOWN`
   */
  async hold(
    id: string,
    { scope }: Pick<Visit, "scope">,
    kind: "named" | "own" = "named",
  ): Promise<{ readonly watched: WatchedRoom } & Disposable> {
    const held = this.#watched.get(id) ?? {
      watched: WatchedRoom.open(this.#home, { kind, id }),
      holders: 0,
    };
    held.holders += 1;
    this.#watched.set(id, held);
    const own = new DisposableStack();
    const release = (): void => {
      if (own.disposed) return;
      own.dispose();
      held.holders -= 1;
      if (held.holders > 0) return;
      this.#watched.delete(id);
      void held.watched.then((watched) => watched[Symbol.dispose]()).catch(() => undefined);
    };
    try {
      const watched = await held.watched;
      if (includesScope(scope, "admin")) own.use(watched.room.approvals.setInteractive());
      return { watched, [Symbol.dispose]: release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Keeps a room open for two minutes: without a script, a page is all that a reader asks for. */
  async look(
    id: string,
    visit: Pick<Visit, "scope">,
    kind?: "named" | "own",
  ): Promise<WatchedRoom> {
    // biome-ignore lint/nursery/useDisposables: the timer disposes of it
    const held = await this.hold(id, visit, kind);
    setTimeout(() => held[Symbol.dispose](), this.#lingerMs).unref();
    return held.watched;
  }
}

/** A room that is open for all pages that show it. */
export class WatchedRoom implements Disposable {
  readonly room: RoomClient;
  readonly head: () => Promise<number>;
  readonly #live = new Map<string, LiveTurn>();
  readonly #context = new Map<string, ContextUse>();
  readonly #listeners = new Set<(news: RoomNews) => void>();
  readonly #parts = new DisposableStack();

  private constructor(opened: Awaited<ReturnType<WatchedHome["openClient"]>>) {
    this.room = opened.room;
    this.head = opened.head;
    this.#parts.use(opened);
    this.#parts.use(opened.room.listen((event, seq) => this.#hear(event, seq)));
  }

  static async open(home: WatchedHome, choice: RoomChoice): Promise<WatchedRoom> {
    return new WatchedRoom(await home.openClient(choice));
  }

  /** What is being written now, by turn. */
  get live(): ReadonlyMap<string, LiveTurn> {
    return this.#live;
  }

  /** How full the window of a persona was behind its last answer, where its server counts. */
  contextOf(persona: string): ContextUse | undefined {
    return this.#context.get(persona);
  }

  listen(listener: (news: RoomNews) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  [Symbol.dispose](): void {
    this.#parts.dispose();
  }

  #hear(event: RoomEvent, seq: number | undefined): void {
    if (seq !== undefined && !isLive(event)) {
      this.#tell({ kind: "entry", event, seq, at: Date.now() });
    }
    switch (event.type) {
      case "turn-start":
        this.#become(event.turn, { persona: event.persona, phase: "waiting" });
        break;
      case "phase":
        this.#become(event.turn, event);
        break;
      case "text-delta":
        this.#write(event.turn, event);
        break;
      case "reasoning-delta":
        this.#become(event.turn, { persona: event.persona, phase: "thinking" });
        break;
      case "reclassify":
      case "answer":
        this.#clear(event.turn);
        break;
      case "turn-end":
        if (event.context !== undefined) this.#context.set(event.persona, event.context);
        this.#live.delete(event.turn);
        this.#tell({ kind: "turn", turn: event.turn, live: undefined });
        break;
      default:
    }
  }

  #become(turn: string, now: Pick<LiveTurn, "persona" | "phase"> & Partial<LiveTurn>): void {
    const { persona, phase, detail } = now;
    const before = this.#live.get(turn);
    if (before?.phase === phase && before.detail === detail) return;
    const live = { persona, phase, detail, text: before?.text ?? "" };
    this.#live.set(turn, live);
    this.#tell({ kind: "turn", turn, live });
  }

  #write(
    turn: string,
    { persona, text }: { readonly persona: string; readonly text: string },
  ): void {
    this.#become(turn, { persona, phase: "generating" });
    const live = this.#live.get(turn);
    if (live === undefined) return;
    const at = live.text.length;
    const added = text.slice(0, Math.max(0, LONGEST_LIVE - at));
    if (added === "") return;
    this.#live.set(turn, { ...live, text: live.text + added });
    this.#tell({ kind: "text", turn, at, text: added });
  }

  #clear(turn: string): void {
    const live = this.#live.get(turn);
    if (live === undefined || live.text === "") return;
    this.#live.set(turn, { ...live, text: "" });
    this.#tell({ kind: "text", turn, at: 0, text: "" });
  }

  #tell(news: RoomNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}
