/** A client at a room that another process keeps: its owner's. */
import { OrgError, reasonOf } from "#core/errors.ts";
import type { HumanMessage } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { type Mode, parseMode } from "#core/mode.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import type { JobOptions } from "#room/job-queue.ts";
import type { ClientModel, RoomClient } from "#room/room-client.ts";
import type { Listener } from "#room/room-record.ts";
import type { RoomChoice } from "./home-service.ts";
import type { Call } from "./home-wire.ts";
import { NoOwner } from "./owner-client.ts";
import { isPassing, LOOK_AGAIN_MS, RoomUpdates, updatesOf } from "./room-updates.ts";
import {
  jobLineSchema,
  ROOM_CALLS,
  type RoomControl,
  type RoomRequest,
  type RoomSnapshot,
  toolSchema,
} from "./room-wire.ts";

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
  readonly #updates: RoomUpdates;
  readonly #leaving: AbortController;
  /** What is done in this process, and not in the owner's room. */
  readonly #ownWork = new Set<AbortController>();

  private constructor(
    { call, cleaner }: RemoteRoomOptions,
    leaving: AbortController,
    updates: RoomUpdates,
  ) {
    this.id = updates.state.room;
    this.cleaner = cleaner;
    this.#call = call;
    this.#leaving = leaving;
    this.#updates = updates;
  }

  /** @throws {NoOwner} when no process hosts the room. @throws {OrgError} `ROOM_UNKNOWN`. */
  static async open(options: RemoteRoomOptions): Promise<RemoteRoom> {
    const leaving = new AbortController();
    const { call, choice } = options;
    const lines = updatesOf(call(ROOM_CALLS.open, choice, leaving.signal));
    const { value: first } = await lines.next();
    if (first?.type !== "state") throw new Error("The owner did not say how the room stands");
    const updates = new RoomUpdates({ id: first.state.room, call, leaving: leaving.signal }, first);
    void updates.follow(lines);
    return new RemoteRoom(options, leaving, updates);
  }

  get mode(): Mode {
    return parseMode(
      this.#updates.state.mode,
      this.#updates.state.models.map(({ persona }) => persona),
    );
  }

  get models(): readonly ClientModel[] {
    return this.#updates.state.models.map(
      ({ persona, description, name, windowTokens, endpoint }) => ({
        ...{ persona: { id: persona, description }, name, windowTokens, provider: { endpoint } },
      }),
    );
  }

  get nextSpeakers(): readonly string[] {
    return this.#updates.state.nextSpeakers;
  }

  get queued(): number {
    return this.#updates.state.queued;
  }

  get toReview(): number {
    return this.#updates.state.toReview;
  }

  get busy(): boolean {
    return this.#updates.state.busy || this.#ownWork.size > 0;
  }

  get unanswered(): HumanMessage | undefined {
    return this.#updates.state.unanswered;
  }

  get approvals(): RoomClient["approvals"] {
    return {
      waiting: this.#updates.state.waiting,
      setInteractive: () => this.#setInteractive(),
      answer: (id, approved) => this.#fire({ kind: "answer", room: this.id, id, approved }),
    };
  }

  listen(listener: Listener): Disposable {
    return this.#updates.listen(listener);
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
    if (this.#updates.state.busy) this.#fire({ kind: "stop", room: this.id });
    return this.#updates.state.busy;
  }

  async tools(): Promise<readonly ToolListing[]> {
    const lines = this.#ask(ROOM_CALLS.tools, { room: this.id });
    return (await Array.fromAsync(lines)).map((line) => toolSchema.parse(line));
  }

  budgetsOf(persona: string): RoomSnapshot["budgets"] {
    return persona === this.#updates.state.nextSpeakers[0] ? this.#updates.state.budgets : [];
  }

  /** Leaves the room, which goes on with what it does. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    return Promise.resolve();
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
    this.#do(action).catch((error: unknown) => this.#updates.notice("warning", reasonOf(error)));
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

function noProcessHosts(room: string, cause: Error): OrgError {
  return new OrgError("The process that hosts this room has ended", {
    code: "OWNER_LOST",
    why: "the org process that hosted it has ended, and no other process has taken over the home yet",
    remedies: [
      "send it again when the room says that it continues",
      `org --room ${room}   # keeps it here`,
    ],
    unchanged: "Nothing was sent.",
    cause,
  });
}
