/** Follows rules in a room, and learns them: see docs/rules.md. A room goes on without rules where they fail. */
import { explain, OrgError } from "#core/errors.ts";
import type { JournaledEvent, Notice, RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { formatMode } from "#core/mode.ts";
import { argumentsOf, isCopied, isSameCall, type KindOf, lessonOf } from "#core/rules/lesson.ts";
import { isControl } from "#core/rules/life.ts";
import { cutsOf, fill, type PlainLine, plainLine } from "#core/rules/line.ts";
import type { Rule, RuleBook, RuleKey, RuleScope, RuleSource } from "#core/rules/rule.ts";
import { asPath, isQuery } from "#core/rules/slot.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import type { Approvals } from "./approvals.ts";
import type { RoomHistory } from "./history.ts";
import type { Line } from "./line.ts";
import { isComplaint, type ObservedTurn, ObservedTurns } from "./observed-turns.ts";
import type { Participants } from "./participants.ts";
import { DEFAULT_PERMISSIONS, turnGuard } from "./permissions.ts";
import type { RoomMemory } from "./room-memory.ts";
import type { RoomOptions } from "./room-options.ts";
import { RuleTools } from "./rule-tools.ts";
import { runRuleTurn } from "./rule-turn.ts";

export interface FastPathOptions {
  readonly source: RuleSource;
  readonly room: Pick<
    RoomOptions,
    "id" | "workspace" | "permissions" | "cleaner" | "registry" | "project"
  >;
  /** All of the room. */
  readonly tools: Toolbox;
  readonly participants: Participants;
  readonly approvals: Approvals;
  readonly history: RoomHistory;
  readonly memory: RoomMemory | undefined;
  readonly notify: (notice: Omit<Notice, "type">) => Promise<void>;
}

type Emit = (event: RoomEvent) => Promise<void>;

/** A rule and what a line fills in. */
interface Fitting {
  readonly rule: Rule;
  readonly slot: string;
}

/** A line that rules may be about. */
interface Wish {
  readonly line: Line;
  readonly words: PlainLine;
  readonly persona: string;
}

export class FastPath {
  readonly #options: FastPathOptions;
  readonly #tools: RuleTools;
  readonly #observed = new ObservedTurns();
  /** The rule that failed at the line that is being answered: one line counts once. */
  #failed: number | undefined;
  /** It failed once, which was reported. */
  #isBroken = false as boolean;

  constructor(options: FastPathOptions) {
    this.#options = options;
    this.#tools = new RuleTools(options);
  }

  apply(event: JournaledEvent): void {
    this.#observed.apply(event);
  }

  /** Reads a message as it was typed: the stored text has no invisible characters. @param id of the message. */
  typed(id: string, text: string): void {
    if (plainLine(text) === undefined) this.#observed.setAside(id);
  }

  /**
   * Answers a line where a live rule can.
   *
   * @param isNew no persona was asked about it before.
   * @returns false where a model is to answer it.
   */
  async answers(line: Line, isNew: boolean, emit: Emit): Promise<boolean> {
    this.#failed = undefined;
    const { source } = this.#options;
    return await this.#guarded(line, false, async () => {
      const book = await source.openIfExists();
      if (book === undefined) return false;
      await this.#complain(line, book, isNew);
      const wish = this.#wishOf(line);
      if (wish === undefined || !isNew || source.mode !== "live") return false;
      const ready = await this.#ready(wish, book);
      return ready !== undefined && (await this.#follow(wish, ready, { book, emit }));
    });
  }

  /** The user has reverted what came of the answer before, within the next two lines. */
  async noteUndo(): Promise<void> {
    const { signal } = new AbortController();
    await this.#guarded({ signal }, undefined, async () => {
      const { last } = this.#observed;
      const book = last && (await this.#options.source.openIfExists());
      if (last !== undefined && book !== undefined) await this.#regret(last, book);
    });
  }

  /** Learns of how a line was answered, once it was. */
  async learn(line: Line): Promise<void> {
    await this.#guarded(line, undefined, async () => {
      const wish = this.#wishOf(line);
      const turns = this.#observed
        .turnsOf(line.message.id)
        .filter(({ rule }) => rule === undefined);
      const [turn] = turns;
      // Where personas called each other, what one of them did was not what the user requested.
      if (wish === undefined || turn === undefined || turns.length > 1) return;
      if (turn.persona !== wish.persona || turn.end?.reason !== "complete") return;
      if (turn.calls.length > 0) await this.#observe(wish, turn);
    });
  }

  async #observe(wish: Wish, turn: ObservedTurn): Promise<void> {
    const { source } = this.#options;
    const existing = await source.openIfExists();
    const fitting = existing === undefined ? [] : await this.#fitting(wish, existing);
    const eligible = fitting.filter(({ rule: { id } }) => id !== this.#failed);
    const outcomes = eligible.map(({ rule, slot }) => {
      const outcome = speaksFor(turn, rule, slot) ? ("for" as const) : ("against" as const);
      return { id: rule.id, outcome };
    });
    const lesson = await this.#lessonOf(wish, turn);
    if (outcomes.length === 0 && lesson === undefined) return;
    const tools = await this.#tools.hash(wish.persona);
    const book = await source.open();
    await book.observe({ outcomes, lesson, tools });
    const [call] = turn.calls;
    const confirmed = outcomes.find(({ outcome }) => outcome === "for");
    this.#observed.remember(confirmed && call && { id: confirmed.id, turn: turn.turn, call });
  }

  async #lessonOf(
    { words, line, persona }: Wish,
    turn: ObservedTurn,
  ): Promise<RuleKey | undefined> {
    const [call, ...others] = turn.calls;
    if (call === undefined || others.length > 0 || !turn.succeeded.has(call.id)) return undefined;
    if (this.#failed !== undefined) return undefined;
    if (this.#tools.find(persona, call.name)?.effect !== "none") return undefined;
    const { id, text } = line.message;
    const foreign = [...this.#options.history.viewFor(persona).foreignBefore(id)];
    if (isCopied(call.arguments, text, foreign)) return undefined;
    const lesson = await lessonOf(words, call, this.#kindOf);
    return lesson && { persona, place: this.#scope, ...lesson };
  }

  /** What the user says of the answer before counts against the rule that gave it. */
  async #complain({ message }: Line, book: RuleBook, isNew: boolean): Promise<void> {
    const { last } = this.#observed;
    // A line that came twice is the same one: its persona has answered.
    if (last === undefined || message.to.length === 0) return;
    if (isNew && !isComplaint(message.text)) return;
    // Who asks again for another answer wants that of the model.
    if (!isNew && !last.isFired) return;
    await this.#regret(last, book);
  }

  async #regret(last: NonNullable<ObservedTurns["last"]>, book: RuleBook): Promise<void> {
    this.#observed.remember(undefined);
    const rule = book.list().find(({ id }) => id === last.id);
    if (rule === undefined) return;
    const { turn } = last;
    await book.regret(last.id, last.isFired ? "regretted" : "against", { turn, tools: rule.tools });
  }

  /** The one live rule that is to answer now. */
  async #ready(wish: Wish, book: RuleBook): Promise<Fitting | undefined> {
    const live = (await this.#fitting(wish, book)).filter(({ rule }) => rule.state === "live");
    const [fitting, ...others] = live;
    if (fitting === undefined || others.length > 0) return undefined;
    const { rule, slot } = fitting;
    const tools = await this.#tools.hash(wish.persona);
    if (rule.tools !== tools || !this.#tools.mayCall(rule, slot)) return undefined;
    const { last } = this.#observed;
    if (
      last?.isFired === true &&
      last.id === rule.id &&
      isSameCall(rule.template, slot, last.call)
    ) {
      // The same wish again: the answer did not do.
      await this.#regret(last, book);
      return undefined;
    }
    if (!isControl(rule)) return fitting;
    await book.judge(rule.id, "control", tools);
    return undefined;
  }

  async #follow(
    { line, persona }: Wish,
    { rule, slot }: Fitting,
    { book, emit }: { readonly book: RuleBook; readonly emit: Emit },
  ): Promise<boolean> {
    const { participants, room, memory, tools, approvals } = this.#options;
    const { permissions = DEFAULT_PERMISSIONS, cleaner } = room;
    const { message, signal } = line;
    const turn = newId("turn");
    using _files = await room.project?.hold(signal);
    using _memory = memory?.begin({ turn, persona, message, isSmall: true });
    const { consent } = line;
    const guard = turnGuard({
      ...{ permissions, approvals, cleaner, consent, room: room.id, turn, emit },
    });
    let isRefused = false;
    const refusalOf: typeof guard.refusalOf = async (guarded) => {
      const refusal = await guard.refusalOf(guarded);
      isRefused = refusal !== undefined;
      return refusal;
    };
    const model = participants.modelOf(persona);
    const end = await runRuleTurn({
      ...{ turn, persona, message, model, signal, emit, rule: rule.id },
      call: { name: rule.template.tool, arguments: argumentsOf(rule.template, slot) },
      query: rule.pattern.slot === "query" ? slot : undefined,
      tools: tools.pick(model.persona.tools, { guard: { refusalOf } }),
      names: [...participants.ids, "user"],
    });
    if (end === "answered") await book.judge(rule.id, "fired", rule.tools);
    // A limit of the user's says nothing about the rule.
    if (end === "failed" && !isRefused) {
      this.#failed = rule.id;
      await book.judge(rule.id, "against", rule.tools);
    }
    return end === "answered" || end === "stopped";
  }

  /** A line of the user to one persona, whose meaning does not depend on the conversation. */
  #wishOf(line: Line): Wish | undefined {
    const { id, to, mode, text } = line.message;
    const [persona, ...others] = to;
    const words = plainLine(text);
    if (persona === undefined || others.length > 0 || words === undefined) return undefined;
    const isPlain = mode === "group" || mode === formatMode({ kind: "direct", persona });
    return isPlain && !this.#observed.isSetAside(id) ? { line, words, persona } : undefined;
  }

  /** Rules whose pattern fits a line, and whose slot holds what it should. */
  async #fitting({ words, persona }: Wish, book: RuleBook): Promise<readonly Fitting[]> {
    const cuts = cutsOf(words);
    const found: Fitting[] = [];
    for (const rule of book.list()) {
      if (rule.persona !== persona || rule.place !== this.#scope) continue;
      const slot = fill(cuts, rule.pattern);
      if (slot !== undefined && (await this.#isRight(slot, rule))) found.push({ rule, slot });
    }
    return found;
  }

  async #isRight(slot: string, { pattern }: Rule): Promise<boolean> {
    if (pattern.slot === undefined) return true;
    if (pattern.slot === "query") return isQuery(slot) && !this.#namesPersona(slot);
    const path = asPath(slot);
    return path !== undefined && (await this.#kindOf(path)) === pattern.slot;
  }

  /** The line may address that persona, or be about it. */
  #namesPersona(slot: string): boolean {
    const words = slot.toLowerCase().split(/[ '-]/);
    return this.#options.participants.ids.some((id) => words.includes(id.toLowerCase()));
  }

  get #scope(): RuleScope {
    return this.#options.room.project === undefined ? "workspace" : "project";
  }

  readonly #kindOf: KindOf = (path) => this.#options.room.workspace.kindOf(path);

  /** Without rules a line is answered all the same: a failure is reported once. */
  async #guarded<T>(
    { signal }: Pick<Line, "signal">,
    otherwise: T,
    work: () => Promise<T>,
  ): Promise<T> {
    if (this.#options.source.mode === "off" || this.#isBroken) return otherwise;
    try {
      return await work();
    } catch (error) {
      // What was waited for failed; the line ends as every line that is stopped.
      if (signal.aborted) return otherwise;
      if (!(error instanceof OrgError)) throw error;
      this.#isBroken = true;
      await this.#options.notify({ level: "warning", text: explain(error), code: error.code });
      return otherwise;
    }
  }
}

/** Whether a model did what a rule would have done. */
function speaksFor({ calls, succeeded }: ObservedTurn, { template }: Rule, slot: string): boolean {
  const [call, ...others] = calls;
  if (call === undefined || others.length > 0 || !succeeded.has(call.id)) return false;
  return isSameCall(template, slot, call);
}
