/** The room of a chat, for as long as one process hosts it: what happens in it goes to the chat. */
import type { JournaledEvent, RoomEvent } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import type { ReportLevel } from "#core/telegram-settings.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { BridgeStore } from "./bridge-store.ts";
import type { ChatSender, LiveText } from "./chat-sender.ts";
import { rowsOf } from "./event-rows.ts";

export interface OpenRoom extends AsyncDisposable {
  readonly client: RoomClient;
}

/** What the bridge asks of the process that hosts the rooms. */
export interface ChatHost extends AsyncDisposable {
  /** Opens a room, which is made when it is not there, until what is returned is disposed of. */
  open(room: string): Promise<OpenRoom>;
  /** Every entry of a room. */
  entries(room: string, signal: AbortSignal): AsyncIterable<Entry>;
  /** Entries of a room from one on, and then every further one as it is written. */
  follow(room: string, from: number, signal: AbortSignal): AsyncIterable<Entry>;
  /** @throws {OrgError} `USAGE` when no such question waits. */
  answer(
    request: { readonly room: string; readonly id: string; readonly approved: boolean },
    signal: AbortSignal,
  ): Promise<unknown>;
}

export interface ChatRoomOptions {
  readonly chat: number;
  readonly host: ChatHost;
  readonly store: BridgeStore;
  readonly sender: ChatSender;
  readonly level: ReportLevel;
  /** What ids of lines of this chat begin with. */
  readonly ownLines: string;
  /** Told when something was written down that may be due. */
  readonly onStep: () => void;
  /** Told when the room cannot be followed any more. */
  readonly onEnd: (error: unknown) => void;
  /** Aborts when the bridge leaves, or the host is gone. */
  readonly signal: AbortSignal;
}

export class ChatRoom implements AsyncDisposable {
  readonly client: RoomClient;
  readonly #opened: OpenRoom;
  readonly #options: ChatRoomOptions;
  readonly #leaving = new AbortController();
  readonly #parts = new DisposableStack();
  /** What is written at the moment. */
  #live: LiveText | undefined;

  private constructor(opened: OpenRoom, options: ChatRoomOptions) {
    this.client = opened.client;
    this.#opened = opened;
    this.#options = options;
  }

  /** Opens the room of a chat; a line that no persona began to answer before a crash is answered now. */
  static async open(options: ChatRoomOptions): Promise<ChatRoom> {
    const { host, store, chat, ownLines, signal } = options;
    const id = store.chat(chat)?.room ?? `telegram-${chat}`;
    const opened = await host.open(id);
    // A room that was there before this chat: what was said in it is not sent again.
    if (store.chat(chat) === undefined) store.setRoom(chat, id, await headOf(host, id, signal));
    const room = new ChatRoom(opened, options);
    room.#listen();
    const { unanswered } = opened.client;
    if (unanswered?.id.startsWith(ownLines) === true)
      (await opened.client.say(unanswered.text, { id: unanswered.id })).done.catch(() => undefined);
    return room;
  }

  /** Whether a line is in the journal. */
  async has(line: string): Promise<boolean> {
    const { host, signal } = this.#options;
    for await (const { event } of host.entries(this.client.id, signal))
      if (event.type === "message" && event.id === line) return true;
    return false;
  }

  /** Leaves the room, which goes on with what it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    this.#parts.dispose();
    this.#options.sender.show(undefined);
    await this.#opened[Symbol.asyncDispose]();
  }

  #listen(): void {
    this.#parts.use(this.client.listen((event) => this.#see(event)));
    // A user of the chat is there to be asked.
    this.#parts.use(this.client.approvals.setInteractive());
    const { signal, onEnd } = this.#options;
    const ends = AbortSignal.any([signal, this.#leaving.signal]);
    this.#follow(ends).then(
      () => (ends.aborted ? undefined : onEnd(undefined)),
      (error: unknown) => (ends.aborted ? undefined : onEnd(error)),
    );
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { host, store, chat, sender, onStep } = this.#options;
    const from = (store.chat(chat)?.seq ?? 0) + 1;
    for await (const { event, seq } of host.follow(this.client.id, from, signal)) {
      if (signal.aborted) return;
      store.take({ chat, seq, ...this.#rowsOf(event) });
      sender.wake();
      onStep();
    }
  }

  #rowsOf(event: JournaledEvent): ReturnType<typeof rowsOf> {
    const { level, ownLines, store } = this.#options;
    const room = this.client.id;
    return rowsOf(event, {
      ...{ room, level, ownLines, namesSpeakers: this.client.models.length > 1 },
      buttonOf: (approval) => store.buttonOf(room, approval),
    });
  }

  /** What is seen live only; everything else comes from the journal, where none of it is lost. */
  #see(event: RoomEvent): void {
    if (event.type === "text-delta") this.#add(event.turn, event.text);
    else if (event.type === "reclassify") this.#begin(event.turn, this.#hopOf(event.turn));
    else if (event.type === "answer") this.#begin(event.turn, event.hop + 1);
    else if (event.type === "turn-end") this.#live = undefined;
    else return;
    this.#options.sender.show(this.#live);
  }

  #add(turn: string, text: string): void {
    if (this.#live?.turn !== turn) this.#begin(turn, 0);
    const { hop = 0, text: before = "" } = this.#live ?? {};
    this.#live = { turn, hop, text: before + text };
  }

  #begin(turn: string, hop: number): void {
    this.#live = { turn, hop, text: "" };
  }

  #hopOf(turn: string): number {
    return this.#live?.turn === turn ? this.#live.hop : 0;
  }
}

async function headOf(host: ChatHost, room: string, signal: AbortSignal): Promise<number> {
  let head = 0;
  for await (const { seq } of host.entries(room, signal)) head = seq;
  return head;
}
