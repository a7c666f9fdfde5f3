import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolTests } from "../contract/metadata.ts";
import type { Contract } from "../contract/spec.ts";
import type { ToolReport, ValidateTool } from "../contract/validation.ts";
import type { Ask, AskRequest, ModelAnswer } from "./ask.ts";
import type { Draft } from "./draft.ts";
import type { ForgeEvent, ForgeOutcome, ForgeStage } from "./progress.ts";
import type { RunLog } from "./run-log.ts";

export type Language = "ts" | "python";

/** What the user wants. */
export interface Wish {
  readonly goal: string;
  /** Absent: what suits the model. */
  readonly language?: Language | undefined;
  /** Name of the tool; absent: the model chooses. */
  readonly name?: string | undefined;
}

/** Said of a contract before there is a program. */
export interface ContractObjection {
  /** `words`: a human would have to read them. `taken`: its requests, or those of another tool, would lead to the wrong one. */
  readonly kind: "words" | "taken";
  readonly message: string;
}

/** A question to the human; nothing was left behind when the answer is no. */
export type Question =
  | { readonly kind: "validate"; readonly draft: Draft }
  | { readonly kind: "deliver"; readonly draft: Draft; readonly report: ToolReport };

/** What the forge works with; it brings neither a model nor a judge of its own. */
export interface ForgeParts {
  readonly ask: Ask;
  readonly validate: ValidateTool;
  readonly log: RunLog;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** For logs and screens. */
  readonly model: string;
  /** The model is a small one: it gets less to decide, and its programs compute the cases. @default false */
  readonly isSmall?: boolean | undefined;
  /** The most that the model may write in the whole run, in tokens. @default 3,000 for a small model, else 60,000 */
  readonly maxTokens?: number | undefined;
  /** How often each stage may ask again. @default 3 */
  readonly rounds?: number | undefined;
  /** What keeps a contract with these words from being let in beside the other tools. @default nothing does */
  readonly objectionsTo?:
    | ((contract: Contract) => Promise<readonly ContractObjection[]>)
    | undefined;
  /** Names that other tools have. */
  readonly usedNames?: readonly string[] | undefined;
  /** Absent: no user is asked, and all is approved. */
  readonly confirm?: ((question: Question) => Promise<boolean>) | undefined;
  readonly onEvent?: ((event: ForgeEvent) => void) | undefined;
}

/** How a run ended. Unless it was delivered, nothing of it is left but its log. */
export interface ForgeResult {
  readonly outcome: Exclude<ForgeOutcome, "stopped">;
  readonly run: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly path?: string | undefined;
  readonly next?: string | undefined;
  /** Why it was refused; the stage first. */
  readonly reasons: readonly string[];
  readonly tests?: ToolTests | undefined;
  /** What it does with unusual input, a line each: the user may have meant something else. */
  readonly unusual?: readonly string[] | undefined;
  readonly repairs: Readonly<Record<string, number>>;
  /** How often the model was asked, and the tokens that it wrote. */
  readonly requests: number;
  readonly tokens: number;
}

export interface BuildOptions
  extends Pick<ForgeParts, "signal" | "rounds" | "confirm" | "onEvent"> {
  /** Another model than the usual one. */
  readonly model?: string | undefined;
}

/** Builds a tool and delivers it, with all that both need. */
export type BuildTool = (wish: Wish, options: BuildOptions) => Promise<ForgeResult>;

const DEFAULT_ROUNDS = 3;

/** More tokens than a run ever needs that comes to a tool, measured: docs/decisions/0016. */
const MOST_TOKENS = 60_000;
const MOST_TOKENS_OF_A_SMALL_MODEL = 3000;
/** Fewer are not worth a request: no answer of the forge is that short. */
const FEWEST_TOKENS = 24;

/** What the model may write is used up. */
export class TokensSpent extends Error {}

type WithoutRun<Event> = Event extends unknown ? Omit<Event, "run"> : never;

/** One run of the forge: everything that happens in it is in the log before anybody sees it. */
export class ForgeRun {
  readonly parts: ForgeParts;
  readonly rounds: number;
  /** The most that the model may write, in tokens. */
  readonly maxTokens: number;
  readonly #repairs = new Map<string, number>();
  #requests = 0;
  #tokens = 0;

  constructor(parts: ForgeParts) {
    this.parts = parts;
    this.rounds = parts.rounds ?? DEFAULT_ROUNDS;
    const most = parts.isSmall === true ? MOST_TOKENS_OF_A_SMALL_MODEL : MOST_TOKENS;
    this.maxTokens = parts.maxTokens ?? most;
  }

  /** How often the model was asked so far. */
  get requests(): number {
    return this.#requests;
  }

  /** What it wrote so far, in tokens. */
  get tokens(): number {
    return this.#tokens;
  }

  /** How often each repair was applied. */
  get repairs(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#repairs);
  }

  async tell(event: WithoutRun<ForgeEvent>): Promise<void> {
    const { log, cleaner, onEvent } = this.parts;
    const clean = cleaner.cleanData<ForgeEvent>({ ...event, run: log.run });
    await log.write(clean);
    onEvent?.(clean);
  }

  async repaired(stage: ForgeStage, names: readonly string[]): Promise<void> {
    for (const repair of names) {
      this.#repairs.set(repair, (this.#repairs.get(repair) ?? 0) + 1);
      await this.tell({ type: "repair", stage, repair });
    }
  }

  /** Asks the model; question and answer are in the log. @throws {TokensSpent} when it may not write any more. */
  async ask(stage: ForgeStage, request: AskRequest): Promise<ModelAnswer> {
    const { ask, log, cleaner, signal } = this.parts;
    signal.throwIfAborted();
    const remaining = this.maxTokens - this.#tokens;
    if (remaining < FEWEST_TOKENS) {
      throw new TokensSpent(
        `the model has written ${this.#tokens} tokens in ${this.#requests} answers; ${this.maxTokens} are the most`,
      );
    }
    const maxTokens = Math.min(request.maxTokens, remaining);
    const { messages } = request;
    await log.write(cleaner.cleanData({ type: "asked", run: log.run, stage, messages }));
    this.#requests += 1;
    const answer = await ask({ ...request, maxTokens }, signal);
    this.#tokens += answer.tokens;
    const { text, tokens } = answer;
    await log.write(cleaner.cleanData({ type: "answered", run: log.run, stage, text, tokens }));
    return answer;
  }
}
