/** What a room keeps beyond its conversation: the trust of notes, who may see them, and what is put into prompts. */
import { explain, OrgError } from "#core/errors.ts";
import type { HumanMessage, Notice } from "#core/events.ts";
import type { Author, EpisodeHit, Memory, NoteDraft, Scope } from "#core/memory.ts";
import { isDirect } from "#core/mode.ts";
import { memorySaveTool, type NoteWish } from "#tools/memory-save.ts";
import { type MemoryQuestion, memorySearchTool } from "#tools/memory-search.ts";
import type { Tool, ToolContext } from "#tools/tool.ts";
import { foundText, proposalText, type Recall, savedText } from "./memory-text.ts";
import { EVERYBODY, notedBefore, type RecallRequest } from "./noted-before.ts";

/** The memory of a home, as rooms reach it. */
export interface MemorySource {
  /** Opens it at the first use. @throws {OrgError} `MEMORY_DAMAGED` and what opening a database throws. */
  readonly open: () => Promise<Memory>;
  /** The same, where a database exists: a first line waits for no database. */
  readonly openIfExists: () => Promise<Memory | undefined>;
  /** The same, with all messages of the home so far. */
  readonly openIndexed: () => Promise<Memory>;
  /** Stores the messages of a room since the last time as episodes. */
  readonly index: (room: string) => Promise<void>;
  /** Whether a room held text that no participant of it wrote before an entry: a later message may repeat it. */
  readonly hasReadForeign: (room: string, seq: number) => Promise<boolean>;
  /** Says that the user waits for an answer in a room, until what is returned is disposed. @default no-op */
  readonly userWaits?: ((room: string) => Disposable) | undefined;
  /** How many notes wait for the user. */
  readonly toReview: number;
  /** What the user should know of the last searches, once. */
  readonly takeNotice: () => string | undefined;
  /** Whether what the user noted stands in prompts by itself, after a question to the user, or never. */
  readonly recall: "auto" | "ask" | "off";
}

/** What a turn does with the memory. */
export interface TurnMemory {
  readonly turn: string;
  readonly persona: string;
  /** The user's line that it answers. */
  readonly message: HumanMessage;
  /** Its model is too small to say what is no longer true. */
  readonly isSmall: boolean;
  /** Whether it can, where its profile has the answer. @default it can */
  readonly mayReplace?: ((signal: AbortSignal) => Promise<boolean>) | undefined;
}

export interface RoomMemoryOptions {
  /** Id of the room. */
  readonly room: string;
  readonly source: MemorySource;
  /** Whether what a persona may see holds text that no participant wrote. */
  readonly readsForeign: (persona: string) => boolean;
  readonly notify: (notice: Omit<Notice, "type">) => Promise<void>;
}

/** Longest message of the user that is stored with a note, in characters. */
const QUOTE_LENGTH = 300;

/** Most messages whose sequence number is in memory: more do not wait for their answers. */
const MOST_NUMBERS = 10_000;

export class RoomMemory {
  readonly tools: readonly Tool[];
  readonly #options: RoomMemoryOptions;
  /** Turns that run, by id. */
  readonly #turns = new Map<string, TurnMemory>();
  /** Numbers of the user's lines in the journal, by their ids. */
  readonly #numbers = new Map<string, number>();
  /** It failed once, which was reported. */
  #isBroken = false as boolean;
  #indexing: Promise<void> = Promise.resolve();

