import type { ContextUse, Notice, RoomEvent } from "#core/events.ts";
import type { TurnEvent } from "../turn-piece.ts";

export interface RunningCall {
  /** The tool with what it was asked for, in one row. */
  readonly label: string;
  readonly sinceMs: number;
  /** The step that it told last, and since when that one runs; a finished one tells how long it took. */
  readonly step?: { readonly text: string; readonly sinceMs: number | undefined } | undefined;
}

/** What a persona does in a turn that has not ended. Times in milliseconds of one clock. */
export interface TurnActivity {
  readonly persona: string;
  /** In words: "generating", "queued behind agent". */
  readonly phase: string;
  readonly phaseSinceMs: number;
  /** Of text and of thinking. Servers send a piece for each, and the network brings several at once. */
  readonly tokens: number;
  readonly firstTokenMs: number;
  /** The last characters of its text. */
  readonly textTail: string;
  readonly calls: ReadonlyMap<string, RunningCall>;
  readonly context: Context;
}

/** How full the window of a model is, as the server counted it. */
export interface Context {
  readonly model: string;
  /** Absent before the first answer. */
  readonly usedTokens: number | undefined;
  /** Of these, so many were in the server's cache already; absent where it does not tell. */
  readonly cachedTokens?: number | undefined;
  /** 0: no server was asked yet which model there is, and how much it reads. */
  readonly windowTokens: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Turn extends Mutable<Omit<TurnActivity, "calls">> {
  readonly calls: Map<string, RunningCall>;
  pieces: number;
  characters: number;
}

/** Of English prose, by the tokenizers of current models, rather too many than too few. */
const CHARACTERS_PER_TOKEN = 4.5;

/** So much of the end of an answer is kept for its live line, in UTF-16 code units. */
const TEXT_TAIL_LENGTH = 200;

const PHASES = {
  queued: "queued",
  loading: "loading",
  waiting: "reading prompt",
  thinking: "thinking",
  generating: "generating",
  compacting: "summing up",
  approval: "waits for approval of",
  running: "running",
} as const;

/** Follows what every persona does right now; nothing of it is part of the transcript. */
export class Activity {
  readonly #labelOf: (event: Extract<RoomEvent, { type: "tool-call" }>) => string;
  readonly #turns = new Map<string, Turn>();
  #context: Context;

  constructor(
    context: Context,
    labelOf: (event: Extract<RoomEvent, { type: "tool-call" }>) => string,
  ) {
    this.#context = context;
    this.#labelOf = labelOf;
  }

  get turns(): readonly TurnActivity[] {
    return [...this.#turns.values()];
  }

  /** Of the turn that began or ended last. */
  get context(): Context {
    return this.#context;
  }

  take(event: RoomEvent, nowMs: number): void {
    if (event.type === "notice") this.#step(event, nowMs);
    if (!("turn" in event) || event.type === "approval") return;
    if (event.type === "turn-end") {
      this.#end(event.turn, event.context);
      return;
    }
    const turn = this.#turns.get(event.turn) ?? this.#begin(event, nowMs);
    switch (event.type) {
      case "phase":
        enter(turn, phaseOf(event), nowMs);
        if (event.window !== undefined) this.#resize(turn, event.window);
        break;
      case "text-delta":
      case "reasoning-delta":
        if (turn.tokens === 0) turn.firstTokenMs = nowMs;
        turn.pieces += 1;
        turn.characters += event.text.length;
        turn.tokens = Math.max(turn.pieces, Math.floor(turn.characters / CHARACTERS_PER_TOKEN));
        if (event.type === "text-delta")
          turn.textTail = (turn.textTail + event.text).slice(-TEXT_TAIL_LENGTH);
        break;
      case "tool-call":
        turn.calls.set(event.call.id, { label: this.#labelOf(event), sinceMs: nowMs });
        break;
      case "tool-result":
        turn.calls.delete(event.id);
        break;
      case "reclassify":
        turn.textTail = "";
        break;
      default: // nothing that changes while one looks
    }
  }

  /** A notice names its persona: it belongs to the call that this one made last. */
  #step({ persona, text, step }: Notice, nowMs: number): void {
    if (step === undefined) return;
    const calls = [...this.#turns.values()].find((turn) => turn.persona === persona)?.calls;
    const [id, call] = [...(calls ?? [])].at(-1) ?? [];
    if (id === undefined || call === undefined) return;
    calls?.set(id, { ...call, step: { text, sinceMs: step === "begun" ? nowMs : undefined } });
  }

  #begin(event: TurnEvent, nowMs: number): Turn {
    const context =
      event.type === "turn-start"
        ? { ...this.#used(event.model), model: event.model, windowTokens: event.window }
        : this.#context;
    const turn: Turn = {
      persona: event.persona,
      phase: "",
      phaseSinceMs: nowMs,
      tokens: 0,
      firstTokenMs: nowMs,
      textTail: "",
      calls: new Map(),
      pieces: 0,
      characters: 0,
      context,
    };
    this.#context = context;
    this.#turns.set(event.turn, turn);
    return turn;
  }

  #resize(turn: Turn, windowTokens: number): void {
    const context = { ...turn.context, windowTokens };
    if (turn.context === this.#context) this.#context = context;
    turn.context = context;
  }

  #used(model: string): Pick<Context, "usedTokens"> {
    return { usedTokens: model === this.#context.model ? this.#context.usedTokens : undefined };
  }

  #end(id: string, use: ContextUse | undefined): void {
    const turn = this.#turns.get(id);
    if (turn === undefined) return;
    this.#turns.delete(id);
    if (use === undefined) return;
    const { tokens: usedTokens, window: windowTokens, cached: cachedTokens } = use;
    this.#context = { ...turn.context, usedTokens, windowTokens, cachedTokens };
  }
}

function enter(turn: Turn, phase: string, nowMs: number): void {
  if (phase === turn.phase) return;
  turn.phase = phase;
  turn.phaseSinceMs = nowMs;
}

function phaseOf({ phase, detail }: Extract<RoomEvent, { type: "phase" }>): string {
  // Which tool runs is said in a line of its own.
  const omitsDetail = detail === undefined || phase === "running";
  return omitsDetail ? PHASES[phase] : `${PHASES[phase]} ${detail}`;
}

/** Tokens per second since the first one; `undefined` while that says nothing. */
export function rateOf({ tokens, firstTokenMs }: TurnActivity, nowMs: number): number | undefined {
  const seconds = (nowMs - firstTokenMs) / 1000;
  return seconds < 0.5 || tokens < 2 ? undefined : (tokens - 1) / seconds;
}
