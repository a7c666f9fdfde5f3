/**
 * What the bridge must not forget: which updates were handled, what waits to be sent, and which buttons can still be
 * pressed. Each step is one transaction, so that a process that is killed between two of them neither loses nor
 * repeats one.
 */
import type { Database } from "bun:sqlite";
import { openPrivateDatabase } from "#platform/private-database.ts";
import { SCHEMA } from "./bridge-schema.ts";
import type { ButtonTask, StoredButton } from "./buttons.ts";
import type { LiveKey, Outgoing } from "./outgoing.ts";

/** So many updates are known again: Telegram gives out at most 100 at once, and again only what was not confirmed. */
const MOST_HANDLED = 10_000;
/** Buttons of messages that old are forgotten, the oldest first. */
const MOST_BUTTONS = 1000;

export interface ChatState {
  readonly id: number;
  /** Id of its room. */
  readonly room: string;
  /** Number of the last entry of the room whose messages are on their way. */
  readonly seq: number;
  /** How many rooms it has had. */
  readonly rooms: number;
}

/** The message that shows an answer while it is written. */
export interface LiveMessage extends LiveKey {
  readonly message: number;
}

export interface QueuedRow {
  readonly id: number;
  readonly row: Outgoing;
}

/** What became of a row. */
export interface SentRow {
  readonly chat: number;
  /** Of the row. */
  readonly buttons?: string | undefined;
  /** Id of the message that it became. */
  readonly message?: number | undefined;
  /** What was shown of an answer is finished. @default false */
  readonly endsLive?: boolean | undefined;
}

/** What is written down in one step. */
export interface Step {
  readonly chat: number;
  readonly rows?: readonly Outgoing[] | undefined;
  /** The room's entries up to this one are dealt with. */
  readonly seq?: number | undefined;
  readonly reports?: readonly HeldReport[] | undefined;
  readonly buttons?: readonly { readonly id: string; readonly task: ButtonTask }[] | undefined;
}

export interface HeldReport {
  readonly category: string;
  readonly text: string;
}

export class BridgeStore implements Disposable {
  readonly #database: Database;
  readonly #bot: string;

  /** @param bot id of the bot: another one counts its updates anew. @throws {OrgError} as `openPrivateDatabase`. */
  constructor(path: string, bot: string) {
    this.#database = openPrivateDatabase(path, SCHEMA);
    this.#bot = bot;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  wasHandled(update: number): boolean {
    const found = this.#get<{ n: number }>(
      "select 1 n from handled where bot = ? and update_id = ?",
      [this.#bot, update],
    );
    return found !== null;
  }

  /** When the last update was handled, and which it was. */
  get lastHandled(): { readonly update: number; readonly at: number } | undefined {
    const found = this.#get<{ update_id: number; at: number }>(
      "select update_id, at from handled where bot = ? order by at desc, rowid desc limit 1",
      [this.#bot],
    );
    return found === null ? undefined : { update: found.update_id, at: found.at };
  }