  constructor(options: RoomMemoryOptions) {
    this.#options = options;
    this.tools = [
      memorySaveTool((wish, context) => this.#save(wish, context)),
      memorySearchTool((question, context) => this.#search(question, context)),
    ];
  }

  /** Takes in the number of a line of the user. */
  count({ id }: HumanMessage, seq: number): void {
    this.#numbers.set(id, seq);
    const [oldest] = this.#numbers.keys();
    if (this.#numbers.size > MOST_NUMBERS && oldest !== undefined) this.#numbers.delete(oldest);
  }

  /** Says that the user waits for an answer, until what is returned is disposed. */
  userWaits(): Disposable | undefined {
    const { room, source } = this.#options;
    return source.userWaits?.(room);
  }

  /** Lets a turn save and search, until what is returned is disposed. */
  begin(turn: TurnMemory): Disposable {
    this.#turns.set(turn.turn, turn);
    return { [Symbol.dispose]: () => void this.#turns.delete(turn.turn) };
  }

  /**
   * What the user noted that belongs to a line. Without it a turn can still answer: a failure is reported once.
   *
   * @returns `undefined` when there is nothing that the prompt does not hold already.
   */
  async recall(request: RecallRequest): Promise<Recall | undefined> {
    const { source } = this.#options;
    if (source.recall === "off" || this.#isBroken) return undefined;
    try {
      const found = await this.#find(request);
      if (found === undefined) return undefined;
      if (source.recall === "ask" && !(await request.consent(found))) return undefined;
      await (await source.open()).recalled(found.ids);
      return found;
    } catch (error) {
      if (request.signal.aborted) return undefined;
      await this.#failed(error);
      return undefined;
    }
  }

  /** Says that a turn with notes in its prompt came to a whole answer; what they could become is proposed to the user. */
  async helped(ids: readonly number[]): Promise<void> {
    try {
      const often = await (await this.#options.source.open()).helped(ids);
      for (const note of often) {
        await this.#options.notify({ level: "info", text: proposalText(note) });
      }
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** How many notes wait for the user. */
  get toReview(): number {
    return this.#options.source.toReview;
  }

  /** Keeps an exchange that has ended as an episode; the user does not wait for it. */
  exchangeEnded(): void {
    this.#indexing = this.#indexing.then(() => this.#index());
  }

  async #index(): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.#options.source.index(this.#options.room);
    } catch (error) {
      await this.#failed(error);
    }
  }

  /** Resolves when what was begun is done. */
  async settled(): Promise<void> {
    await this.#indexing;
  }

  /** A room goes on without a memory; a bug of ours does not. */
  async #failed(error: unknown): Promise<void> {
    if (!(error instanceof OrgError)) throw error;
    if (this.#isBroken) return;
    this.#isBroken = true;
    const notified = this.#options.notify({
      level: "warning",
      text: explain(error),
      code: error.code,
    });
    // Where the journal fails, too, the error that ends the room reports it.
    await notified.catch((other: unknown) => {
      if (!(other instanceof OrgError)) throw other;
    });
  }

  async #find(request: RecallRequest): Promise<Recall | undefined> {
    const memory = await this.#options.source.openIfExists();
    if (memory === undefined || request.about.trim() === "") return undefined;
    const found = await notedBefore(memory, request);
    await this.#tellNotice();
    return found;
  }

  async #save(wish: NoteWish, { turn, signal }: ToolContext): Promise<string> {
    const saving = this.#turnOf(turn);
    const memory = await this.#options.source.open();
    const { text, kind, replaces } = wish;
    const { message, persona } = saving;
    const quote = message.text.slice(0, QUOTE_LENGTH);
    const draft: NoteDraft = {
      ...{ text, kind, scope: scopeOf(message, persona) },
      ...(quote.trim() === "" ? {} : { quote }),
      ...(replaces === undefined ? {} : { replaces }),
    };
    const mayReplace = replaces !== undefined && (await mayReplaceIn(saving, signal));
    const saved = await memory.save(draft, this.#author(saving, mayReplace));
    await this.#tellNotice();
    return savedText(saved, replaces);
  }

  /** What the memory holds about a query, for a message of the user. @param persona absent: what all may see. */
  async found(
    { query, persona }: { readonly query: string; readonly persona: string | undefined },
    signal: AbortSignal,
  ): Promise<string> {
    const memory = await this.#options.source.openIndexed();
    const who = persona === undefined ? EVERYBODY : { persona };
    const { notes, episodes } = await memory.search(query, who, { signal });
    return foundText({
      notes,
      episodes: await Promise.all(episodes.map((one) => this.#withTrust(one))),
    });
  }

  async #search({ query, most }: MemoryQuestion, context: ToolContext): Promise<string> {
    const memory = await this.#options.source.openIndexed();
    const { persona, signal, turn } = context;
    const { message } = this.#turnOf(turn);
    const options = { signal, ...(most === undefined ? {} : { most }) };
    const { notes, episodes } = await memory.search(query, { persona }, options);
    await this.#tellNotice();
    // The exchange that runs is in the prompt already.
    const now = this.#numbers.get(message.id) ?? Number.POSITIVE_INFINITY;
    const before = episodes.filter(
      ({ room, firstSeq }) => room !== this.#options.room || firstSeq < now,
    );
    return foundText({
      notes,
      episodes: await Promise.all(before.map((one) => this.#withTrust(one))),
    });
  }

  async #tellNotice(): Promise<void> {
    const text = this.#options.source.takeNotice();
    if (text !== undefined) await this.#options.notify({ level: "info", text });
  }

  /** Text of a page may be repeated long after it was read, and in answer to a line that was typed before. */
  async #withTrust(episode: EpisodeHit): Promise<EpisodeHit> {
    const { room, lastSeq } = episode;
    const isForeign = await this.#options.source.hasReadForeign(room, lastSeq);
    return isForeign ? { ...episode, trust: "untrusted" } : episode;
  }

  /** Nothing that a model wrote into a call has a part in it. */
  #author({ turn, persona, message }: TurnMemory, mayReplace: boolean): Author {
    const { room, readsForeign } = this.#options;
    const trust = readsForeign(persona) ? "untrusted" : "model";
    const seq = this.#numbers.get(message.id);
    return {
      ...{ trust, origin: `persona:${persona}`, room, turn, mayReplace },
      ...(seq === undefined ? {} : { seq }),
    };
  }

  #turnOf(id: string | undefined): TurnMemory {
    const turn = id === undefined ? undefined : this.#turns.get(id);
    if (turn === undefined) throw new Error("A note is saved in a turn of a room only");
    return turn;
  }
}

/** The exam whether a model recognises an update runs only when it names one. */
async function mayReplaceIn(
  { isSmall, mayReplace }: TurnMemory,
  signal: AbortSignal,
): Promise<boolean> {
  return !isSmall && (mayReplace === undefined || (await mayReplace(signal)));
}

/** From a direct conversation a note is between that persona and the user. */
function scopeOf({ mode }: HumanMessage, persona: string): Scope {
  return isDirect(mode) ? `persona:${persona}` : "room";
}
