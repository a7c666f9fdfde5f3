import type { Standing } from "#core/budget.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import type { HumanMessage, JournaledEvent, Notify, RoomEvent } from "#core/events.ts";
import { type Mode, parseMode, unknownPersona } from "#core/mode.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import type { Model } from "#models/model.ts";
import { chatModeTool } from "#tools/chat-mode.ts";
import { Toolbox } from "#tools/toolbox.ts";
import { AnsweredLines, type AnsweredTurn } from "./answered-lines.ts";
import { Approvals } from "./approvals.ts";
import { Summaries } from "./compaction.ts";
import { FastPath } from "./fast-path.ts";
import { demandFile } from "./files.ts";
import { RoomHistory } from "./history.ts";
import { type JobOptions, JobQueue } from "./job-queue.ts";
import type { SayOptions } from "./line.ts";
import { LineAnswerer } from "./line-answerer.ts";
import { OwnAnswers } from "./own-answer.ts";
import { Participants } from "./participants.ts";
import { RoomMemory } from "./room-memory.ts";
import { RoomMode } from "./room-mode.ts";
import type { RoomOptions } from "./room-options.ts";
import { type Listener, RoomRecord } from "./room-record.ts";
import { TypedLines } from "./typed-lines.ts";

/**
 * A conversation of one human with several personas. Everything that happens is an event: first on
 * disk, then shown. Lines of the human are answered one after the other, in the order they came.
 */
export class Room implements AsyncDisposable {
  readonly id: string;
  /** Approvals that personas request; answered through here, and never by a message of the room. */
  readonly approvals: Approvals;
  readonly #options: RoomOptions;
  readonly #history = RoomHistory.of(() => this.#participants);
  readonly #answered = new AnsweredLines();
  readonly #tools: Toolbox;
  readonly #participants: Participants;
  readonly #record: RoomRecord;
  readonly #jobs = new JobQueue();
  readonly #summaries: Summaries;
  readonly #memory: RoomMemory | undefined;
  readonly #fastPath: FastPath | undefined;
  readonly #lines: TypedLines;
  readonly #mode: RoomMode;