  /** The update that was begun last: after a kill its effects may or may not be there. */
  get begun(): number | undefined {
    return this.#get<{ update_id: number }>("select update_id from begun where bot = ?", [
      this.#bot,
    ])?.update_id;
  }

  begin(update: number): void {
    this.#database.run("insert or replace into begun values (?, ?)", [this.#bot, update]);
  }

  /** Says that an update has been dealt with, together with what is sent because of it. */
  finish(update: number, at: number, step?: Step): void {
    this.#atOnce(() => {
      this.#database.run("insert or ignore into handled values (?, ?, ?)", [this.#bot, update, at]);
      this.#database.run(
        "delete from handled where rowid <= (select max(rowid) from handled) - ?",
        [MOST_HANDLED],
      );
      if (step !== undefined) this.#write(step);
    });
  }

  /** Everything of a step, or nothing. */
  take(step: Step): void {
    this.#atOnce(() => this.#write(step));
  }

  /** Takes what waits to be sent for a persona; taken once more, it changes nothing. @param id of the message. */
  takeDropped(id: string, step: Step): void {
    this.#atOnce(() => {
      const { changes } = this.#database.run("insert or ignore into dropped values (?)", [id]);
      if (changes === 1) this.#write(step);
      this.#database.run(
        "delete from dropped where rowid <= (select max(rowid) from dropped) - 1000",
      );
    });
  }

  chat(id: number): ChatState | undefined {
    return (
      this.#get<ChatState>("select id, room, seq, rooms from chat where id = ?", [id]) ?? undefined
    );
  }

  /** Gives a chat a room. @param seq number of the last entry that the room has already. */
  setRoom(chat: number, room: string, seq: number): void {
    this.#database.run(
      `insert into chat (id, room, seq) values (?, ?, ?)
       on conflict (id) do update set room = excluded.room, seq = excluded.seq, rooms = rooms + 1`,
      [chat, room, seq],
    );
  }

  nextRow(chat: number): QueuedRow | undefined {
    const found = this.#get<{ id: number; body: string }>(
      "select id, body from outgoing where chat = ? order by id limit 1",
      [chat],
    );
    return found === null ? undefined : { id: found.id, row: JSON.parse(found.body) };
  }

  /** Chats for which something waits. */
  waitingChats(): readonly number[] {
    const rows = this.#database
      .query<{ chat: number }, []>("select distinct chat from outgoing")
      .all();
    return rows.map(({ chat }) => chat);
  }

  /** Says that Telegram has a row, and what followed from it. */
  sent(id: number, { chat, buttons, message, endsLive = false }: SentRow): void {
    this.#atOnce(() => {
      this.#database.run("delete from outgoing where id = ?", [id]);
      if (buttons !== undefined && message !== undefined)
        this.#database.run(
          // What was pressed already is known by the message that was pressed.
          "update button set message = ? where id = ? and pressed is null",
          [message, buttons],
        );
      if (endsLive) this.setLive(chat, undefined);
    });
  }

  live(chat: number): LiveMessage | undefined {
    const found = this.#get<{ live: string | null; live_message: number | null }>(
      "select live, live_message from chat where id = ?",
      [chat],
    );
    if (found?.live == null || found.live_message === null) return undefined;
    return { ...JSON.parse(found.live), message: found.live_message };
  }

  setLive(chat: number, live: LiveMessage | undefined): void {
    const key = live && JSON.stringify({ turn: live.turn, hop: live.hop });
    this.#database.run("update chat set live = ?, live_message = ? where id = ?", [
      ...[key ?? null, live?.message ?? null, chat],
    ]);
  }

  button(id: string): StoredButton | undefined {
    const found = this.#get<{
      chat: number;
      message: number | null;
      body: string;
      pressed: number | null;
    }>("select chat, message, body, pressed from button where id = ?", [id]);
    if (found === null) return undefined;
    const { chat, message, body, pressed } = found;
    return {
      ...{ id, chat, message: message ?? undefined },
      ...{ task: JSON.parse(body), pressed: pressed ?? undefined },
    };
  }

  /** The buttons that ask for an approval. */
  buttonOf(room: string, approval: string): StoredButton | undefined {
    const found = this.#get<{ id: string }>(
      `select id from button where body ->> 'room' = ? and body ->> 'approval' = ?
       order by rowid desc limit 1`,
      [room, approval],
    );
    return found === null ? undefined : this.button(found.id);
  }

  /**
   * Uses a button up. @param message the one under which it was pressed, which Telegram thus has.
   *
   * @returns false where another update has pressed it before.
   */
  press(id: string, { update, message }: { update: number; message: number }): boolean {
    const { changes } = this.#database.run(
      `update button set pressed = ?1, message = ?3
       where id = ?2 and (pressed is null or pressed = ?1)`,
      [update, id, message],
    );
    return changes === 1;
  }

  /** What is to be reported to a chat and has not been sent, by category, the oldest first. */
  heldReports(): ReadonlyMap<string, { readonly chat: number; readonly texts: readonly string[] }> {
    const rows = this.#database
      .query<{ chat: number; category: string; text: string }, []>(
        "select chat, category, text from report order by id",
      )
      .all();
    const groups = Map.groupBy(rows, ({ chat, category }) => `${chat} ${category}`);
    return new Map(
      [...groups].map(([key, held]) => [
        key,
        { chat: held[0]?.chat ?? 0, texts: held.map(({ text }) => text) },
      ]),
    );
  }

  /** When a category was reported to a chat last, in milliseconds since the epoch. @param key as above. */
  reportedAt(key: string): number | undefined {
    return this.#get<{ at: number }>("select at from reported where chat || ' ' || category = ?", [
      key,
    ])?.at;
  }

  /** Puts all that is held of a category on its way. @param key as above. */
  report(key: string, at: number, rows: readonly Outgoing[]): void {
    const [chat = "0", ...category] = key.split(" ");
    this.#atOnce(() => {
      const which = [Number(chat), category.join(" ")] as const;
      this.#database.run("delete from report where chat = ? and category = ?", [...which]);
      this.#database.run("insert or replace into reported values (?, ?, ?)", [...which, at]);
      this.#write({ chat: Number(chat), rows });
    });
  }

  #write({ chat, rows = [], seq, reports = [], buttons = [] }: Step): void {
    for (const { id, task } of buttons) {
      this.#database.run("insert into button (id, chat, body) values (?, ?, ?)", [
        ...[id, chat, JSON.stringify(task)],
      ]);
    }
    if (buttons.length > 0) {
      this.#database.run("delete from button where rowid <= (select max(rowid) from button) - ?", [
        MOST_BUTTONS,
      ]);
    }
    for (const row of rows) {
      this.#database.run("insert into outgoing (chat, body) values (?, ?)", [
        ...[chat, JSON.stringify(row)],
      ]);
    }
    for (const { category, text } of reports) {
      this.#database.run("insert into report (chat, category, text) values (?, ?, ?)", [
        ...[chat, category, text],
      ]);
    }
    if (seq !== undefined) this.#database.run("update chat set seq = ? where id = ?", [seq, chat]);
  }

  #get<Row>(sql: string, values: (string | number)[]): Row | null {
    return this.#database.query<Row, (string | number)[]>(sql).get(...values);
  }

  #atOnce(work: () => void): void {
    this.#database.transaction(work).immediate();
  }
}
