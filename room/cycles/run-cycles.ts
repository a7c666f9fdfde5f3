/**
 * A run of cycles: intent, execution, summary, until the model says that it is done or code ends it. Each phase is
 * written down before what it begins and after what it did, so that another process goes on where this one was killed.
 */
import type { Clock } from "#core/cycles/clock.ts";
import { LimitLedger, LimitReached } from "#core/cycles/limit-ledger.ts";
import type { Limits } from "#core/cycles/limits.ts";
import { OrgError } from "#core/errors.ts";
import type { GoalAction, GoalEnd, GoalStep } from "#core/goal-step.ts";
import { type CycleReport, CycleState, LONGEST_PHASE_MS } from "./cycle-state.ts";

/** How long work that was aborted may take to end, in milliseconds: a sandbox is killed after 2 s. */
const GRACE_MS = 2000;

/** The limits of one call of a model. */
export interface Asking {
  readonly ledger: LimitLedger;
  /** Awaited when the question is reserved, and before it is sent. */
  readonly reserved: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Who decides what is done next. Each question goes through `limited` with the ledger that it is given. */
export interface Mind {
  /**
   * @returns the next action, or what is wrong with the reply.
   * @throws {OrgError} what a provider throws: then the run goes on at this phase, in another attempt.
   */
  intend(state: CycleState, asking: Asking): Promise<GoalAction | { readonly problem: string }>;
  /** What the running cycle has brought, in few words; need not call a model. */
  summarise(state: CycleState, asking: Asking): Promise<string>;
}

export interface ActionResult {
  readonly outcome: "done" | "failed" | "refused";
  readonly text: string;
}

/** What does the actions. */
interface ActionRunner {
  /** Why an action may not begin, evaluated before anything of it is reserved. @default none is refused here */
  refusalOf?(action: GoalAction): Promise<string | undefined>;
  /** Whether an action that was broken off can be done again. */
  isRepeatable(action: GoalAction): Promise<boolean>;
  run(action: GoalAction, signal: AbortSignal): Promise<ActionResult>;
}

export interface CycleRun {
  /** Each phase is written down once under `id:cycle:phase`. */
  readonly id: string;
  /** What is to be reached, as the user wrote it. */
  readonly aim: string;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: {
    /** All steps of this run so far. */
    read(): Promise<readonly GoalStep[]>;
    /** On disk when it resolves. */
    append(step: GoalStep): Promise<void>;
  };
  readonly mind: Mind;
  readonly runner: ActionRunner;
  /** Aborts when the run is to end, or this process is to leave it; then all of it is over within {@link GRACE_MS}. */
  readonly signal: AbortSignal;
  /** What the reason of `signal` means; `undefined`: it goes on in another process. @default always that */
  readonly endOf?: ((reason: unknown) => GoalEnd | undefined) | undefined;
}

/**
 * Goes on with what the log holds, to an end.
 *
 * @throws the reason of `signal` where the run goes on in another process. {OrgError} what a model's server says; what was
 *   done is written down.
 */
export async function runCycles(run: CycleRun): Promise<CycleReport> {
  const state = new CycleState();
  for (const step of await run.log.read()) state.apply(step);
  if (state.report !== undefined) return state.report;
  const { limits, clock, signal } = run;
  const ledger = new LimitLedger({
    ...{ limits, spent: state.spentBy(clock.nowMs()), nowMs: () => clock.nowMs() },
  });
  const late = new AbortController();
  using _deadline = clock.after(Math.max(0, ledger.remainingMs), () =>
    late.abort(new LimitReached("time")),
  );
  const cycles = new Cycles(run, { state, ledger, signal: AbortSignal.any([signal, late.signal]) });
  return await cycles.play();
}

interface Parts {
  readonly state: CycleState;
  readonly ledger: LimitLedger;
  readonly signal: AbortSignal;
}

class Cycles {
  readonly #run: CycleRun;
  readonly #state: CycleState;
  readonly #ledger: LimitLedger;
  readonly #signal: AbortSignal;

  constructor(run: CycleRun, { state, ledger, signal }: Parts) {
    this.#run = run;
    this.#state = state;
    this.#ledger = ledger;
    this.#signal = signal;
  }

  async play(): Promise<CycleReport> {
    const { aim } = this.#run;
    if (!this.#state.hasBegun)
      await this.#write({ cycle: 0, phase: "goal", state: "begun", text: aim });
    try {
      while (this.#state.verdict === undefined) {
        this.#signal.throwIfAborted();
        await this.#phase();
      }
      return await this.#end(this.#state.verdict.end, this.#state.verdict.text);
    } catch (error) {
      const { end, text } = this.#endBy(error);
      return await this.#end(end, text);
    }
  }

  async #phase(): Promise<void> {
    switch (this.#state.next) {
      case "intent":
        await this.#intent();
        break;
      case "execution":
        await this.#execution();
        break;
      case "summary":
        await this.#summary();
        break;
    }
  }

