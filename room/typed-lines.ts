/** What becomes of a line that the human types: it is addressed, written to the journal, and answered in its turn. */
import { OrgError } from "#core/errors.ts";
import type { HumanMessage, RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { formatMode, type Mode, parseMode } from "#core/mode.ts";
import { type Address, addressees } from "./address.ts";
import type { AnsweredLines } from "./answered-lines.ts";
import { attach } from "./attachments.ts";
import type { FastPath } from "./fast-path.ts";
import { demandFile, writeFileTags } from "./files.ts";
import type { RoomHistory } from "./history.ts";
import type { JobQueue } from "./job-queue.ts";
import { type AnswerOptions, type Line, receiveFiles, type SayOptions } from "./line.ts";
import type { LineAnswerer } from "./line-answerer.ts";
import type { Participants } from "./participants.ts";
import type { RoomMemory } from "./room-memory.ts";
import type { RoomMode } from "./room-mode.ts";
import type { RoomOptions } from "./room-options.ts";
import type { Listener } from "./room-record.ts";
import { hideTypedSecrets } from "./typed-secrets.ts";

export interface TypedLineParts {
  readonly options: Pick<RoomOptions, "workspace" | "project" | "cleaner">;
  readonly history: RoomHistory;
  readonly answered: AnsweredLines;
  readonly participants: Participants;
  readonly mode: RoomMode;
  readonly jobs: JobQueue;
  readonly answerer: LineAnswerer;
  readonly fastPath: FastPath | undefined;
  readonly memory: RoomMemory | undefined;
  readonly emit: (event: RoomEvent, own?: Listener) => Promise<void>;
}

/** Lines are answered one after the other, in the order they came. */
export class TypedLines {
  readonly #parts: TypedLineParts;

  constructor(parts: TypedLineParts) {
    this.#parts = parts;
  }

  /** Who would answer a line. */
  address(text: string, mode: Mode): Address {
    const { history, participants } = this.#parts;
    const { lastSpeaker } = history;
    return addressees(text, { personas: participants.ids, mode, lastSpeaker });
  }

  /** As `Room.say`. */
  async say(typed: string, options: SayOptions): Promise<{ readonly done: Promise<void> }> {
    const { answered, emit, fastPath, participants } = this.#parts;
    const { workspace, project, cleaner } = this.#parts.options;
    const mode = await this.#modeOf(options);
    const { text, notice } = await hideTypedSecrets(typed, cleaner);
    const { to, together, tags } = this.address(text, mode);
    const models = to.map((persona) => participants.modelOf(persona));
    const attachments = await attach(tags.paths, models, workspace);
    const { listener, id = newId("msg") } = options;
    const existing = answered.messageOf(id);
    const fields = { id, from: "user", text, to, mode: formatMode(mode) } as const;
    const message: HumanMessage = existing ?? { type: "message", ...fields };
    fastPath?.typed(id, typed);
    if (existing === undefined && !answered.isOld(id)) {
      await emit(message, listener);
      if (notice !== undefined) await emit(notice, listener);
    }
    const isNew = !answered.isAnswerStarted(id);
    for (const event of isNew ? attachments(id) : []) await emit(event, listener);
    // Where turns of a repository keep what they change, a file that is written meanwhile would be theirs.
    const files = isNew && project === undefined ? tags.files : [];
    for await (const event of writeFileTags(files, "user", workspace)) await emit(event, listener);
    // Found out when its turn comes: the line may be there twice, and the first of both is answered by then.
    const unanswered = () => ({ ...message, to: answered.openOf(message) });
    return { done: this.#enqueue(unanswered, { ...options, together }) };
  }

  /** As `Room.retry`. */
  retry(options: Omit<SayOptions, "mode">): Promise<void> {
    const message = this.#parts.history.lastMessage;
    if (message === undefined) throw noMessage();
    return this.#enqueue(() => message, { ...options, together: false });
  }

  async #modeOf({ mode }: SayOptions): Promise<Mode> {
    const { participants, mode: room, options } = this.#parts;
    if (mode === undefined) return room.current;
    const own = parseMode(mode, participants.ids);
    await demandFile(own, options.workspace, "Nothing was sent.");
    return own;
  }

  #enqueue(
    messageNow: () => HumanMessage,
    how: AnswerOptions & Pick<Line, "together">,
  ): Promise<void> {
    const { memory, jobs } = this.#parts;
    const as = { together: how.together, consent: how.consent ?? "ask" };
    // biome-ignore lint/nursery/useDisposables: disposed of when it is answered
    const waits = memory?.userWaits();
    const work = jobs.add((job) => this.#answer({ ...job, message: messageNow(), ...as }), how);
    const done = work.finally(() => waits?.[Symbol.dispose]());
    // A caller that sent a message need not wait for its answer.
    done.catch(() => undefined);
    return done;
  }

  async #answer(line: Line): Promise<void> {
    const { answered, answerer, fastPath, memory, options } = this.#parts;
    const emit = (event: RoomEvent) => this.#parts.emit(event, line.listener);
    const isNew = !answered.isAnswerStarted(line.message.id);
    if (isNew && !(await receiveFiles(options, line, emit))) return;
    if (!(await fastPath?.answers(line, isNew, emit))) {
      await answerer.answer(line);
      await fastPath?.learn(line);
    }
    memory?.exchangeEnded();
  }
}

/** The failure of asking again in a room without a question yet. */
function noMessage(): OrgError {
  return new OrgError("There is no message to send again", {
    code: "USAGE",
    why: "no message was sent in this room yet",
    remedies: ["write a message"],
  });
}
