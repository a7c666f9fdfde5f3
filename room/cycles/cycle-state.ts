/** State of a run of cycles: derived from its steps alone, the same in the process that takes them and in the next. */

import { NOTHING_SPENT } from "#core/cycles/limits.ts";
import { Progress } from "#core/cycles/progress.ts";
import type { GoalAction, GoalEnd, GoalStep, Spent } from "#core/goal-step.ts";

/** One cycle that ended. */
export interface CycleNote {
  readonly cycle: number;
  /** Absent: none could be read. */
  readonly action?: GoalAction | undefined;
  readonly outcome: NonNullable<GoalStep["outcome"]>;
  /** What it brought, in few words. */
  readonly summary: string;
}

/** What a run of cycles came to. */
export interface CycleReport {
  readonly end: GoalEnd;
  readonly text: string;
  readonly cycles: readonly CycleNote[];
  /** Actions that were not allowed, needed approvals among them: what the tool was called with, and why it did not run. */
  readonly refused: readonly string[];
  readonly spent: Spent;
}

type Phase = "intent" | "execution" | "summary";

/** A phase that was broken off counts for at most so long: no phase takes longer. In milliseconds. */
export const LONGEST_PHASE_MS = 300_000;

/** The name of the action by which a model ends its run. */
export const DONE = "done";

export class CycleState {
  readonly #progress = new Progress();
  readonly #notes: CycleNote[] = [];
  readonly #refused: string[] = [];
  readonly #begun = new Map<string, number>();
  #open: GoalStep | undefined;
  #last: GoalStep | undefined;
  #spent: Spent = NOTHING_SPENT;
  /** Of the running cycle, or of the one that begins next. */
  cycle: number = 1;
  next: Phase = "intent";
  action: GoalAction | undefined;
  /** Of the running cycle. */
  result: Pick<CycleNote, "outcome"> & { readonly text: string } = { outcome: "failed", text: "" };
  /** The steps so far leave nothing but this end. */
  verdict: { readonly end: GoalEnd; readonly text: string } | undefined;
  report: CycleReport | undefined;

  /** Whether anything was written down. */
  get hasBegun(): boolean {
    return this.#last !== undefined;
  }

  get notes(): readonly CycleNote[] {
    return this.#notes;
  }

  /** Whether the next phase has begun before, and has not ended. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** What was spent so far, for a process that resumes: of a phase that was broken off all that was reserved, and its time. */
  spentBy(nowMs: number): Spent {
    if (this.#open === undefined) return this.#spent;
    const passed = nowMs - this.#open.mono;
    // The clock begins anew with the machine.
    const ms = passed < 0 ? LONGEST_PHASE_MS : Math.min(passed, LONGEST_PHASE_MS);
    return { ...this.#spent, ms: this.#spent.ms + ms };
  }

  /** How often a phase of the running cycle has begun. */
  attempts(phase: GoalStep["phase"]): number {
    return this.#begun.get(`${this.cycle}:${phase}`) ?? 0;
  }

  apply(step: GoalStep): void {
    this.#last = step;
    this.#spent = step.spent;
    if (step.state === "begun") {
      this.#begun.set(`${step.cycle}:${step.phase}`, step.attempt);
      if (step.phase !== "goal") this.#open = step;
      return;
    }
    this.#open = undefined;
    switch (step.phase) {
      case "intent":
        this.#intent(step);
        break;
      case "execution":
        this.#executed(step);
        break;
      case "summary":
        this.#summed(step);
        break;
      case "goal":
        this.report = this.reportOf(step.end ?? "error", step.text ?? "");
        break;
    }
  }

  reportOf(end: GoalEnd, text: string): CycleReport {
    return { end, text, cycles: [...this.#notes], refused: [...this.#refused], spent: this.#spent };
  }

  #intent({ action, text = "" }: GoalStep): void {
    this.action = action;
    if (action === undefined) {
      this.result = { outcome: "failed", text };
      this.next = "summary";
      return;
    }
    this.next = "execution";
    if (action.name === DONE) {
      const text = action.args["text"];
      this.verdict = { end: "done", text: typeof text === "string" ? text : action.why };
    } else if (this.#progress.wants(action)) {
      this.verdict = { end: "loop", text: `The same action was wanted again: ${action.name}.` };
    }
  }

  #executed({ outcome = "failed", text = "" }: GoalStep): void {
    this.result = { outcome, text };
    this.next = "summary";
    if (outcome === "refused") this.#refused.push(`${this.action?.name ?? ""}: ${text}`);
  }

  #summed({ text = "" }: GoalStep): void {
    const { outcome } = this.result;
    this.#notes.push({ cycle: this.cycle, action: this.action, outcome, summary: text });
    if (this.#progress.ended(outcome === "done" ? this.result.text : undefined)) {
      this.verdict = { end: "stalled", text: "Five cycles brought nothing new." };
    }
    this.cycle += 1;
    this.next = "intent";
    this.action = undefined;
  }
}
