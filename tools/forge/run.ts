import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolTests } from "../contract/metadata.ts";
import type { ToolFolder } from "../contract/tool-folder.ts";
import type { ToolReport, ValidateTool } from "../contract/validation.ts";
import type { AnswerShape, Ask, PromptMessage } from "./ask.ts";
import type { Draft } from "./draft.ts";
import type { ForgeEvent, ForgeOutcome, ForgeStage } from "./progress.ts";
import type { RunLog } from "./run-log.ts";

/** What somebody wants. */
export interface Wish {
  readonly goal: string;
  readonly language: "ts" | "python";
  /** Name of the tool; absent: the model chooses. */
  readonly name?: string | undefined;
}

export interface Delivery {
  readonly path: string;
  /** What is to be done with it now, in one sentence. */
  readonly next: string;
}

/** What whoever takes a tool over finds on the way. */
export interface DeliveryCheck {
  readonly check: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly reason?: string | undefined;
  readonly details: readonly string[];
}

/** A tool that was validated, and how to tell of its last checks. */
export interface Finished {
  readonly folder: ToolFolder;
  readonly report: ToolReport;
  readonly wish: Wish;
  readonly model: string;
  readonly signal: AbortSignal;
  readonly onCheck: (check: DeliveryCheck) => void;
}

/** Takes a validated tool over. Either all of it is there afterwards, or nothing. */
export type Deliver = (finished: Finished) => Promise<Delivery>;

/** A question to the human; nothing was left behind when the answer is no. */
export type Question =
  | { readonly kind: "validate"; readonly draft: Draft }
  | { readonly kind: "deliver"; readonly draft: Draft; readonly report: ToolReport };

/** What the forge works with; it brings neither a model nor a judge of its own. */
export interface ForgeParts {
  readonly ask: Ask;
  readonly validate: ValidateTool;
  readonly deliver: Deliver;
  readonly log: RunLog;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** For logs and screens. */
  readonly model: string;
  /** How often each stage may ask again. @default 3 */
  readonly rounds?: number | undefined;
  /** Names that other tools have. */
  readonly takenNames?: readonly string[] | undefined;
  /** Absent: nobody is asked, and the answer is yes. */
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
  readonly repairs: Readonly<Record<string, number>>;
}

export interface BuildOptions
  extends Pick<ForgeParts, "signal" | "rounds" | "confirm" | "onEvent"> {
  /** Another model than the usual one. */
  readonly model?: string | undefined;
}

/** Runs the forge once, with all that it needs. */
export type BuildTool = (wish: Wish, options: BuildOptions) => Promise<ForgeResult>;

const DEFAULT_ROUNDS = 3;

type WithoutRun<Event> = Event extends unknown ? Omit<Event, "run"> : never;

/** One run of the forge: everything that happens in it is in the log before anybody sees it. */
export class ForgeRun {
  readonly parts: ForgeParts;
  readonly rounds: number;
  readonly #repairs = new Map<string, number>();

  constructor(parts: ForgeParts) {
    this.parts = parts;
    this.rounds = parts.rounds ?? DEFAULT_ROUNDS;
  }

  /** How often each repair was applied. */
  get repairs(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#repairs);
  }

  async tell(event: WithoutRun<ForgeEvent>): Promise<void> {
    const { log, cleaner, onEvent } = this.parts;
    const told = cleaner.cleanData<ForgeEvent>({ ...event, run: log.run });
    await log.write(told);
    onEvent?.(told);
  }

  async repaired(stage: ForgeStage, names: readonly string[]): Promise<void> {
    for (const repair of names) {
      this.#repairs.set(repair, (this.#repairs.get(repair) ?? 0) + 1);
      await this.tell({ type: "repair", stage, repair });
    }
  }

  /** Asks the model; question and answer are in the log. */
  async ask(
    stage: ForgeStage,
    messages: readonly PromptMessage[],
    shape?: AnswerShape,
  ): Promise<string> {
    const { ask, log, cleaner, signal } = this.parts;
    signal.throwIfAborted();
    await log.write(cleaner.cleanData({ type: "asked", run: log.run, stage, messages }));
    const text = await ask(messages, signal, shape);
    await log.write(cleaner.cleanData({ type: "answered", run: log.run, stage, text }));
    return text;
  }
}