  private constructor(options: RoomOptions) {
    this.id = options.id;
    this.#options = options;
    const { cleaner } = options;
    const lockOf = (model: Model) => this.lockOf(model);
    this.#summaries = new Summaries({
      history: this.#history,
      lockOf,
      cleaner,
      names: () => this.#participants.ids,
    });
    this.#record = new RoomRecord({ ...options, apply: (event, seq) => this.#apply(event, seq) });
    this.approvals = new Approvals({ expiresMs: options.permissions?.approvalMs });
    this.#participants = new Participants(options);
    this.#mode = new RoomMode(options.node, () => this.#participants.ids);
    const chatMode = chatModeTool((mode, by) => this.setMode(mode, by));
    const notice: Room["notify"] = (one) => this.notify(one);
    const notify: Notify = (one) => notice({ level: "info", ...one });
    const ownTools = options.roomTools?.({ id: this.id, notify }) ?? [];
    this.#memory =
      options.memory &&
      new RoomMemory({
        ...{ room: this.id, source: options.memory, notify: notice },
        readsForeign: (persona) => this.#history.readsForeign(persona),
      });
    const tools = [...options.tools.tools, chatMode, ...ownTools, ...(this.#memory?.tools ?? [])];
    this.#tools = new Toolbox(tools, { cleaner: options.cleaner, room: options.id });
    const parts = {
      ...{ options, history: this.#history, participants: this.#participants },
      ...{ memory: this.#memory, tools: this.#tools, approvals: this.approvals },
      emit: (event: RoomEvent, listener?: Listener) => this.#emit(event, listener),
    };
    this.#fastPath =
      options.fastPath &&
      new FastPath({ ...parts, source: options.fastPath, room: options, notify: notice });
    const own = new OwnAnswers({ ...parts, room: this });
    this.#lines = new TypedLines({
      ...{ ...parts, answered: this.#answered, mode: this.#mode, jobs: this.#jobs },
      answerer: new LineAnswerer({ ...parts, lockOf, own, summaries: this.#summaries }),
      fastPath: this.#fastPath,
    });
  }

  /**
   * Opens a room and replays what its journal holds. Turns that a crash interrupted are closed as
   * `cut`, their questions as `aborted`; their tools are not run again. The file of a file mode stays on its
   * machine: on another one the room is a group again.
   */
  static async open(options: RoomOptions): Promise<Room> {
    const room = new Room(options);
    for await (const { event, seq } of options.journal.read(room.id, 1)) {
      room.#apply(event, seq);
    }
    for (const end of room.approvals.interrupted) await room.#record.keep(end);
    for (const { turn, persona } of room.#history.openTurns) {
      const why = "org was stopped in the middle of this turn";
      await room.#record.keep({ type: "turn-end", turn, persona, reason: "cut", why });
    }
    for (const event of room.#mode.endIfMoved()) await room.#record.keep(event);
    return room;
  }

  /** For text on a screen beside the room's events. */
  get cleaner(): TextCleaner {
    return this.#options.cleaner;
  }

  get mode(): Mode {
    return this.#mode.current;
  }

  get models(): readonly Model[] {
    return this.#participants.models;
  }

  /** Lines that wait behind the one being answered. */
  get queued(): number {
    return this.#jobs.waiting;
  }

  /** How many notes wait for the user's review. */
  get toReview(): number {
    return this.#memory?.toReview ?? 0;
  }

  get busy(): boolean {
    return this.#jobs.running !== undefined;
  }

  /** The newest line of the human when no persona began to answer it: a crash came first. */
  get unanswered(): HumanMessage | undefined {
    const last = this.#history.lastMessage;
    const open =
      last !== undefined && last.to.length > 0 && !this.#history.isAnswerStarted(last.id);
    return open && !this.busy ? last : undefined;
  }

  /** Every tool that can be called here, and the generated ones that cannot. */
  async tools(): Promise<readonly ToolListing[]> {
    const own = this.#tools.tools.map(({ name, schema: { description } }): ToolListing => {
      return { name, description, origin: "built-in", state: "ready" };
    });
    const all = (await this.#options.registry?.list()) ?? [];
    return [...own, ...all.filter(({ origin }) => origin === "generated")];
  }

  /** Sees every event from now on, until the returned handle is disposed. */
  listen(listener: Listener): Disposable {
    return this.#record.listen(listener);
  }

  /** Who would answer a line without a mention. */
  get nextSpeakers(): readonly string[] {
    return this.#lines.address("", this.mode).to;
  }

  /**
   * Takes a line of the human, without the credentials in it. It is on disk when this resolves; `done`
   * resolves when it has been answered, however that ended.
   *
   * @throws {OrgError} `PERSONA_UNKNOWN`, `MODE_INVALID`, and what `attach` throws: nothing was sent.
   */
  async say(typed: string, options: SayOptions = {}): Promise<{ readonly done: Promise<void> }> {
    return await this.#lines.say(typed, options);
  }

  /** What became of a line, persona by persona; `undefined` when it was answered so long ago that only the journal tells. */
  turnsOf(id: string): readonly AnsweredTurn[] | undefined {
    return this.#answered.turnsOf(id);
  }

  /** Asks again for an answer to the newest line. @throws {OrgError} `USAGE` when there is none. */
  retry(options: Omit<SayOptions, "mode"> = {}): Promise<void> {
    return this.#lines.retry(options);
  }

  /**
   * Has the older part of what a persona may see summed up by its own model, once what runs is done.
   *
   * @param persona absent: who would answer next.
   * @returns resolves when it is done, however that ended.
   * @throws {OrgError} `PERSONA_UNKNOWN`: nothing was done.
   */
  compact(persona: string = this.nextSpeakers[0] ?? "", options: JobOptions = {}): Promise<void> {
    if (!this.#participants.ids.includes(persona)) {
      throw unknownPersona(persona, this.#participants.ids, {
        remedyOf: (one) => `/compact ${one}`,
        unchanged: "Nothing was summed up.",
      });
    }
    return this.#jobs.add(async ({ signal, listener }) => {
      const model = this.#participants.modelOf(persona);
      await model.prepare(signal);
      const events = this.#summaries.onRequest(model, signal);
      for await (const event of events) await this.#emit(event, listener);
    }, options);
  }

  /** Does something in its turn among the answers; what stops an answer stops it, too. */
  during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    return this.#jobs.add(({ signal }) => work(signal), {});
  }

  /** The budgets that hold for a persona here, the one with the least left first. */
  budgetsOf(persona: string): readonly Standing[] {
    const standings = this.#options.budget?.standings(this.id, persona) ?? [];
    return standings.toSorted((one, other) => other.percent - one.percent);
  }

  /** Notes that the user undid what came of the newest answer: that speaks against a rule that gave it. */
  readonly noteUndo = async (): Promise<void> => await this.#fastPath?.noteUndo();

  /** Ends what is running now; the text so far stays. @returns whether anything was running. */
  stop(): boolean {
    return this.#jobs.stop();
  }

  /** @throws {OrgError} `MODE_INVALID` or `PERSONA_UNKNOWN`; the mode stays as it was. */
  async setMode(text: string, by: string): Promise<void> {
    const change = this.#mode.change(text, by);
    const { workspace } = this.#options;
    await demandFile(
      parseMode(text, this.#participants.ids),
      workspace,
      "The mode was not changed.",
    );
    await this.#emit(change, this.#jobs.running?.listener);
  }

  /**
   * Has personas speak with another language model from their next turn on.
   *
   * @param persona absent: everybody.
   * @throws {OrgError} as {@link Participants.setModel}: nothing was changed.
   */
  async setModel(name: string, persona?: string): Promise<void> {
    await this.#participants.setModel(name, persona);
    const text = `${persona ?? "Every persona"} speaks with ${name} from the next turn on`;
    await this.notify({ level: "info", text });
  }

  /** Tells all in the room; it stands in the journal. */
  async notify(notice: Omit<Extract<RoomEvent, { type: "notice" }>, "type">): Promise<void> {
    await this.#emit({ type: "notice", ...notice }, this.#jobs.running?.listener);
  }

  /** Stops everything and waits until the last event is on disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#jobs.close();
    await Promise.all([this.#memory?.settled(), this.#tools.close()]);
  }

  /** Of the endpoint that a persona speaks through: shows who speaks there, and how many wait. */
  lockOf(model: Model): ChannelLock {
    return this.#options.lockOf(model.provider.endpoint);
  }

  async #emit(event: RoomEvent, own?: Listener): Promise<void> {
    await this.#record.emit(event, own);
  }

  /** Takes in that texts of its entries were changed in the journal. */
  rewrite(change: (text: string) => string): void {
    for (const store of [this.#history, this.#answered]) store.rewrite(change);
  }

  #apply(event: JournaledEvent, seq: number): void {
    this.#history.apply(event);
    this.#answered.apply(event);
    this.#fastPath?.apply(event);
    if (event.type === "message") this.#memory?.count(event, seq);
    if (event.type === "approval") this.approvals.apply(event);
    if (event.type === "mode") this.#mode.apply(event);
  }
}
