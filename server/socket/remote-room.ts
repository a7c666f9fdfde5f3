/** A client at a room that another process keeps: its owner's. */
import { OrgError, reasonOf } from "#core/errors.ts";
import type { HumanMessage, NoticeLevel, RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { type Mode, parseMode } from "#core/mode.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import type { JobOptions } from "#room/job-queue.ts";
import type { ClientModel, RoomClient } from "#room/room-client.ts";
import type { Listener } from "#room/room-record.ts";
import type { RoomChoice } from "./home-service.ts";
import { type Call, remoteHome } from "./home-wire.ts";
import { NoOwner } from "./owner-client.ts";
import {
  jobLineSchema,
  ROOM_CALLS,
  type RoomControl,
  type RoomRequest,
  type RoomSnapshot,
  type RoomUpdate,
  roomUpdateSchema,
  toolSchema,
} from "./room-wire.ts";

/** How often the client looks whether there is an owner again, in milliseconds. */
const LOOK_AGAIN_MS = 200;

export interface RemoteRoomOptions {
  readonly call: Call;
  readonly choice: RoomChoice;
  /** For what is said on the screen beside the room's events. */
  readonly cleaner: TextCleaner;
}

/**
 * Shows what the owner's room shows, and asks it for everything else. When the owner goes, as it does when a
 * generation is replaced, the client waits for the next one, and then tells what was said meanwhile.
 */
export class RemoteRoom implements RoomClient {
  readonly id: string;
  readonly cleaner: TextCleaner;
  readonly #call: Call;
  readonly #listeners = new Set<Listener>();
  readonly #leaving: AbortController;
  /** What is done in this process, and not in the owner's room. */
  readonly #ownWork = new Set<AbortController>();
  #state: RoomSnapshot;
  /** Number of the last entry that the listeners have seen. */
  #seen: number;

  private constructor(
    { call, cleaner }: RemoteRoomOptions,
    leaving: AbortController,
    { state, head = 0 }: Extract<RoomUpdate, { readonly type: "state" }>,
  ) {
    this.id = state.room;
    this.#leaving = leaving;
    this.cleaner = cleaner;
    this.#call = call;
    this.#state = state;
    this.#seen = head;
  }

  /** @throws {NoOwner} when no process hosts the room. @throws {OrgError} `ROOM_UNKNOWN`. */
  static async open(options: RemoteRoomOptions): Promise<RemoteRoom> {
    const leaving = new AbortController();
    const lines = linesOf(options.call(ROOM_CALLS.open, options.choice, leaving.signal));
    const { value: first } = await lines.next();
    if (first?.type !== "state") throw new Error("The owner did not say how the room stands");
    const client = new RemoteRoom(options, leaving, first);
    void client.#follow(lines);
    return client;
  }

  get mode(): Mode {
    return parseMode(
      this.#state.mode,
      this.#state.models.map(({ persona }) => persona),
    );
  }

  get models(): readonly ClientModel[] {
    return this.#state.models.map(({ persona, description, name, windowTokens, endpoint }) => ({
      ...{ persona: { id: persona, description }, name, windowTokens, provider: { endpoint } },
    }));
  }

  get nextSpeakers(): readonly string[] {
    return this.#state.nextSpeakers;
  }

  get queued(): number {
    return this.#state.queued;
  }

  get toReview(): number {
    return this.#state.toReview;
  }

  get busy(): boolean {
    return this.#state.busy || this.#ownWork.size > 0;
  }

  get unanswered(): HumanMessage | undefined {
    return this.#state.unanswered;
  }

  get approvals(): RoomClient["approvals"] {
    return {
      waiting: this.#state.waiting,
      setInteractive: () => this.#setInteractive(),
      answer: (id, approved) => this.#fire({ kind: "answer", room: this.id, id, approved }),
    };
  }

  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  async say(
    text: string,
    { id = newId("msg"), ...options }: NonNullable<Parameters<RoomClient["say"]>[1]> = {},
  ): Promise<{ readonly done: Promise<void> }> {
    return await this.#job({ kind: "say", room: this.id, text, id }, options);
  }

  async retry(options: JobOptions = {}): Promise<void> {
    await (await this.#job({ kind: "retry", room: this.id }, options)).done;
  }

  async compact(persona?: string, options: JobOptions = {}): Promise<void> {
    await (await this.#job({ kind: "compact", room: this.id, persona }, options)).done;
  }

  /** Beside the answers, and not in its turn among them: it is done here, and they are given elsewhere. */
  async during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    this.#ownWork.add(stop);
    try {
      await work(AbortSignal.any([this.#leaving.signal, stop.signal]));
    } finally {
      this.#ownWork.delete(stop);
    }
  }

  async setMode(mode: string): Promise<void> {
    await this.#do({ kind: "mode", room: this.id, mode });
  }

  async setModel(name: string, persona?: string): Promise<void> {
    await this.#do({ kind: "model", room: this.id, name, persona });
  }

  async notify({ text }: Parameters<RoomClient["notify"]>[0]): Promise<void> {
    await this.#do({ kind: "note", room: this.id, text });
  }

  noteUndo(): Promise<void> {
    // The undo itself does not wait for it.
    this.#fire({ kind: "note-undo", room: this.id });
    return Promise.resolve();
  }

  stop(): boolean {
    if (this.#ownWork.size > 0) {
      for (const one of this.#ownWork) one.abort();
      return true;
    }
    if (this.#state.busy) this.#fire({ kind: "stop", room: this.id });
    return this.#state.busy;
  }

  async tools(): Promise<readonly ToolListing[]> {
    const lines = this.#ask(ROOM_CALLS.tools, { room: this.id });
    return (await Array.fromAsync(lines)).map((line) => toolSchema.parse(line));
  }

  budgetsOf(persona: string): RoomSnapshot["budgets"] {
    return persona === this.#state.nextSpeakers[0] ? this.#state.budgets : [];
  }

  /** Leaves the room, which goes on with what it does. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    return Promise.resolve();
  }

  /** Sees everything until the client is closed, also behind the owner's end. */
  async #follow(first: AsyncIterable<RoomUpdate>): Promise<void> {
    let lines: AsyncIterable<RoomUpdate> | undefined = first;
    while (lines !== undefined) {
      const why = await this.#take(lines).catch(reasonOf);
      if (this.#hasLeft) return;
      this.#state = { ...this.#state, busy: false, queued: 0, waiting: [] };
      this.#notice("warning", `${why}; waiting for the next org to keep this room.`);
      lines = await this.#openAgain();
      if (lines !== undefined) this.#notice("info", "The room is kept again; go on.");
    }
  }

  /** @returns why there are no more lines. */
  async #take(lines: AsyncIterable<RoomUpdate>): Promise<string> {
    for await (const line of lines) {
      if (line.type === "state") this.#state = line.state;
      else if (line.seq === undefined) this.#show(line.event);
      else this.#showEntry(line.event, line.seq);
    }
    return "The process that hosts this room has ended";
  }

  /** @returns the lines behind what was said meanwhile; `undefined` when the client was closed, or the room is no more. */
  async #openAgain(): Promise<AsyncIterable<RoomUpdate> | undefined> {
    const { signal } = this.#leaving;
    while (!this.#hasLeft) {
      await Bun.sleep(LOOK_AGAIN_MS);
      const lines = linesOf(this.#call(ROOM_CALLS.open, { kind: "own", id: this.id }, signal));
      try {
        const { value: first } = await lines.next();
        if (first?.type !== "state") continue;
        this.#state = first.state;
        await this.#catchUp(first.head ?? 0);
        return lines;
      } catch (error) {
        if (isPassing(error)) continue;
        if (!this.#hasLeft) this.#notice("error", reasonOf(error));
        return undefined;
      }
    }
    return undefined;
  }

  async #catchUp(head: number): Promise<void> {
    if (head <= this.#seen) return;
    const stop = new AbortController();
    const room = { kind: "own", id: this.id } as const;
    const missed = remoteHome(this.#call).follow({ room, from: this.#seen + 1 }, stop.signal);
    for await (const { event, seq } of missed) {
      this.#showEntry(event, seq);
      if (seq >= head) break;
    }
    stop.abort();
  }

  #showEntry(event: RoomEvent, seq: number): void {
    if (seq <= this.#seen) return;
    this.#seen = seq;
    this.#show(event);
  }

  #show(event: RoomEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #notice(level: NoticeLevel, text: string): void {
    this.#show({ type: "notice", level, text });
  }

  async #job(
    job: RoomRequest,
    { listener }: JobOptions,
  ): Promise<{ readonly done: Promise<void> }> {
    const lines = this.#ask(ROOM_CALLS.request, job)[Symbol.asyncIterator]();
    // What was refused is refused here; what goes wrong later is said when it is done.
    await lines.next();
    return { done: this.#untilDone(lines, listener) };
  }

  async #untilDone(
    lines: AsyncIterator<unknown, void>,
    listener: JobOptions["listener"],
  ): Promise<void> {
    try {
      for (let one = await lines.next(); one.done !== true; one = await lines.next()) {
        const line = jobLineSchema.parse(one.value);
        if (line.type === "event") listener?.(line.event);
      }
    } catch (error) {
      // Said by then, and the room is waited for.
      if (!this.#hasLeft && !isPassing(error)) throw error;
    }
  }

  async #do(action: RoomControl): Promise<void> {
    await Array.fromAsync(this.#ask(ROOM_CALLS.control, action));
  }

  /** @throws {OrgError} what the owner says; `OWNER_LOST` while there is none. */
  async *#ask(
    name: string,
    body: RoomControl | RoomRequest | { readonly room: string },
  ): AsyncGenerator {
    try {
      yield* this.#call(name, body, this.#leaving.signal);
    } catch (error) {
      throw error instanceof NoOwner ? noProcessHosts(this.id, error) : error;
    }
  }

  /** Does it soon; a failure is said. */
  #fire(action: RoomControl): void {
    this.#do(action).catch((error: unknown) => this.#notice("warning", reasonOf(error)));
  }

  #setInteractive(): Disposable {
    const stop = new AbortController();
    const { signal } = this.#leaving;
    signal.addEventListener("abort", () => stop.abort(), { once: true });
    void this.#interactiveUntil(stop.signal);
    return { [Symbol.dispose]: () => stop.abort() };
  }

  async #interactiveUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const open = this.#call(ROOM_CALLS.setInteractive, { room: this.id }, signal);
      // Whatever ends it, the stream of the room says why.
      await Array.fromAsync(open).catch(() => undefined);
      if (!signal.aborted) await Bun.sleep(LOOK_AGAIN_MS);
    }
  }

  get #hasLeft(): boolean {
    return this.#leaving.signal.aborted;
  }
}

async function* linesOf(lines: AsyncIterable<unknown>): AsyncGenerator<RoomUpdate, void> {
  for await (const line of lines) yield roomUpdateSchema.parse(line);
}

function noProcessHosts(room: string, cause: Error): OrgError {
  return new OrgError("The process that hosts this room has ended", {
    code: "OWNER_LOST",
    why: "the org that kept it has ended, and no other has taken the home yet",
    remedies: [
      "write it again when the room says that it goes on",
      `org --room ${room}   # keeps it here`,
    ],
    unchanged: "Nothing was sent.",
    cause,
  });
}

/** An owner that comes or goes. */
function isPassing(error: unknown): boolean {
  if (error instanceof NoOwner) return true;
  return error instanceof OrgError && ["OWNER_LOST", "HOME_BUSY"].includes(error.code);
}