  async #intent(): Promise<void> {
    if (!this.#state.isOpen) this.#ledger.beginCycle();
    const read = await this.#run.mind.intend(this.#state, this.#asking("intent"));
    const intent = "problem" in read ? { text: read.problem } : { action: read };
    await this.#write({ phase: "intent", state: "done", ...intent });
  }

  async #execution(): Promise<void> {
    const { action } = this.#state;
    if (action === undefined) throw new Error("There is no action to do");
    const { outcome, text } = await this.#resultOf(action);
    await this.#write({ phase: "execution", state: "done", outcome, text });
  }

  async #resultOf(action: GoalAction): Promise<Pick<GoalStep, "outcome" | "text">> {
    const { runner, clock } = this.#run;
    if (this.#state.isOpen && !(await runner.isRepeatable(action))) return INTERRUPTED;
    const refusal = await runner.refusalOf?.(action);
    if (refusal !== undefined) return { outcome: "refused", text: refusal };
    this.#ledger.beginAction();
    await this.#begin("execution");
    const stop = new AbortController();
    // No action takes longer than a phase may.
    using _limit = clock.after(LONGEST_PHASE_MS, () => stop.abort(new Error("it took too long")));
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const work = runner.run(action, signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
      return INTERRUPTED;
    });
    // Work that ignores its signal is abandoned: nothing that it still does is recorded.
    return (await withinGrace(work, { signal, clock })) ?? INTERRUPTED;
  }

  async #summary(): Promise<void> {
    const text = await this.#run.mind.summarise(this.#state, this.#asking("summary"));
    await this.#write({ phase: "summary", state: "done", text });
  }

  #asking(phase: "intent" | "summary"): Asking {
    return {
      ...{ ledger: this.#ledger, signal: this.#signal, clock: this.#run.clock },
      reserved: () => this.#begin(phase),
    };
  }

  async #begin(phase: GoalStep["phase"]): Promise<void> {
    await this.#write({ phase, state: "begun", attempt: this.#state.attempts(phase) + 1 });
  }

  async #end(end: GoalEnd, text: string): Promise<CycleReport> {
    await this.#write({ cycle: 0, phase: "goal", state: "done", end, text });
    return this.#state.reportOf(end, text);
  }

  /** @throws what does not end the run. */
  #endBy(error: unknown): { readonly end: GoalEnd; readonly text: string } {
    const { signal, endOf } = this.#run;
    const why = this.#signal.aborted ? this.#signal.reason : error;
    const lastSummary = this.#state.notes.at(-1)?.summary ?? "";
    if (why instanceof LimitReached) return { end: why.end, text: lastSummary };
    const end = signal.aborted ? endOf?.(signal.reason) : endOfFailure(error);
    if (end === undefined) throw why;
    return { end, text: error instanceof OrgError ? textOf(error) : lastSummary };
  }

  async #write(
    step: Pick<GoalStep, "phase" | "state"> &
      Partial<Pick<GoalStep, "cycle" | "attempt" | "text" | "action" | "outcome" | "end">>,
  ): Promise<void> {
    const { id, clock, log } = this.#run;
    const whole: GoalStep = {
      ...{ type: "goal", goal: id, cycle: this.#state.cycle, attempt: 1 },
      ...step,
      ...{ spent: this.#ledger.spent, mono: clock.nowMs() },
    };
    await log.append(whole);
    this.#state.apply(whole);
  }
}

const INTERRUPTED = {
  outcome: "interrupted",
  text: "It was interrupted, and its effect is not known. It is not done again.",
} as const;

/** Codes of failures that another attempt may not meet. */
const PASSING: ReadonlySet<string> = new Set([
  ...["PROVIDER_UNREACHABLE", "PROVIDER_BUSY", "PROVIDER_PAUSED"],
  ...["STREAM_ERROR", "STREAM_CUT", "STREAM_SILENT"],
]);

function endOfFailure(error: unknown): GoalEnd | undefined {
  if (!(error instanceof OrgError) || PASSING.has(error.code)) return undefined;
  return error.code === "BUDGET_SPENT" ? "budget" : "error";
}

function textOf({ message, why, code }: OrgError): string {
  return `${message}${why === undefined ? "" : `: ${why}`} [${code}]`;
}

/** Waits for work, and after an abort only so long. @returns `undefined` when it was abandoned. */
async function withinGrace<T>(
  work: Promise<T>,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  using timers = new DisposableStack();
  const abort = (): void => {
    timers.use(clock.after(GRACE_MS, () => late.resolve(undefined)));
  };
  signal.addEventListener("abort", abort, { once: true });
  timers.defer(() => signal.removeEventListener("abort", abort));
  if (signal.aborted) abort();
  // Left behind, it may still fail.
  work.catch(() => undefined);
  return await Promise.race([work, late.promise]);
}
